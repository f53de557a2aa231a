using System.Runtime.Intrinsics;
using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>
/// The kernel of <see cref="AddBias"/>. The bias is first repeated until it fills a folded row; adding it is then an addition of rows,
/// however few channels there are.
/// </summary>
static unsafe class AddBiasKernel
{
    public static Kernel Select(AddBias op, Signature shapes, InstructionSet set)
    {
        shapes.Expect(op);
        var rows = new FoldedRows(shapes.Output.Shape.Count, shapes.Output.Shape[^1]);
        return new LightKernel(
            set.Label(),
            at => set switch
            {
                InstructionSet.Avx512 => new Call<Vector512<float>, Lanes16>(rows, at),
                InstructionSet.Avx2 => new Call<Vector256<float>, Lanes8>(rows, at),
                _ => new Call<Vector128<float>, Lanes4>(rows, at),
            },
            rows.Width * sizeof(float));
    }

    sealed class Call<T, TLanes>(FoldedRows rows, Operands at) : CpuCall
        where TLanes : struct, ILanes<T>
    {
        readonly Cut _cut = Cut.Of(rows.Rows, rows.Width);
        readonly float* _x = at.Inputs[0].Pointer<float>();
        readonly float* _bias = at.Inputs[1].Pointer<float>();
        readonly float* _y = at.Output.Pointer<float>();
        readonly float* _repeated = at.Workspace.Pointer<float>();

        public override int Stages => 2;

        public override int Parts(int stage) => stage == 0 ? 1 : _cut.Parts;

        public override void Run(int stage, int part, int worker)
        {
            if (stage == 0)
            {
                for (int i = 0; i < rows.Width; i++) _repeated[i] = _bias[i % rows.Columns];
                return;
            }

            nint end = _cut.End(part);
            for (nint row = _cut.Start(part); row < end; row++)
            {
                nint first = row * rows.Width;
                nint last = (nint)Math.Min(first + rows.Width, rows.Count);
                Map.Run<AddKernel.Adding, T, TLanes>(new AddKernel.Adding(_x, _repeated - first, _y), first, last);
            }
        }
    }
}
