namespace GeneratingImages.Cpu;

/// <summary>
/// Several rows of a matrix read as one, until the row fills whole vectors of every width. Three channels of 16 pixels are a row of 48,
/// whose column j belongs to channel j mod 3: loops over narrow matrices need no tails and no shuffles. Rows are at least 128 wide,
/// so that a loop that adds rows up does not wait for its own last store.
/// </summary>
readonly struct FoldedRows
{
    const int Multiple = 16;
    const int Narrowest = 128;

    /// <summary>Folds a matrix of <paramref name="count"/> elements in rows of <paramref name="columns"/>.</summary>
    public FoldedRows(long count, int columns)
    {
        // The greatest power of two in the row's length, as far as it helps to reach the multiple.
        int fold = Multiple / Math.Min(Multiple, columns & -columns);
        fold *= (Narrowest + columns * fold - 1) / (columns * fold);
        (Count, Columns, Width) = (count, columns, checked(columns * fold));
        Rows = (count + Width - 1) / Width;
    }

    /// <summary>The number of elements.</summary>
    public long Count { get; }

    /// <summary>The length of an original row.</summary>
    public int Columns { get; }

    /// <summary>The length of a folded row, a multiple of <see cref="Columns"/> and of 16.</summary>
    public int Width { get; }

    /// <summary>The number of folded rows; the last may be incomplete.</summary>
    public long Rows { get; }
}
