using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>
/// Where Winograd's convolution takes the place of the direct one: a choice by shape and instruction set, from measurements of all layers
/// of the models (command <c>winograd</c> of the benchmarks), never by timing at run time and never by the number of workers.
/// </summary>
static class WinogradTable
{
    // Below this, transforms take a growing share: they are as many as channels, the products as many as pairs of them.
    const int FewestChannels = 32;

    // In multiplications per pair of channels: the transforms of a tile take half the time of its products again, those of the filters
    // as long as the products of so many tiles, the more where the filters leave the second-level cache.
    const int FilterTiles = 12, LargeFilterTiles = 36, LargeFilterFloats = 512 * 1024;

    // The direct kernel packs a filter's taps in the time of so many multiplications each, and takes for a row of fewer than four pixels
    // as long as for four.
    const int PackedTap = 30, FewestRows = 4;

    // A gain below a fifth is not worth the larger rounding error.
    const double LeastGain = 1.2;

    // What a larger tile must spare of a smaller one's time, for its larger rounding error.
    const double LeastSaving = 0.1;

    /// <summary>The kernel of a convolution, null where the direct one is faster.</summary>
    public static Kernel? Select(Conv2D op, Signature s, InstructionSet isa, int workers) =>
        Select(ConvGeometry.Of(op, s), false, ConvEnding.Of(op), isa, workers);

    /// <summary>The kernel of a transposed convolution, null where the direct one is faster.</summary>
    public static Kernel? Select(Conv2DInputGrad op, Signature s, InstructionSet isa, int workers) =>
        Select(ConvGeometry.Of(op, s), true, ConvEnding.Of(op), isa, workers);

    /// <summary>The kernel of the filters' gradient, null where the direct one is faster.</summary>
    public static Kernel? Select(Conv2DFilterGrad op, Signature s, InstructionSet isa, int workers)
    {
        ConvGeometry g = ConvGeometry.Of(op, s);
        return Choose(g, isa) is { } variant ? new WinogradFilterGradKernel(g, variant, workers) : null;
    }

    static Kernel? Select(ConvGeometry g, bool turned, ConvEnding ending, InstructionSet isa, int workers) =>
        Choose(g, isa) is { } variant ? new WinogradConvKernel(g, turned, ending, variant, workers) : null;

    /// <summary>The variant to compute a convolution by, null where none pays.</summary>
    static WinogradVariant? Choose(ConvGeometry g, InstructionSet isa)
    {
        int columns = MicroKernelSet.For(isa).Columns;
        bool wholePanels = g.Channels % columns == 0 && g.OutChannels % columns == 0;
        if (!wholePanels || g.Stride != 1 || g.Spread != 1 || g.KernelHeight != g.KernelWidth) return null;
        if (Math.Min(g.Channels, g.OutChannels) < FewestChannels) return null;
        WinogradVariant? chosen = null;
        double least = DirectCost(g, MicroKernelSet.For(isa)) / LeastGain;
        foreach (WinogradVariant variant in WinogradVariant.Of(g.KernelHeight, isa))
        {
            double cost = Cost(g, variant);
            if (cost > least) continue;
            (chosen, least) = (variant, cost * (1 - LeastSaving));
        }

        return chosen;
    }

    static double DirectCost(ConvGeometry g, MicroKernelSet micro)
    {
        long pixels = 0;
        for (int x = 0, height; x < g.OutWidth; x += height)
        {
            height = micro.NextRows(g.OutWidth - x);
            pixels += Math.Max(FewestRows, height);
        }

        return (double)g.KernelHeight * g.KernelWidth * (g.Images * g.OutHeight * pixels + PackedTap);
    }

    /// <summary>Multiplications per pair of channels, and what else takes time, in these.</summary>
    static double Cost(ConvGeometry g, WinogradVariant variant)
    {
        long filterFloats = (long)variant.Frequencies * g.Channels * g.OutChannels;
        double tiles = 1.5 * new WinogradTiles(g, variant.ResultRows, variant.ResultColumns).Count;
        return variant.Frequencies * (tiles + (filterFloats > LargeFilterFloats ? LargeFilterTiles : FilterTiles));
    }
}
