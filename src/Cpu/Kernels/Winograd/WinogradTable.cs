using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>
/// Where Winograd's convolution takes the place of the direct one: a choice by shape and instruction set, from measurements of all layers
/// of the models (command <c>winograd</c> of the benchmarks), never by timing at run time and never by the number of workers.
/// </summary>
static class WinogradTable
{
    const int FewestChannels = 32, FewestTiles = 24;

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
        return Pays(g, isa) && Of(g, isa) is { } variant ? new WinogradFilterGradKernel(g, variant, workers) : null;
    }

    /// <summary>The variant that can compute a convolution, null if none can.</summary>
    public static WinogradVariant? Of(ConvGeometry g, InstructionSet isa)
    {
        int columns = MicroKernelSet.For(isa).Columns;
        return g.Stride == 1 && g.Spread == 1 && g.KernelHeight == g.KernelWidth && g.Channels % columns == 0 && g.OutChannels % columns == 0
            ? WinogradVariant.Of(g.KernelHeight, isa)
            : null;
    }

    static Kernel? Select(ConvGeometry g, bool turned, Epilogue epilogue, InstructionSet isa, int workers) =>
        Pays(g, isa) && Of(g, isa) is { } variant ? new WinogradConvKernel(g, turned, epilogue, variant, workers) : null;

    static bool Pays(ConvGeometry g, InstructionSet isa) =>
        Math.Min(g.Channels, g.OutChannels) >= FewestChannels && new WinogradTiles(g).Count >= FewestTiles;
}
