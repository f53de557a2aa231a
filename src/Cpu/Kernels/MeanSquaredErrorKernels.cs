using System.Runtime.CompilerServices;
using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>Kernels of <see cref="MeanSquaredError"/> and <see cref="MeanSquaredErrorGrad"/>.</summary>
static unsafe class MeanSquaredErrorKernels
{
    public static Kernel Select(MeanSquaredError op, Signature shapes, InstructionSet set)
    {
        shapes.Expect(op);
        long count = shapes.Inputs[0].Shape.Count;
        // A mean is the sum of a matrix's one column, over its length.
        var mean = new ColumnSums(count, 1, 1.0 / count);
        return new LightKernel(
            set.Label(),
            at => mean.Call(set, new Squaring(at.Inputs[0].Pointer<float>(), at.Inputs[1].Pointer<float>()), at.Output, at.Workspace),
            mean.WorkspaceBytes);
    }

    public static Kernel SelectGrad(MeanSquaredErrorGrad op, Signature shapes, InstructionSet set)
    {
        shapes.Expect(op);
        long count = shapes.Output.Shape.Count;
        return new LightKernel(set.Label(), at => Map.Call(
            set,
            new Scaling(
                at.Inputs[0].Pointer<float>(), at.Inputs[1].Pointer<float>(), at.Inputs[2].Pointer<float>(), (float)(2.0 / count),
                at.Output.Pointer<float>()),
            count));
    }

    /// <summary>(prediction - target)^2.</summary>
    readonly struct Squaring(float* prediction, float* target) : IPointwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T At<T, TLanes>(nint i)
            where TLanes : struct, ILanes<T>
        {
            T difference = TLanes.Subtract(TLanes.Load(prediction + i), TLanes.Load(target + i));
            return TLanes.Multiply(difference, difference);
        }
    }

    /// <summary>(prediction - target) x (2 / count x gradient of the loss), which is known only when the call runs.</summary>
    readonly struct Scaling(float* prediction, float* target, float* gradient, float factor, float* result) : IPointwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T At<T, TLanes>(nint i)
            where TLanes : struct, ILanes<T>
        {
            T difference = TLanes.Subtract(TLanes.Load(prediction + i), TLanes.Load(target + i));
            T scaled = TLanes.Multiply(difference, TLanes.Create(*gradient * factor));
            TLanes.Store(scaled, result + i);
            return scaled;
        }
    }
}
