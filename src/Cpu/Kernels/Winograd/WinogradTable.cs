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
        return Pays(g, isa) ? new WinogradFilterGradKernel(g, Of(g, isa)!, workers) : null;
    }

    /// <summary>The variant that can compute a convolution, null if none can.</summary>
    public static WinogradVariant? Of(ConvGeometry g, InstructionSet isa)
    {
        int columns = MicroKernelSet.For(isa).Columns;
        bool wholePanels = g.Channels % columns == 0 && g.OutChannels % columns == 0;
        return wholePanels && g.Stride == 1 && g.Spread == 1 && g.KernelHeight == g.KernelWidth
            ? WinogradVariant.Of(g.KernelHeight, isa)
            : null;
    }

    static Kernel? Select(ConvGeometry g, bool turned, Epilogue epilogue, InstructionSet isa, int workers) =>
        Pays(g, isa) ? new WinogradConvKernel(g, turned, epilogue, Of(g, isa)!, workers) : null;

    static bool Pays(ConvGeometry g, InstructionSet isa)
    {
        if (Math.Min(g.Channels, g.OutChannels) < FewestChannels || Of(g, isa) is not { } variant) return false;
        double direct = (double)g.Images * g.OutHeight * g.OutWidth * variant.Taps * variant.Taps;
        long filterFloats = (long)variant.Frequencies * g.Channels * g.OutChannels;
        double tiles = 1.5 * new WinogradTiles(g).Count + (filterFloats > LargeFilterFloats ? LargeFilterTiles : FilterTiles);
        return direct >= LeastGain * variant.Frequencies * tiles;
    }
}
