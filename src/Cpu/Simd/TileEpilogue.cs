using System.Runtime.CompilerServices;

namespace GeneratingImages.Cpu;

/// <summary>What happens to a finished tile, which is still in the first-level cache: bias, activation, and out to its place.</summary>
static unsafe class TileEpilogue
{
    /// <summary>
    /// Stores rows x columns of a tile whose rows are <paramref name="width"/> apart to rows <paramref name="stride"/> apart, each
    /// plus the bias along the columns, unless that is null.
    /// </summary>
    public static void Finish<T, TLanes, TActivation>(float* tile, int width, int rows, int columns, float* bias, float* to, nint stride)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TActivation : struct, IActivation
    {
        int lanes = sizeof(T) / sizeof(float), j = 0;
        for (; j <= columns - lanes; j += lanes)
        {
            T add = bias == null ? default : TLanes.Load(bias + j);
            float* from = tile + j, row = to + j;
            for (int i = 0; i < rows; i++, from += width, row += stride)
                TLanes.Store(TLanes.Activate<TActivation>(TLanes.Add(TLanes.Load(from), add)), row);
        }

        for (; j < columns; j++)
        {
            float add = bias == null ? 0 : bias[j];
            float* from = tile + j, row = to + j;
            for (int i = 0; i < rows; i++, from += width, row += stride) *row = TActivation.Apply(*from + add);
        }
    }

    /// <summary>
    /// Stores rows x columns of a tile times the derivative of an activation at its output <paramref name="y"/>, which lies as the
    /// results do, and adds them along the columns to <paramref name="sums"/>, unless that is null.
    /// </summary>
    public static void FinishBack<T, TLanes, TActivation>(
        float* tile, int width, int rows, int columns, float* y, float* to, nint stride, float* sums)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TActivation : struct, IActivation
    {
        int j = 0;
        for (; j <= columns - TLanes.Count; j += TLanes.Count)
            Back<T, TLanes, TActivation>(tile + j, width, rows, y + j, to + j, stride, sums, j);
        for (; j < columns; j++) Back<float, Lanes1, TActivation>(tile + j, width, rows, y + j, to + j, stride, sums, j);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Back<T, TLanes, TActivation>(float* tile, int width, int rows, float* y, float* to, nint stride, float* sums, int j)
        where TLanes : struct, ILanes<T>
        where TActivation : struct, IActivation
    {
        T sum = TLanes.Create(0);
        for (int i = 0; i < rows; i++, tile += width, y += stride, to += stride)
        {
            T result = TLanes.ActivateGrad<TActivation>(TLanes.Load(y), TLanes.Load(tile));
            TLanes.Store(result, to);
            sum = TLanes.Add(sum, result);
        }

        if (sums != null) TLanes.Store(TLanes.Add(TLanes.Load(sums + j), sum), sums + j);
    }

    /// <summary>The same with the tile's rows going to columns and the bias along the tile's rows.</summary>
    public static void FinishTransposed<TActivation>(float* tile, int width, int rows, int columns, float* bias, float* to, nint stride)
        where TActivation : struct, IActivation
    {
        for (int j = 0; j < columns; j++, to += stride)
            for (int i = 0; i < rows; i++) to[i] = TActivation.Apply(tile[i * width + j] + (bias == null ? 0 : bias[i]));
    }
}
