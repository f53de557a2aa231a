using System.Runtime.Intrinsics;
using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>One instruction set's micro-kernels: tiles of each height up to the largest, of one width, and what finishes them.</summary>
sealed unsafe class MicroKernelSet
{
    static readonly MicroKernelSet
        Portable = Of<Vector128<float>, Lanes4>("portable", 4),
        Avx2 = Of<Vector256<float>, Lanes8>("avx2", 6),
        Avx512 = Of<Vector512<float>, Lanes16>("avx512", 12);

    readonly string _name;
    readonly delegate*<Steps*, float*, float*, float*, bool, void>[] _tiles, _finished, _rectified;
    readonly Dictionary<Activation, nint> _finish = [], _finishBack = [], _finishTransposed = [];

    MicroKernelSet(
        string name,
        int rows,
        int columns,
        delegate*<Steps*, float*, float*, float*, bool, void>[] tiles,
        delegate*<Steps*, float*, float*, float*, bool, void>[] finished,
        delegate*<Steps*, float*, float*, float*, bool, void>[] rectified) =>
        (_name, Rows, Columns, _tiles, _finished, _rectified) = (name, rows, columns, tiles, finished, rectified);

    /// <summary>The greatest height of a tile.</summary>
    public int Rows { get; }

    /// <summary>The width of a tile: two vectors.</summary>
    public int Columns { get; }

    /// <summary>The size of the largest tile, in floats.</summary>
    public int TileFloats => Rows * Columns;

    /// <summary>The micro-kernels of an instruction set. They run, if slowly, on processors without it.</summary>
    public static MicroKernelSet For(InstructionSet set) => set switch
    {
        InstructionSet.Avx512 => Avx512,
        InstructionSet.Avx2 => Avx2,
        _ => Portable,
    };

    /// <inheritdoc/>
    public override string ToString() => $"{_name} {Rows}x{Columns}";

    /// <summary>
    /// The height of the next tile when so many rows are left: the last two tiles share what is left evenly, because a tile of few
    /// rows has too few independent sums to keep the multiply-add units busy.
    /// </summary>
    public int NextRows(int left) => left >= 2 * Rows ? Rows : left > Rows ? (left + 1) / 2 : left;

    /// <summary>See <see cref="MicroKernel.Tile"/>.</summary>
    public void Tile(int rows, Steps* steps, float* a, float* b, float* tile, bool accumulate) =>
        _tiles[rows - 1](steps, a, b, tile, accumulate);

    /// <summary>
    /// The micro-kernels, by their number of rows less one, that activate a tile and store it where it belongs; null for the exponential,
    /// whose arithmetic needs the registers that hold the tile. See <see cref="MicroKernel.Tile"/>.
    /// </summary>
    public delegate*<Steps*, float*, float*, float*, bool, void>[]? FinishedTiles(Activation kind) => kind switch
    {
        Activation.None => _finished,
        Activation.Relu => _rectified,
        _ => null,
    };

    /// <summary>See <see cref="TileEpilogue.Finish"/>.</summary>
    public delegate*<float*, int, int, int, float*, float*, nint, void> Finish(Activation kind) =>
        (delegate*<float*, int, int, int, float*, float*, nint, void>)_finish[kind];

    /// <summary>See <see cref="TileEpilogue.FinishBack"/>.</summary>
    public delegate*<float*, int, int, int, float*, float*, nint, float*, void> FinishBack(Activation kind) =>
        (delegate*<float*, int, int, int, float*, float*, nint, float*, void>)_finishBack[kind];

    /// <summary>See <see cref="TileEpilogue.FinishTransposed"/>.</summary>
    public delegate*<float*, int, int, int, float*, float*, nint, void> FinishTransposed(Activation kind) =>
        (delegate*<float*, int, int, int, float*, float*, nint, void>)_finishTransposed[kind];

    static MicroKernelSet Of<T, TLanes>(string name, int rows)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
    {
        var set = new MicroKernelSet(
            name,
            rows,
            2 * sizeof(T) / sizeof(float),
            Tiles<T, TLanes, RowAfterRow, Identity>(),
            Tiles<T, TLanes, Placed, Identity>(),
            Tiles<T, TLanes, Placed, Relu>());
        set.Add<T, TLanes, Identity>(Activation.None);
        set.Add<T, TLanes, Relu>(Activation.Relu);
        set.Add<T, TLanes, Elu>(Activation.Elu);
        return set;
    }

    static delegate*<Steps*, float*, float*, float*, bool, void>[] Tiles<T, TLanes, TPlace, TActivation>()
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TPlace : unmanaged, IPlace
        where TActivation : struct, IActivation =>
    [
        &MicroKernel.Tile<T, TLanes, Rows1, TPlace, TActivation>, &MicroKernel.Tile<T, TLanes, Rows2, TPlace, TActivation>,
        &MicroKernel.Tile<T, TLanes, Rows3, TPlace, TActivation>, &MicroKernel.Tile<T, TLanes, Rows4, TPlace, TActivation>,
        &MicroKernel.Tile<T, TLanes, Rows5, TPlace, TActivation>, &MicroKernel.Tile<T, TLanes, Rows6, TPlace, TActivation>,
        &MicroKernel.Tile<T, TLanes, Rows7, TPlace, TActivation>, &MicroKernel.Tile<T, TLanes, Rows8, TPlace, TActivation>,
        &MicroKernel.Tile<T, TLanes, Rows9, TPlace, TActivation>, &MicroKernel.Tile<T, TLanes, Rows10, TPlace, TActivation>,
        &MicroKernel.Tile<T, TLanes, Rows11, TPlace, TActivation>, &MicroKernel.Tile<T, TLanes, Rows12, TPlace, TActivation>,
    ];

    void Add<T, TLanes, TActivation>(Activation kind)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TActivation : struct, IActivation
    {
        delegate*<float*, int, int, int, float*, float*, nint, void> finish = &TileEpilogue.Finish<T, TLanes, TActivation>;
        _finish.Add(kind, (nint)finish);
        finish = &TileEpilogue.FinishTransposed<TActivation>;
        _finishTransposed.Add(kind, (nint)finish);
        delegate*<float*, int, int, int, float*, float*, nint, float*, void> back = &TileEpilogue.FinishBack<T, TLanes, TActivation>;
        _finishBack.Add(kind, (nint)back);
    }
}
