using System.Runtime.CompilerServices;

namespace GeneratingImages.Cpu;

/// <summary>
/// Transforms between images or filters and blocks of transformed tiles, a vector of channels at a time: <c>TDown</c> along the columns,
/// then <c>TAcross</c> along the rows.
/// </summary>
static unsafe class WinogradPasses
{
    /// <summary>Transforms a run of an image's tiles into a block. Tiles that overlap share their transformed columns.</summary>
    public static void Spread<T, TLanes, TDown, TAcross>(TileRun* run)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TDown : struct, ITransform
        where TAcross : struct, ITransform
    {
        for (int channel = 0; channel < run->Channels; channel += TLanes.Count)
        {
            SpreadColumns<T, TLanes, TDown, TAcross>(run, channel);
            SpreadRows<T, TLanes, TDown, TAcross>(run, channel);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void SpreadColumns<T, TLanes, TDown, TAcross>(TileRun* run, int channel)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TDown : struct, ITransform
        where TAcross : struct, ITransform
    {
        int columns = (run->Tiles - 1) * run->Step + TAcross.In, column = 0;
        float* half = run->Half, from = run->Image + channel;
        bool inside = run->FirstRow == 0 && run->EndRow >= TDown.In;
        for (; column < run->FirstColumn; column++, from += run->NextPixel, half += TDown.Out * TLanes.Count)
            Clear<T, TLanes>(half, TDown.Out);
        for (; column < Math.Min(columns, run->EndColumn); column++, from += run->NextPixel, half += TDown.Out * TLanes.Count)
        {
            var to = new Strided<T, TLanes>(half, TLanes.Count);
            if (inside)
                TDown.Apply<T, TLanes, Strided<T, TLanes>, Strided<T, TLanes>>(new(from, run->NextRow), to);
            else
                TDown.Apply<T, TLanes, Bordered<T, TLanes>, Strided<T, TLanes>>(
                    new(from, run->NextRow, run->FirstRow, run->EndRow), to);
        }

        for (; column < columns; column++, half += TDown.Out * TLanes.Count) Clear<T, TLanes>(half, TDown.Out);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void SpreadRows<T, TLanes, TDown, TAcross>(TileRun* run, int channel)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TDown : struct, ITransform
        where TAcross : struct, ITransform
    {
        float* half = run->Half, to = run->Block + channel / run->Panel * run->NextPanel + channel % run->Panel;
        nint column = TDown.Out * TLanes.Count, frequency = run->NextFrequency;
        for (int tile = 0; tile < run->Tiles; tile++, half += run->Step * column, to += run->NextTile)
            for (int i = 0; i < TDown.Out; i++)
                TAcross.Apply<T, TLanes, Strided<T, TLanes>, Strided<T, TLanes>>(
                    new(half + i * TLanes.Count, column), new(to + i * TAcross.Out * frequency, frequency));
    }

    /// <summary>
    /// The first half of a transform of one vector of one tile, whose numbers are <paramref name="next"/> apart: every column, to
    /// [row, column].
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void TransformColumns<T, TLanes, TDown, TAcross>(float* from, nint next, float* half)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TDown : struct, ITransform
        where TAcross : struct, ITransform
    {
        nint row = TAcross.In * TLanes.Count;
        for (int i = 0; i < TAcross.In; i++)
            TDown.Apply<T, TLanes, Strided<T, TLanes>, Strided<T, TLanes>>(
                new(from + i * next, TAcross.In * next), new(half + i * TLanes.Count, row));
    }

    /// <summary>Transforms a run of tiles in a block into an image, with bias and activation, as far as they lie inside.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Gather<T, TLanes, TDown, TAcross, TActivation>(TileRun* run)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TDown : struct, ITransform
        where TAcross : struct, ITransform
        where TActivation : struct, IActivation
    {
        float* half = run->Half;
        nint row = TAcross.In * TLanes.Count, frequency = run->NextFrequency;
        int rows = Math.Min(TDown.Out, run->EndRow);
        for (int tile = 0; tile < run->Tiles; tile++)
        {
            int columns = Math.Min(TAcross.Out, run->EndColumn - tile * run->Step);
            for (int channel = 0; channel < run->Channels; channel += TLanes.Count)
            {
                T bias = run->Bias == null ? default : TLanes.Load(run->Bias + channel);
                float* from = run->Block + tile * run->NextTile + channel, to = run->Image + tile * run->Step * run->NextPixel + channel;
                TransformColumns<T, TLanes, TDown, TAcross>(from, frequency, half);
                for (int i = 0; i < rows; i++)
                    TAcross.Apply<T, TLanes, Strided<T, TLanes>, Finished<T, TLanes, TActivation>>(
                        new(half + i * row, TLanes.Count), new(to + i * run->NextRow, run->NextPixel, columns, bias));
            }
        }
    }

    /// <summary>The same with the results pooled by 2x2 before they are stored.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void GatherPooled<T, TLanes, TDown, TAcross, TActivation>(TileRun* run)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TDown : struct, ITransform
        where TAcross : struct, ITransform
        where TActivation : struct, IActivation
    {
        nint row = TAcross.In * TLanes.Count, frequency = run->NextFrequency;
        float* half = run->Half, upper = half + TDown.Out * row, lower = upper + TAcross.Out * TLanes.Count;
        int rows = Math.Min(TDown.Out / 2, run->EndRow);
        for (int tile = 0; tile < run->Tiles; tile++)
        {
            int columns = Math.Min(TAcross.Out / 2, run->EndColumn - tile * run->Step);
            for (int channel = 0; channel < run->Channels; channel += TLanes.Count)
            {
                T bias = run->Bias == null ? default : TLanes.Load(run->Bias + channel);
                float* from = run->Block + tile * run->NextTile + channel;
                TransformColumns<T, TLanes, TDown, TAcross>(from, frequency, half);
                nint to = tile * run->Step * run->NextPixel + channel;
                for (int i = 0; i < rows; i++, to += run->NextRow)
                {
                    TAcross.Apply<T, TLanes, Strided<T, TLanes>, Finished<T, TLanes, TActivation>>(
                        new(half + 2 * i * row, TLanes.Count), new(upper, TLanes.Count, TAcross.Out, bias));
                    TAcross.Apply<T, TLanes, Strided<T, TLanes>, Finished<T, TLanes, TActivation>>(
                        new(half + (2 * i + 1) * row, TLanes.Count), new(lower, TLanes.Count, TAcross.Out, bias));
                    nint pooled = to;
                    for (int j = 0; j < columns; j++, pooled += run->NextPixel)
                        PooledRows.Largest<T, TLanes>(
                            upper + 2 * j * TLanes.Count, lower + 2 * j * TLanes.Count, TLanes.Count,
                            run->Image + pooled, run->Codes == null ? null : run->Codes + pooled / 4);
                }
            }
        }
    }

    /// <summary>The same with the results going through an activation's gradient, and added up along the channels.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void GatherBack<T, TLanes, TDown, TAcross, TActivation>(TileRun* run)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TDown : struct, ITransform
        where TAcross : struct, ITransform
        where TActivation : struct, IActivation
    {
        nint row = TAcross.In * TLanes.Count, frequency = run->NextFrequency;
        float* half = run->Half, results = half + TDown.Out * row;
        int rows = Math.Min(TDown.Out, run->EndRow);
        for (int tile = 0; tile < run->Tiles; tile++)
        {
            int columns = Math.Min(TAcross.Out, run->EndColumn - tile * run->Step);
            for (int channel = 0; channel < run->Channels; channel += TLanes.Count)
            {
                float* from = run->Block + tile * run->NextTile + channel;
                TransformColumns<T, TLanes, TDown, TAcross>(from, frequency, half);
                nint to = tile * run->Step * run->NextPixel + channel;
                T sum = TLanes.Create(0);
                for (int i = 0; i < rows; i++, to += run->NextRow)
                {
                    TAcross.Apply<T, TLanes, Strided<T, TLanes>, Strided<T, TLanes>>(
                        new(half + i * row, TLanes.Count), new(results, TLanes.Count));
                    nint pixel = to;
                    for (int j = 0; j < columns; j++, pixel += run->NextPixel)
                    {
                        T result = TLanes.ActivateGrad<TActivation>(
                            TLanes.Load(run->Activated + pixel), TLanes.Load(results + j * TLanes.Count));
                        TLanes.Store(result, run->Image + pixel);
                        sum = TLanes.Add(sum, result);
                    }
                }

                if (run->Sums != null) TLanes.Store(TLanes.Add(TLanes.Load(run->Sums + channel), sum), run->Sums + channel);
            }
        }
    }

    /// <summary>
    /// Transforms filters, which lie [tap, number] with taps <paramref name="next"/> apart, to [frequency, number], each times the factor
    /// of its frequency.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Filters<T, TLanes, TDown, TAcross>(
        float* from, nint next, int count, float* to, nint nextTo, float* factors, float* half)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TDown : struct, ITransform
        where TAcross : struct, ITransform
    {
        nint row = TAcross.In * TLanes.Count;
        for (int j = 0; j < count; j += TLanes.Count, from += TLanes.Count, to += TLanes.Count)
        {
            TransformColumns<T, TLanes, TDown, TAcross>(from, next, half);
            for (int i = 0; i < TDown.Out; i++)
                TAcross.Apply<T, TLanes, Strided<T, TLanes>, Scaled<T, TLanes>>(
                    new(half + i * row, TLanes.Count), new(to + i * TAcross.Out * nextTo, nextTo, factors + i * TAcross.Out));
        }
    }

    /// <summary>The way back for gradients: from [frequency, number] to [tap, number].</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void FilterGradients<T, TLanes, TDown, TAcross>(float* from, nint next, int count, float* to, nint nextTo, float* half)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TDown : struct, ITransform
        where TAcross : struct, ITransform
    {
        nint row = TAcross.In * TLanes.Count;
        for (int j = 0; j < count; j += TLanes.Count, from += TLanes.Count, to += TLanes.Count)
        {
            TransformColumns<T, TLanes, TDown, TAcross>(from, next, half);
            for (int i = 0; i < TDown.Out; i++)
                TAcross.Apply<T, TLanes, Strided<T, TLanes>, Strided<T, TLanes>>(
                    new(half + i * row, TLanes.Count), new(to + i * TAcross.Out * nextTo, nextTo));
        }
    }

    /// <summary>
    /// Adds to the first of some sums, <paramref name="next"/> apart, all others in their order and multiplies the result by a factor.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Add<T, TLanes>(float* sum, nint next, int sums, nint count, float factor)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
    {
        for (nint j = 0; j < count; j += TLanes.Count, sum += TLanes.Count)
        {
            T total = TLanes.Load(sum);
            for (int i = 1; i < sums; i++) total = TLanes.Add(total, TLanes.Load(sum + i * next));
            TLanes.Store(TLanes.Multiply(total, TLanes.Create(factor)), sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Clear<T, TLanes>(float* to, int vectors)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
    {
        for (int i = 0; i < vectors; i++) TLanes.Store(default, to + i * TLanes.Count);
    }
}
