using System.Runtime.Intrinsics;
using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>
/// Winograd's convolution for one size of filters and one instruction set, F(4x4,3x3) on tiles of 6x6, F(6x6,3x3) or F(4x4,5x5) on
/// tiles of 8x8, or F(8x4,3x3) on tiles of 10x6: its transforms, compiled for the vectors of the set.
/// </summary>
sealed unsafe class WinogradVariant
{
    // What a block of transformed tiles and products may take: most of a second-level cache of 512 KiB, or of 1 MiB and more on
    // processors with AVX-512.
    const int CacheFloats = 96 * 1024, LargeCacheFloats = 176 * 1024;

    static readonly WinogradVariant[] ThreeByFour = All<Three, SixPoints, Four, SixPoints, Four>();
    static readonly WinogradVariant[] ThreeBySix = All<Three, EightPoints, Six, EightPoints, Six>();
    static readonly WinogradVariant[] ThreeByEight = All<Three, TenPoints, Eight, SixPoints, Four>();
    static readonly WinogradVariant[] FiveByFour = All<Five, EightPoints, Four, EightPoints, Four>();

    readonly Dictionary<Activation, nint> _gather = [], _gatherPooled = [], _gatherBack = [];

    WinogradVariant(int taps, double[] down, double[] across, InstructionSet isa)
    {
        (Taps, TileRows, TileColumns, Micro) = (taps, down.Length, across.Length, MicroKernelSet.For(isa));
        BlockFloats = isa == InstructionSet.Avx512 ? LargeCacheFloats : CacheFloats;
        Scale = [.. down.SelectMany(_ => across, (row, column) => (float)(row * column))];
    }

    /// <summary>The rows and columns of a filter.</summary>
    public int Taps { get; }

    /// <summary>The rows of a tile.</summary>
    public int TileRows { get; }

    /// <summary>The columns of a tile.</summary>
    public int TileColumns { get; }

    /// <summary>The rows of results that a tile makes.</summary>
    public int ResultRows => TileRows - Taps + 1;

    /// <summary>The columns of results that a tile makes.</summary>
    public int ResultColumns => TileColumns - Taps + 1;

    /// <summary>The numbers of a tile, called frequencies once it is transformed.</summary>
    public int Frequencies => TileRows * TileColumns;

    /// <summary>The micro-kernels that multiply, frequency by frequency.</summary>
    public MicroKernelSet Micro { get; }

    /// <summary>The factors of the frequencies: 1 / (M'(p) M'(q)) for each pair of points.</summary>
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

    /// <summary>
    /// The variants for a size of filters, those that round less first. F(8x4,3x3) is for sets that fuse a multiplication and an addition:
    /// without, it rounds beyond what the others do.
    /// </summary>
    public static WinogradVariant[] Of(int taps, InstructionSet isa) => taps switch
    {
        3 when isa == InstructionSet.Portable => [ThreeByFour[(int)isa], ThreeBySix[(int)isa]],
        3 => [ThreeByFour[(int)isa], ThreeBySix[(int)isa], ThreeByEight[(int)isa]],
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
    public override string ToString() => $"winograd F({ResultRows}x{ResultColumns},{Taps}x{Taps}) {Micro}";

    /// <summary>The tiles of given points and results, down and across, for every instruction set.</summary>
    static WinogradVariant[] All<TTaps, TDown, TRows, TAcross, TColumns>()
        where TTaps : struct, ICount
        where TDown : struct, IPoints
        where TRows : struct, ICount
        where TAcross : struct, IPoints
        where TColumns : struct, ICount =>
        [
            Of<TTaps, TDown, TRows, TAcross, TColumns, Vector128<float>, Lanes4>(InstructionSet.Portable),
            Of<TTaps, TDown, TRows, TAcross, TColumns, Vector256<float>, Lanes8>(InstructionSet.Avx2),
            Of<TTaps, TDown, TRows, TAcross, TColumns, Vector512<float>, Lanes16>(InstructionSet.Avx512),
        ];

    static WinogradVariant Of<TTaps, TDown, TRows, TAcross, TColumns, T, TLanes>(InstructionSet isa)
        where TTaps : struct, ICount
        where TDown : struct, IPoints
        where TRows : struct, ICount
        where TAcross : struct, IPoints
        where TColumns : struct, ICount
        where T : unmanaged
        where TLanes : struct, ILanes<T>
    {
        var variant = new WinogradVariant(
            TTaps.Value, PointPairs.Factors(TDown.Finite), PointPairs.Factors(TAcross.Finite), isa)
        {
            SpreadImages = &WinogradPasses.Spread<T, TLanes, Data<TDown>, Data<TAcross>>,
            SpreadGradients = &WinogradPasses.Spread<T, TLanes, Evaluate<TDown, TRows>, Evaluate<TAcross, TColumns>>,
            Filters = &WinogradPasses.Filters<T, TLanes, Evaluate<TDown, TTaps>, Evaluate<TAcross, TTaps>>,
            FilterGradients = &WinogradPasses.FilterGradients<T, TLanes, Combine<TDown, TTaps>, Combine<TAcross, TTaps>>,
            Add = &WinogradPasses.Add<T, TLanes>,
        };
        variant.AddGather<T, TLanes, Combine<TDown, TRows>, Combine<TAcross, TColumns>, Identity>(Activation.None);
        variant.AddGather<T, TLanes, Combine<TDown, TRows>, Combine<TAcross, TColumns>, Relu>(Activation.Relu);
        variant.AddGather<T, TLanes, Combine<TDown, TRows>, Combine<TAcross, TColumns>, Elu>(Activation.Elu);
        return variant;
    }

    void AddGather<T, TLanes, TDown, TAcross, TActivation>(Activation kind)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TDown : struct, ITransform
        where TAcross : struct, ITransform
        where TActivation : struct, IActivation
    {
        delegate*<TileRun*, void> gather = &WinogradPasses.Gather<T, TLanes, TDown, TAcross, TActivation>;
        _gather.Add(kind, (nint)gather);
        gather = &WinogradPasses.GatherPooled<T, TLanes, TDown, TAcross, TActivation>;
        _gatherPooled.Add(kind, (nint)gather);
        gather = &WinogradPasses.GatherBack<T, TLanes, TDown, TAcross, TActivation>;
        _gatherBack.Add(kind, (nint)gather);
    }
}
