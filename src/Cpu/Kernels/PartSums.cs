namespace GeneratingImages.Cpu;

/// <summary>
/// The bias gradient beside a convolution: each part adds its results to a row of its own, [part, channel], and a last stage adds the
/// rows in their order, so that the sums have the same bits for any number of workers.
/// </summary>
static unsafe class PartSums
{
    /// <summary>Adds the rows of all parts.</summary>
    public static void Add(float* rows, int parts, int channels, float* to)
    {
        new Span<float>(to, channels).Clear();
        for (int part = 0; part < parts; part++) Blocks.Add(rows + (nint)part * channels, to, channels);
    }
}
