using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GeneratingImages.Cpu;

/// <summary>
/// A pointwise operation: a small struct of addresses and constants with one formula for every vector width. Each element's result
/// depends on that element alone, so it does not matter where a loop is cut, and the result may overwrite an input.
/// </summary>
interface IPointwise
{
    /// <summary>Computes the elements from <paramref name="i"/> on, stores them if the operation has an output, and returns them.</summary>
    T At<T, TLanes>(nint i)
        where TLanes : struct, ILanes<T>;
}

/// <summary>The loop over a pointwise operation.</summary>
static class Map
{
    /// <summary>Computes the elements from <paramref name="start"/> up to <paramref name="end"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TOperation, T, TLanes>(TOperation operation, nint start, nint end)
        where TOperation : struct, IPointwise
        where TLanes : struct, ILanes<T>
    {
        nint i = start;
        for (; i <= end - TLanes.Count; i += TLanes.Count) operation.At<T, TLanes>(i);
        for (; i < end; i++) operation.At<float, Lanes1>(i);
    }

    /// <summary>The call that computes <paramref name="count"/> elements.</summary>
    public static CpuCall Call<TOperation>(InstructionSet set, TOperation operation, long count)
        where TOperation : struct, IPointwise => set switch
        {
            InstructionSet.Avx512 => new MapCall<TOperation, Vector512<float>, Lanes16>(operation, count),
            InstructionSet.Avx2 => new MapCall<TOperation, Vector256<float>, Lanes8>(operation, count),
            _ => new MapCall<TOperation, Vector128<float>, Lanes4>(operation, count),
        };
}

sealed class MapCall<TOperation, T, TLanes>(TOperation operation, long count) : CpuCall
    where TOperation : struct, IPointwise
    where TLanes : struct, ILanes<T>
{
    readonly Cut _cut = Cut.Of(count);

    public override int Parts(int stage) => _cut.Parts;

    public override void Run(int stage, int part, int worker) =>
        Map.Run<TOperation, T, TLanes>(operation, _cut.Start(part), _cut.End(part));
}
