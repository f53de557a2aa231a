using System.Runtime.Intrinsics;
using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>The kernel of <see cref="MaxUnpool2D"/>: each gradient goes to one of four pixels, the other three get zeros.</summary>
static unsafe class MaxUnpoolKernel
{
    public static Kernel Select(MaxUnpool2D op, Signature shapes, InstructionSet set)
    {
        shapes.Expect(op, ElementType.Float32, ElementType.UInt8);
        var sizes = new PoolSizes(shapes.Output.Shape, 2);
        return new LightKernel(set.Label(), at => set switch
        {
            InstructionSet.Avx512 => new Unpooling<Vector512<float>, Lanes16>(sizes, at),
            InstructionSet.Avx2 => new Unpooling<Vector256<float>, Lanes8>(sizes, at),
            _ => new Unpooling<Vector128<float>, Lanes4>(sizes, at),
        });
    }

    sealed class Unpooling<T, TLanes>(PoolSizes sizes, Operands at) : CpuCall
        where TLanes : struct, ILanes<T>
    {
        readonly Cut _cut = sizes.Cut;
        readonly float* _dy = at.Inputs[0].Pointer<float>();
        readonly byte* _codes = at.Inputs[1].Pointer<byte>();
        readonly float* _dx = at.Output.Pointer<float>();

        public override int Parts(int stage) => _cut.Parts;

        public override void Run(int stage, int part, int worker)
        {
            nint end = _cut.End(part);
            for (nint row = _cut.Start(part); row < end; row++)
            {
                float* dy = _dy + row * sizes.PooledRowLength, upper = _dx + sizes.Start(row), lower = upper + sizes.RowLength;
                byte* codes = _codes + row * sizes.PooledRowLength / 4;
                for (int window = 0; window < sizes.PooledWidth; window++, upper += 2 * sizes.Channels, lower += 2 * sizes.Channels)
                {
                    int c = 0;
                    for (; c <= sizes.Channels - TLanes.Count; c += TLanes.Count, dy += TLanes.Count, codes += TLanes.Count / 4)
                        Give<T, TLanes>(codes, dy, upper + c, lower + c);
                    for (; c < sizes.Channels; c += Lanes4.Count, dy += Lanes4.Count, codes++)
                        Give<Vector128<float>, Lanes4>(codes, dy, upper + c, lower + c);
                }

                sizes.ClearLeftOver(_dx, row);
            }
        }

        void Give<TVector, TVectorLanes>(byte* codes, float* dy, float* upper, float* lower)
            where TVectorLanes : struct, ILanes<TVector>
        {
            TVector gradient = TVectorLanes.Load(dy);
            TVectorLanes.Store(TVectorLanes.WhereCode(codes, 0, gradient), upper);
            TVectorLanes.Store(TVectorLanes.WhereCode(codes, 1, gradient), upper + sizes.Channels);
            TVectorLanes.Store(TVectorLanes.WhereCode(codes, 2, gradient), lower);
            TVectorLanes.Store(TVectorLanes.WhereCode(codes, 3, gradient), lower + sizes.Channels);
        }
    }
}
