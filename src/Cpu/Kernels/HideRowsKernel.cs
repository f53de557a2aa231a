using System.Runtime.InteropServices;
using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>The kernel of <see cref="HideRows"/>; in place only the hidden rows are touched.</summary>
static unsafe class HideRowsKernel
{
    public static Kernel Select(HideRows op, Signature shapes)
    {
        shapes.Expect(op);
        Shape shape = shapes.Output.Shape;
        nint row = (nint)shape[2] * shape[3];
        return new LightKernel("", at => new Call(
            at.Inputs[0].Pointer<float>(), at.Output.Pointer<float>(), shape[0], op.FirstRow * row, (shape[1] - op.FirstRow) * row));
    }

    sealed class Call(float* x, float* y, int images, nint shown, nint hidden) : CpuCall
    {
        readonly Cut _cut = Cut.Of(images, shown + hidden);

        public override int Parts(int stage) => _cut.Parts;

        public override void Run(int stage, int part, int worker)
        {
            nint end = _cut.End(part);
            for (nint image = _cut.Start(part); image < end; image++)
            {
                nint first = image * (shown + hidden);
                if (x != y) NativeMemory.Copy(x + first, y + first, (nuint)shown * sizeof(float));
                NativeMemory.Clear(y + first + shown, (nuint)hidden * sizeof(float));
            }
        }
    }
}
