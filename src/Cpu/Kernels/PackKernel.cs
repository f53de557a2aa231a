using System.Runtime.InteropServices;
using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>The kernel of <see cref="Pack"/>: copies the inputs not computed in their places, mostly none. Padding is left alone.</summary>
static unsafe class PackKernel
{
    public static Kernel Select(Pack op, Signature shapes)
    {
        shapes.Expect(op);
        return new LightKernel("", at => new Call(Copies(op.Group, at)));
    }

    static Copy[] Copies(ParameterGroup group, Operands at)
    {
        var copies = new List<Copy>();
        for (int i = 0; i < group.Members.Count; i++)
        {
            Parameter member = group.Members[i];
            float* from = at.Inputs[i].Pointer<float>();
            float* to = at.Output.Pointer<float>() + (member.Offset - group.Offset);
            if (from == to) continue;
            var cut = Cut.Of(member.Shape.Count);
            for (int part = 0; part < cut.Parts; part++)
            {
                nint start = cut.Start(part);
                copies.Add(new Copy(from + start, to + start, (nuint)(cut.End(part) - start) * sizeof(float)));
            }
        }

        return [.. copies];
    }

    readonly struct Copy(float* from, float* to, nuint bytes)
    {
        public void Run() => NativeMemory.Copy(from, to, bytes);
    }

    sealed class Call(Copy[] copies) : CpuCall
    {
        public override int Parts(int stage) => copies.Length;

        public override void Run(int stage, int part, int worker) => copies[part].Run();
    }
}
