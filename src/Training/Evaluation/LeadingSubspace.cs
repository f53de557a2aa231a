using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// The leading eigenvectors of a symmetric positive semidefinite operator by randomized block subspace iteration (Halko, Martinsson
/// and Tropp, "Finding Structure with Randomness", SIAM Review 53, 2011, arXiv 0909.4061, algorithm 4.4), with a Rayleigh-Ritz step.
/// </summary>
static class LeadingSubspace
{
    // The random start is the same in every run: the floor is a property of the data.
    const ulong Seed = 20110625;

    const int MinOversampling = 16;
    const int MaxIterations = 60;

    // The iteration ends once the variance left over changes by less than this part of itself. Errors of the subspace enter the test
    // error damped by how far the test part's axes are off the training part's, so this leaves more than 4 significant digits.
    const double Tolerance = 1e-7;

    // Below this part of a column's squared length, what is left of it after projection is rounding.
    const double DependentColumn = 1e-13;

    // Directions of eigenvalues below this part of the largest are rounding. One image of 60,000 that differs in one pixel gives more.
    const double ZeroEigenvalue = 1e-13;

    /// <summary>
    /// Orthonormal columns, [size, at most <paramref name="count"/>], that span the leading eigenvectors, largest eigenvalue first; fewer
    /// where the operator's rank is smaller.
    /// </summary>
    /// <param name="size">The operator's order.</param>
    /// <param name="count">The number of eigenvectors wanted.</param>
    /// <param name="total">An upper bound of the operator's trace that the remainder is measured from.</param>
    /// <param name="apply">The operator times a matrix.</param>
    /// <param name="threads">How many threads may work, and what cancels them.</param>
    /// <param name="progress">Told the finished part, 0..1.</param>
    public static Matrix Find(
        int size, int count, double total, Func<Matrix, Matrix> apply, ParallelOptions threads, Action<double> progress)
    {
        int width = Math.Min(size, count + Math.Max(MinOversampling, count));
        Matrix basis = Orthonormal(apply(Orthonormal(Random(size, width), threads)), threads);
        double left = double.NaN;
        for (int iteration = 1; ; iteration++)
        {
            if (basis.Columns == 0) return basis;
            Matrix image = apply(basis);
            Matrix compressed = MatrixProduct.Of(basis.Transposed(), image, threads);
            double[] values = new SymmetricEigen(compressed, vectors: false).Values;
            double before = left;
            left = total - values.Take(count).Sum();

            // A remainder that is rounding compared with the whole cannot settle any further.
            bool settled = Math.Abs(before - left) <= Math.Max(Tolerance * left, 1e-14 * total);
            if (settled || iteration == MaxIterations || basis.Columns == size)
            {
                Matrix ritz = new SymmetricEigen(compressed, vectors: true).Vectors!.Transposed();
                int rank = values.Count(value => value > ZeroEigenvalue * values[0]);
                return MatrixProduct.Of(basis, ritz.FirstColumns(Math.Min(count, rank)), threads);
            }

            // The change falls by about the same factor each time, some ten steps in all.
            progress(1 - Math.Pow(0.8, iteration));
            basis = Orthonormal(image, threads);
        }
    }

    /// <summary>
    /// An orthonormal basis of the columns' span, by Cholesky QR done twice (Yamamoto, Nakatsukasa, Yanagisawa and Fukaya, "Roundoff
    /// Error Analysis of the CholeskyQR2 Algorithm", ETNA 44, 2015). Columns that depend on those before them fall away. Uses up the
    /// matrix.
    /// </summary>
    static Matrix Orthonormal(Matrix columns, ParallelOptions threads)
    {
        for (int pass = 0; pass < 2 && columns.Columns > 0; pass++)
        {
            Matrix gram = MatrixProduct.Of(columns.Transposed(), columns, threads);
            columns = new Cholesky(gram, DependentColumn, threads).SolveFromRight(columns);
        }

        return columns;
    }

    static Matrix Random(int size, int width)
    {
        var random = new CounterRandom(Seed);
        var result = new Matrix(size, width);
        foreach (ref double value in result.Values.AsSpan()) value = random.NextUniform() - 0.5;
        return result;
    }
}
