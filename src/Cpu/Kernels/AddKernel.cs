using System.Runtime.CompilerServices;
using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>The kernel of <see cref="Add"/>.</summary>
static unsafe class AddKernel
{
    public static Kernel Select(Add op, Signature shapes, InstructionSet set)
    {
        shapes.Expect(op);
        long count = shapes.Output.Shape.Count;
        return new LightKernel(set.Label(), at => Map.Call(
            set,
            new Adding(at.Inputs[0].Pointer<float>(), at.Inputs[1].Pointer<float>(), at.Output.Pointer<float>()),
            count));
    }

    /// <summary>sum = x + y.</summary>
    public readonly struct Adding(float* x, float* y, float* sum) : IPointwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T At<T, TLanes>(nint i)
            where TLanes : struct, ILanes<T>
        {
            T result = TLanes.Add(TLanes.Load(x + i), TLanes.Load(y + i));
            TLanes.Store(result, sum + i);
            return result;
        }
    }
}
