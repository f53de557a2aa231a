using System.Runtime.Intrinsics;
using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>
/// Winograd's convolution for one size of filters and one instruction set, F(4x4,3x3) on tiles of 6x6, or F(6x6,3x3) or F(4x4,5x5) on
/// tiles of 8x8: its transforms, compiled for the vectors of the set.
/// </summary>
sealed unsafe class WinogradVariant
{
    // What a block of transformed tiles and products may take: most of a second-level cache of 512 KiB, or of 1 MiB and more on
    // processors with AVX-512.
    const int CacheFloats = 96 * 1024, LargeCacheFloats = 176 * 1024;

    static readonly WinogradVariant[] ThreeBySix = All<Data8, Evaluate8<Three>, Combine8<Six>, Evaluate8<Six>, Combine8<Three>>();
    static readonly WinogradVariant[] ThreeByFour = All<Data6, Evaluate6<Three>, Combine6<Four>, Evaluate6<Four>, Combine6<Three>>();
    static readonly WinogradVariant[] FiveByFour = All<Data8, Evaluate8<Five>, Combine8<Four>, Evaluate8<Four>, Combine8<Five>>();

    readonly Dictionary<Activation, nint> _gather = [], _gatherPooled = [], _gatherBack = [];

    WinogradVariant(int taps, int size, InstructionSet isa)
    {
        (Taps, Size, Micro) = (taps, size, MicroKernelSet.For(isa));
        (Scale, BlockFloats) = (WinogradPoints.Scale(size), isa == InstructionSet.Avx512 ? LargeCacheFloats : CacheFloats);
    }

    /// <summary>The rows and columns of a filter.</summary>
    public int Taps { get; }

    /// <summary>The rows and columns of a tile.</summary>
    public int Size { get; }

    /// <summary>The rows and columns of results that a tile makes.</summary>
    public int Results => Size - Taps + 1;

    /// <summary>The numbers of a tile, called frequencies once it is transformed.</summary>
    public int Frequencies => Size * Size;

    /// <summary>The micro-kernels that multiply, frequency by frequency.</summary>
    public MicroKernelSet Micro { get; }

    /// <summary>The factors of the frequencies, see <see cref="WinogradPoints.Scale"/>.</summary>
    public float[] Scale { get; }

    /// <summary>The floats that a block of transformed tiles and products should take at most.</summary>
    public int BlockFloats { get; }

    /// <summary>See <see cref="WinogradPasses.Spread"/>: of images, and of gradients, whose tiles do not overlap.</summary>
    public delegate*<TileRun*, void> SpreadImages { get; private set; }

    /// <inheritdoc cref="SpreadImages"/>
    public delegate*<TileRun*, void> SpreadGradients { get; private set; }

    /// <summary>See <see cref="WinogradPasses.Filters"/>.</summary>
    public delegate*<float*, nint, int, float*, nint, float*, float*, void> Filters { get; private set; }

    /// <summary>See <see cref="WinogradPasses.FilterGradients"/>.</summary>
    public delegate*<float*, nint, int, float*, nint, float*, void> FilterGradients { get; private set; }

    /// <summary>See <see cref="WinogradPasses.Add"/>.</summary>
    public delegate*<float*, nint, int, nint, float, void> Add { get; private set; }

    /// <summary>The variants for a size of filters, those of fewer results a tile, which round less, first.</summary>
    public static WinogradVariant[] Of(int taps, InstructionSet isa) => taps switch
    {
        3 => [ThreeByFour[(int)isa], ThreeBySix[(int)isa]],
        5 => [FiveByFour[(int)isa]],
        _ => [],
    };

    /// <summary>
    /// A distance between frequencies that leaves room for so many floats and is an odd number of cache lines: a power of two would put
    /// all frequencies of a tile into a few sets of the cache.
    /// </summary>
    public static nint Apart(nint floats) => ((floats + 15) / 16 | 1) * 16;

    /// <summary>
    /// See <see cref="WinogradPasses.Gather"/>, <see cref="WinogradPasses.GatherPooled"/> and <see cref="WinogradPasses.GatherBack"/>.
    /// </summary>
    public delegate*<TileRun*, void> Gather(ConvEnding ending) => (delegate*<TileRun*, void>)(
        ending.Pool ? _gatherPooled[ending.Epilogue.Activation]
        : ending.GoesBack ? _gatherBack[ending.Back]
        : _gather[ending.Epilogue.Activation]);

    /// <inheritdoc/>
    public override string ToString() => $"winograd F({Results}x{Results},{Taps}x{Taps}) {Micro}";

    static WinogradVariant[] All<TData, TFilter, TResult, TGradient, TFilterGradient>()
        where TData : struct, ITransform
        where TFilter : struct, ITransform
        where TResult : struct, ITransform
        where TGradient : struct, ITransform
        where TFilterGradient : struct, ITransform =>
        [
            Of<TData, TFilter, TResult, TGradient, TFilterGradient, Vector128<float>, Lanes4>(InstructionSet.Portable),
            Of<TData, TFilter, TResult, TGradient, TFilterGradient, Vector256<float>, Lanes8>(InstructionSet.Avx2),
            Of<TData, TFilter, TResult, TGradient, TFilterGradient, Vector512<float>, Lanes16>(InstructionSet.Avx512),
        ];

    static WinogradVariant Of<TData, TFilter, TResult, TGradient, TFilterGradient, T, TLanes>(InstructionSet isa)
        where TData : struct, ITransform
        where TFilter : struct, ITransform
        where TResult : struct, ITransform
        where TGradient : struct, ITransform
        where TFilterGradient : struct, ITransform
        where T : unmanaged
        where TLanes : struct, ILanes<T>
    {
        var variant = new WinogradVariant(TFilter.In, TData.In, isa)
        {
            SpreadImages = &WinogradPasses.Spread<T, TLanes, TData>,
            SpreadGradients = &WinogradPasses.Spread<T, TLanes, TGradient>,
            Filters = &WinogradPasses.Filters<T, TLanes, TFilter>,
            FilterGradients = &WinogradPasses.FilterGradients<T, TLanes, TFilterGradient>,
            Add = &WinogradPasses.Add<T, TLanes>,
        };
        variant.AddGather<T, TLanes, TResult, Identity>(Activation.None);
        variant.AddGather<T, TLanes, TResult, Relu>(Activation.Relu);
        variant.AddGather<T, TLanes, TResult, Elu>(Activation.Elu);
        return variant;
    }

    void AddGather<T, TLanes, TResult, TActivation>(Activation kind)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TResult : struct, ITransform
        where TActivation : struct, IActivation
    {
        delegate*<TileRun*, void> gather = &WinogradPasses.Gather<T, TLanes, TResult, TActivation>;
        _gather.Add(kind, (nint)gather);
        gather = &WinogradPasses.GatherPooled<T, TLanes, TResult, TActivation>;
        _gatherPooled.Add(kind, (nint)gather);
        gather = &WinogradPasses.GatherBack<T, TLanes, TResult, TActivation>;
        _gatherBack.Add(kind, (nint)gather);
    }
}
