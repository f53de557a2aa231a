namespace GeneratingImages.Core;

/// <summary>The speeds that bound every kernel of a device (the roofline of Williams, Waterman and Patterson, 2009).</summary>
/// <param name="Gflops">Multiply-adds, counted as two operations, in 10^9 operations a second.</param>
/// <param name="GigabytesPerSecond">Memory traffic, reads and writes counted alike.</param>
public readonly record struct Ceilings(double Gflops, double GigabytesPerSecond)
{
    /// <summary>The least time of some work in milliseconds: its arithmetic or its traffic, whichever takes longer.</summary>
    public double Milliseconds(double flops, double bytes) => Math.Max(flops / Gflops, bytes / GigabytesPerSecond) / 1e6;
}
