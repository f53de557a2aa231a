using System.Runtime.CompilerServices;
using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>The kernel of <see cref="BiasGrad"/>.</summary>
static unsafe class BiasGradKernel
{
    public static Kernel Select(BiasGrad op, Signature shapes, InstructionSet set)
    {
        shapes.Expect(op);
        Shape shape = shapes.Inputs[0].Shape;
        var sums = new ColumnSums(shape.Count, shape[^1]);
        return new LightKernel(
            set.Label(),
            at => sums.Call(set, new Reading(at.Inputs[0].Pointer<float>()), at.Output, at.Workspace),
            sums.WorkspaceBytes);
    }

    readonly struct Reading(float* x) : IPointwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T At<T, TLanes>(nint i)
            where TLanes : struct, ILanes<T> => TLanes.Load(x + i);
    }
}
