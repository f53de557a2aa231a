using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>A matrix product as the kernel sees it: which matrix gives rows, which columns, how they lie, how the work is cut.</summary>
sealed record MatMulGeometry
{
    // A block of rows and terms stays in the second-level cache, a panel's part of the terms in the first.
    const int MostRows = 96, MostTerms = 256;

    // So few rows make one block: each part then takes a share of the panels or of the terms, and packs it for itself.
    const int FewRows = 128;

    // With few panels, packing rows takes most of the time, and it is faster the more of them lie beside each other. What is packed
    // stays in the first-level cache.
    const int MostRowsBeside = 96, BesideFloats = 4096, MostTermsApart = 128;

    // Enough parts to keep many workers evenly busy, and the fewest terms and panels worth a part of their own.
    const int WantedParts = 16, FewestTerms = 128, FewestPanels = 4;

    // In floats packed.
    const long TransposedResult = 4;

    // With so many panels, packed rows are read often enough to pay for packing even where their terms are adjacent.
    const int PanelsToPackFor = 8;

    /// <summary>The product of the leading axes.</summary>
    public required int Batch { get; init; }

    /// <summary>Whether the transposed product is computed, with the second matrix giving the rows.</summary>
    public required bool Transposed { get; init; }

    /// <summary>The sizes of the product as computed, and the number of terms in each result.</summary>
    public required int Rows { get; init; }

    /// <inheritdoc cref="Rows"/>
    public required int Columns { get; init; }

    /// <inheritdoc cref="Rows"/>
    public required int Terms { get; init; }

    /// <summary>The distances between adjacent rows, and between adjacent terms, of the matrix that gives the rows.</summary>
    public required nint RowStride { get; init; }

    /// <inheritdoc cref="RowStride"/>
    public required nint RowTerm { get; init; }

    /// <summary>The distances between adjacent columns, and between adjacent terms, of the matrix that gives the columns.</summary>
    public required nint ColumnStride { get; init; }

    /// <inheritdoc cref="ColumnStride"/>
    public required nint ColumnTerm { get; init; }

    /// <summary>The number of panels that the columns make.</summary>
    public required int Panels { get; init; }

    /// <summary>The columns, up to whole panels.</summary>
    public required int PackedColumns { get; init; }

    /// <summary>The rows of a part, and the most terms taken at once.</summary>
    public required int RowsPerPart { get; init; }

    /// <inheritdoc cref="RowsPerPart"/>
    public required int TermsPerBlock { get; init; }

    /// <summary>The pieces that the terms are cut into.</summary>
    public required int Splits { get; init; }

    /// <summary>The panels of a part; where there are few blocks of rows, not all.</summary>
    public required int PanelsPerPart { get; init; }

    /// <summary>
    /// How far apart terms lie where rows are packed beside each other; 0 where they are packed tile by tile, or not at all.
    /// </summary>
    public required int RowsBeside { get; init; }

    /// <summary>The groups of panels.</summary>
    public int PanelGroups => (Panels + PanelsPerPart - 1) / PanelsPerPart;

    /// <summary>Whether rows are packed: their terms are not adjacent, or many panels read them.</summary>
    public bool PacksRows => RowTerm != 1 || Panels >= PanelsToPackFor;

    /// <summary>Whether all parts read the same panels, which are then packed before; otherwise each packs its own.</summary>
    public bool SharesPanels => RowBlocks > 1;

    /// <summary>Whether the first visit to a tile finishes it.</summary>
    public bool OneVisit => Splits == 1 && TermsPerBlock == Terms;

    /// <summary>The number of blocks of rows.</summary>
    public int RowBlocks => (Rows + RowsPerPart - 1) / RowsPerPart;

    /// <summary>The floats of one batch's packed columns.</summary>
    public long PanelFloats => (long)PackedColumns * Terms;

    /// <summary>The floats of one batch's tiles over one split of the terms.</summary>
    public long SumFloats => (long)Rows * PackedColumns;

    /// <summary>The geometry of an operation.</summary>
    /// <exception cref="NoKernelException">An input is not single precision.</exception>
    public static MatMulGeometry Of(MatMul op, Signature s, MicroKernelSet micro)
    {
        s.Expect(op);
        (Shape a, Shape y) = (s.Inputs[0].Shape, s.Output.Shape);
        int m = y[^2], n = y[^1], k = op.TransposeA ? a[^2] : a[^1], batch = (int)(y.Count / m / n);
        (nint Row, nint Term) left = op.TransposeA ? (1, m) : (k, 1), right = op.TransposeB ? (k, 1) : (1, n);

        // Packing costs a float for each entry of the packed matrix; computing transposed costs some for each result, which is then
        // stored number by number instead of straight from the registers.
        bool transposed = (long)k * n > (long)k * m + TransposedResult * m * n;
        (int rows, int columns) = transposed ? (n, m) : (m, n);
        int panels = (columns + micro.Columns - 1) / micro.Columns;
        (nint Row, nint Term) side = transposed ? right : left;
        bool apart = side.Term != 1 && panels < PanelsToPackFor;
        int height = rows <= FewRows
            ? rows
            : Height(rows, apart ? Math.Clamp(BesideFloats / k, micro.Rows, MostRowsBeside) : MostRows, micro.Rows);
        int blocks = (rows + height - 1) / height;
        int groups = (int)Math.Clamp(WantedParts / ((long)batch * blocks), 1, Math.Max(1, panels / FewestPanels));
        int splits = (int)Math.Clamp(WantedParts / ((long)batch * blocks * groups), 1, Math.Max(1, k / FewestTerms));
        int most = apart ? MostTermsApart : MostTerms, perSplit = (k + splits - 1) / splits, visits = (perSplit + most - 1) / most;
        return new MatMulGeometry
        {
            Batch = batch,
            Transposed = transposed,
            Rows = rows,
            Columns = columns,
            Terms = k,
            RowStride = side.Row,
            RowTerm = side.Term,
            ColumnStride = transposed ? left.Row : right.Row,
            ColumnTerm = transposed ? left.Term : right.Term,
            Panels = panels,
            PackedColumns = panels * micro.Columns,
            PanelsPerPart = (panels + groups - 1) / groups,
            RowsPerPart = height,
            TermsPerBlock = (perSplit + visits - 1) / visits,
            RowsBeside = apart ? height : 0,
            Splits = splits,
        };
    }

    /// <summary>Rows of a part in whole tiles: up to the most, and fewer where that makes the parts wanted.</summary>
    static int Height(int rows, int most, int tile) => Math.Clamp(rows / WantedParts / tile, 1, most / tile) * tile;
}
