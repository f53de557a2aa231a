namespace GeneratingImages.Training;

/// <summary>A rectangle of a matrix, without a copy.</summary>
/// <param name="Of">The whole matrix.</param>
/// <param name="Top">Its first row.</param>
/// <param name="Left">Its first column.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Columns">The number of columns.</param>
readonly record struct MatrixBlock(Matrix Of, int Top, int Left, int Rows, int Columns)
{
    /// <summary>All of a matrix.</summary>
    public MatrixBlock(Matrix whole)
        : this(whole, 0, 0, whole.Rows, whole.Columns)
    {
    }

    public Span<double> Row(int row) => Of.Row(Top + row).Slice(Left, Columns);

    /// <summary>A copy with the rows exchanged for the columns.</summary>
    public Matrix Transposed()
    {
        // Tiles of this edge keep both the rows read and the rows written in the first-level cache.
        const int Tile = 32;
        var result = new Matrix(Columns, Rows);
        for (int top = 0; top < Rows; top += Tile)
        {
            for (int left = 0; left < Columns; left += Tile)
            {
                for (int row = top; row < Math.Min(top + Tile, Rows); row++)
                {
                    Span<double> from = Row(row);
                    for (int column = left; column < Math.Min(left + Tile, Columns); column++) result[column, row] = from[column];
                }
            }
        }

        return result;
    }
}
