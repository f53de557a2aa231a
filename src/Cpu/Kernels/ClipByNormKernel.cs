using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>
/// The kernel of <see cref="ClipByNorm"/>: parts sum their squares in double, one adds the parts in their order, and then every part is
/// scaled.
/// </summary>
static unsafe class ClipByNormKernel
{
    public static Kernel Select(ClipByNorm op, Signature shapes, InstructionSet set)
    {
        shapes.Expect(op);
        long count = shapes.Output.Shape.Count;
        return new LightKernel(
            set.Label(),
            at => set switch
            {
                InstructionSet.Avx512 => new Call<Vector512<float>, Lanes16>(op.MaxNorm, count, at),
                InstructionSet.Avx2 => new Call<Vector256<float>, Lanes8>(op.MaxNorm, count, at),
                _ => new Call<Vector128<float>, Lanes4>(op.MaxNorm, count, at),
            },
            Cut.Of(count).Parts * sizeof(double));
    }

    sealed class Call<T, TLanes>(float maxNorm, long count, Operands at) : CpuCall
        where TLanes : struct, ILanes<T>
    {
        readonly Cut _cut = Cut.Of(count);
        readonly float* _x = at.Inputs[0].Pointer<float>(), _y = at.Output.Pointer<float>();
        readonly double* _squares = at.Workspace.Pointer<double>();
        float _factor;

        public override int Stages => 3;

        // Nothing is left to do where the norm is within the limit and the result takes the input's place.
        public override int Parts(int stage) => stage == 1 ? 1 : stage == 2 && _factor == 1 && _x == _y ? 0 : _cut.Parts;

        public override void Run(int stage, int part, int worker)
        {
            if (stage == 0) _squares[part] = SumOfSquares(_cut.Start(part), _cut.End(part));
            else if (stage == 1) _factor = Factor();
            else Map.Run<Scaling, T, TLanes>(new Scaling(_x, _factor, _y), _cut.Start(part), _cut.End(part));
        }

        // One after the other, so that the bits do not depend on the vector width; beside the step's products it costs nothing.
        double SumOfSquares(nint start, nint end)
        {
            double even = 0, odd = 0;
            nint i = start;
            for (; i + 1 < end; i += 2)
            {
                even += (double)_x[i] * _x[i];
                odd += (double)_x[i + 1] * _x[i + 1];
            }

            return i < end ? even + odd + (double)_x[i] * _x[i] : even + odd;
        }

        float Factor()
        {
            double sum = 0;
            for (int part = 0; part < _cut.Parts; part++) sum += _squares[part];
            double norm = Math.Sqrt(sum);
            return norm > maxNorm ? (float)(maxNorm / norm) : 1;
        }
    }

    /// <summary>y = factor x.</summary>
    readonly struct Scaling(float* x, float factor, float* y) : IPointwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T At<T, TLanes>(nint i)
            where TLanes : struct, ILanes<T>
        {
            T result = TLanes.Multiply(TLanes.Load(x + i), TLanes.Create(factor));
            TLanes.Store(result, y + i);
            return result;
        }
    }
}
