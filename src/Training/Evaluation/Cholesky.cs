namespace GeneratingImages.Training;

/// <summary>
/// The Cholesky factor of a symmetric positive semidefinite matrix A = L L', block column by block column, left-looking (Golub and
/// Van Loan, "Matrix Computations", 4th edition, section 4.2.5). A pivot that has lost all but a tiny part of its diagonal element
/// belongs to a variable that depends on those before it; such a variable is left out, and solutions give it zeros.
/// </summary>
sealed class Cholesky
{
    const int Block = 64;

    readonly Matrix _lower;
    readonly Matrix _upper;
    readonly bool[] _dropped;
    readonly ParallelOptions _threads;

    /// <summary>Factors a matrix, of which the lower triangle is read and which is overwritten.</summary>
    /// <param name="matrix">The symmetric matrix; becomes the factor.</param>
    /// <param name="tolerance">The part of its diagonal element below which a pivot counts as zero.</param>
    /// <param name="threads">How many threads may work, and what cancels them.</param>
    public Cholesky(Matrix matrix, double tolerance, ParallelOptions threads)
    {
        (_lower, _threads, _dropped) = (matrix, threads, new bool[matrix.Rows]);
        int n = matrix.Rows;
        double[] smallest = new double[n];
        for (int i = 0; i < n; i++) smallest[i] = tolerance * matrix[i, i];
        for (int start = 0; start < n; start += Block)
        {
            int end = Math.Min(start + Block, n);
            var before = new MatrixBlock(matrix, start, 0, end - start, start);
            MatrixProduct.AddTo(
                new(matrix, start, start, n - start, end - start),
                new(matrix, start, 0, n - start, start),
                new(before.Transposed()),
                -1,
                threads);
            FactorDiagonalBlock(start, end, smallest);
            SolvePanel(start, end);
        }

        for (int i = 0; i < n; i++) matrix.Row(i)[(i + 1)..].Clear();
        _upper = new MatrixBlock(matrix).Transposed();
    }

    /// <summary>The number of variables not left out.</summary>
    public int Rank => _dropped.Count(dropped => !dropped);

    /// <summary>Solves A X = B in place.</summary>
    public void Solve(Matrix right)
    {
        int n = _lower.Rows, width = right.Columns;
        for (int start = 0; start < n; start += Block)
        {
            int end = Math.Min(start + Block, n);
            Eliminate(new(right, start, 0, end - start, width), new(_lower, start, 0, end - start, start), new(right, 0, 0, start, width));
            for (int i = start; i < end; i++)
            {
                for (int j = start; j < i; j++) VectorMath.AddScaled(right.Row(i), -_lower[i, j], right.Row(j));
                Divide(right, i);
            }
        }

        for (int start = (n - 1) / Block * Block; start >= 0; start -= Block)
        {
            int end = Math.Min(start + Block, n);
            var after = new MatrixBlock(right, end, 0, n - end, width);
            Eliminate(new(right, start, 0, end - start, width), new(_upper, start, end, end - start, n - end), after);
            for (int i = end - 1; i >= start; i--)
            {
                for (int j = i + 1; j < end; j++) VectorMath.AddScaled(right.Row(i), -_upper[i, j], right.Row(j));
                Divide(right, i);
            }
        }
    }

    /// <summary>
    /// B L'^-1 without the columns of the variables left out: if A = B'B, the result's columns are orthonormal and span B's.
    /// Uses up B.
    /// </summary>
    public Matrix SolveFromRight(Matrix left)
    {
        int[] kept = [.. Enumerable.Range(0, _lower.Rows).Where(i => !_dropped[i])];
        var result = new Matrix(left.Rows, kept.Length);
        Parallel.For(0, left.Rows, _threads, row =>
        {
            Span<double> from = left.Row(row), to = result.Row(row);
            for (int k = 0; k < kept.Length; k++)
            {
                // The factor's columns of the variables left out are zero, so their places in the row take no part.
                int i = kept[k];
                from[i] = (from[i] - VectorMath.Dot(_lower.Row(i)[..i], from[..i])) / _lower[i, i];
                to[k] = from[i];
            }
        });
        return result;
    }

    void Eliminate(MatrixBlock target, MatrixBlock factor, MatrixBlock solved) => MatrixProduct.AddTo(target, factor, solved, -1, _threads);

    void Divide(Matrix right, int row)
    {
        if (_dropped[row])
        {
            right.Row(row).Clear();
            return;
        }

        foreach (ref double value in right.Row(row)) value /= _lower[row, row];
    }

    void FactorDiagonalBlock(int start, int end, double[] smallest)
    {
        for (int j = start; j < end; j++)
        {
            Span<double> row = _lower.Row(j)[start..j];
            double pivot = _lower[j, j] - VectorMath.Dot(row, row);
            _dropped[j] = !(pivot > smallest[j]);
            _lower[j, j] = _dropped[j] ? 0 : Math.Sqrt(pivot);
            for (int i = j + 1; i < end; i++) _lower[i, j] = Quotient(i, j, start);
        }
    }

    void SolvePanel(int start, int end) => Parallel.For(end, _lower.Rows, _threads, i =>
    {
        for (int j = start; j < end; j++) _lower[i, j] = Quotient(i, j, start);
    });

    /// <summary>Element (i, j) of the factor, once the columns before <paramref name="start"/> are eliminated.</summary>
    double Quotient(int i, int j, int start) => _dropped[j]
        ? 0
        : (_lower[i, j] - VectorMath.Dot(_lower.Row(i)[start..j], _lower.Row(j)[start..j])) / _lower[j, j];
}
