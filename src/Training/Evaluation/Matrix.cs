namespace GeneratingImages.Training;

/// <summary>A dense matrix of doubles, row by row.</summary>
/// <param name="rows">The number of rows.</param>
/// <param name="columns">The number of columns.</param>
sealed class Matrix(int rows, int columns)
{
    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public double[] Values { get; } = new double[checked(rows * columns)];

    public ref double this[int row, int column] => ref Values[(row * Columns) + column];

    public Span<double> Row(int row) => Values.AsSpan(row * Columns, Columns);

    /// <summary>The rows exchanged for the columns.</summary>
    public Matrix Transposed() => new MatrixBlock(this).Transposed();

    /// <summary>The first columns, copied.</summary>
    public Matrix FirstColumns(int count)
    {
        var result = new Matrix(Rows, count);
        for (int row = 0; row < Rows; row++) Row(row)[..count].CopyTo(result.Row(row));
        return result;
    }
}
