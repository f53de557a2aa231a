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

    // A gain below a quarter is not worth the larger rounding error.
    const double LeastGain = 1.25;

    // What a larger tile must spare of a smaller one's time, for its larger rounding error.
    const double LeastSaving = 0.1;

    /// <summary>The kernel of a convolution, null where the direct one is faster.</summary>
    public static Kernel? Select(Conv2D op, Signature s, InstructionSet isa, int workers) =>
        Select(ConvGeometry.Of(op, s), false, op.Epilogue, isa, workers);

    /// <summary>The kernel of a transposed convolution, null where the direct one is faster.</summary>
    public static Kernel? Select(Conv2DInputGrad op, Signature s, InstructionSet isa, int workers) =>
        Select(ConvGeometry.Of(op, s), true, op.Epilogue, isa, workers);

    /// <summary>The kernel of the filters' gradient, null where the direct one is faster.</summary>
    public static Kernel? Select(Conv2DFilterGrad op, Signature s, InstructionSet isa, int workers)
    {
        ConvGeometry g = ConvGeometry.Of(op, s);
        return Choose(g, isa) is { } variant ? new WinogradFilterGradKernel(g, variant, workers) : null;
    }

    static Kernel? Select(ConvGeometry g, bool turned, Epilogue epilogue, InstructionSet isa, int workers) =>
        Choose(g, isa) is { } variant ? new WinogradConvKernel(g, turned, epilogue, variant, workers) : null;

    /// <summary>The variant to compute a convolution by, null where none pays.</summary>
    static WinogradVariant? Choose(ConvGeometry g, InstructionSet isa)
    {
        int columns = MicroKernelSet.For(isa).Columns;
        bool wholePanels = g.Channels % columns == 0 && g.OutChannels % columns == 0;
        if (!wholePanels || g.Stride != 1 || g.Spread != 1 || g.KernelHeight != g.KernelWidth) return null;
        if (Math.Min(g.Channels, g.OutChannels) < FewestChannels) return null;
        WinogradVariant? chosen = null;
        double least = (double)g.Images * g.OutHeight * g.OutWidth * g.KernelHeight * g.KernelWidth / LeastGain;
        foreach (WinogradVariant variant in WinogradVariant.Of(g.KernelHeight, isa))
        {
            double cost = Cost(g, variant);
            if (cost > least) continue;
            (chosen, least) = (variant, cost * (1 - LeastSaving));
        }

        return chosen;
    }

    /// <summary>Multiplications per pair of channels, and what else takes time, in these.</summary>
    static double Cost(ConvGeometry g, WinogradVariant variant)
    {
        long filterFloats = (long)variant.Frequencies * g.Channels * g.OutChannels;
        double tiles = 1.5 * new WinogradTiles(g, variant.Results).Count;
        return variant.Frequencies * (tiles + (filterFloats > LargeFilterFloats ? LargeFilterTiles : FilterTiles));
    }
}
