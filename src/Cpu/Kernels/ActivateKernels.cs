using System.Runtime.CompilerServices;
using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>Kernels of <see cref="Activate"/> and <see cref="ActivateGrad"/>.</summary>
static unsafe class ActivateKernels
{
    public static Kernel Select(Activate op, Signature shapes, InstructionSet set)
    {
        shapes.Expect(op);
        long count = shapes.Output.Shape.Count;
        return new LightKernel(set.Label(), op.Kind switch
        {
            Activation.Relu => at => Forward<Relu>(at),
            Activation.Elu => at => Forward<Elu>(at),
            _ => at => Forward<Identity>(at),
        });

        CpuCall Forward<TActivation>(Operands at)
            where TActivation : struct, IActivation =>
            Map.Call(set, new Activating<TActivation>(at.Inputs[0].Pointer<float>(), at.Output.Pointer<float>()), count);
    }

    public static Kernel SelectGrad(ActivateGrad op, Signature shapes, InstructionSet set)
    {
        shapes.Expect(op);
        Shape shape = shapes.Output.Shape;
        ColumnSums? sums = op.Bias ? new ColumnSums(shape.Count, shape.Rank > 0 ? shape[^1] : 1) : null;
        return new LightKernel(op.Bias ? $"{set.Label()} + bias" : set.Label(), op.Kind switch
        {
            Activation.Relu => at => Backward<Relu>(at),
            Activation.Elu => at => Backward<Elu>(at),
            _ => at => Backward<Identity>(at),
        }, sums?.WorkspaceBytes ?? 0);

        CpuCall Backward<TActivation>(Operands at)
            where TActivation : struct, IActivation
        {
            var operation = new ActivatingBack<TActivation>(
                at.Inputs[0].Pointer<float>(), at.Inputs[1].Pointer<float>(), at.Output.Pointer<float>());
            return sums is null ? Map.Call(set, operation, shape.Count) : sums.Call(set, operation, at.Side, at.Workspace);
        }
    }

    readonly struct Activating<TActivation>(float* x, float* y) : IPointwise
        where TActivation : struct, IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T At<T, TLanes>(nint i)
            where TLanes : struct, ILanes<T>
        {
            T result = TLanes.Activate<TActivation>(TLanes.Load(x + i));
            TLanes.Store(result, y + i);
            return result;
        }
    }

    readonly struct ActivatingBack<TActivation>(float* y, float* dy, float* dx) : IPointwise
        where TActivation : struct, IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T At<T, TLanes>(nint i)
            where TLanes : struct, ILanes<T>
        {
            T result = TLanes.ActivateGrad<TActivation>(TLanes.Load(y + i), TLanes.Load(dy + i));
            TLanes.Store(result, dx + i);
            return result;
        }
    }
}
