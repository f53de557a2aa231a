using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Evaluation;

public class MatrixTests
{
    static readonly ParallelOptions Threads = new() { MaxDegreeOfParallelism = 3 };

    static Matrix Random(int rows, int columns, ulong seed)
    {
        var random = new CounterRandom(seed);
        var matrix = new Matrix(rows, columns);
        foreach (ref double value in matrix.Values.AsSpan()) value = random.NextUniform() - 0.5;
        return matrix;
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 3, 13)]
    [InlineData(130, 600, 29)]
    [InlineData(3, 257, 48)]
    public void Product_is_the_sum_of_products(int rows, int depth, int columns)
    {
        Matrix left = Random(rows, depth, 1), right = Random(depth, columns, 2);
        Matrix product = MatrixProduct.Of(left, right, Threads);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                double expected = 0;
                for (int k = 0; k < depth; k++) expected += left[i, k] * right[k, j];
                Assert.Equal(expected, product[i, j], 1e-12);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(150)]
    public void Cholesky_solves_a_definite_system(int n)
    {
        Matrix factor = Random(n + 5, n, 3), right = Random(n, 7, 4);
        Matrix gram = MatrixProduct.Of(factor.Transposed(), factor, Threads);
        Matrix solution = right.FirstColumns(7);
        var cholesky = new Cholesky(gram.FirstColumns(n), 1e-14, Threads);
        cholesky.Solve(solution);
        Assert.Equal(n, cholesky.Rank);
        Matrix back = MatrixProduct.Of(gram, solution, Threads);
        for (int i = 0; i < back.Values.Length; i++) Assert.Equal(right.Values[i], back.Values[i], 1e-9);
    }

    [Fact]
    public void Cholesky_leaves_dependent_variables_out()
    {
        Matrix columns = Random(200, 90, 5);
        for (int i = 0; i < 200; i++)
        {
            columns[i, 3] = 0;
            columns[i, 70] = columns[i, 2] - (2 * columns[i, 69]);
        }

        Matrix gram = MatrixProduct.Of(columns.Transposed(), columns, Threads);
        var cholesky = new Cholesky(gram.FirstColumns(90), 1e-12, Threads);
        Assert.Equal(88, cholesky.Rank);

        Matrix right = MatrixProduct.Of(gram, Random(90, 2, 6), Threads), solution = right.FirstColumns(2);
        cholesky.Solve(solution);
        Assert.Equal(0, solution[3, 0]);
        Assert.Equal(0, solution[70, 1]);
        Matrix back = MatrixProduct.Of(gram, solution, Threads);
        for (int i = 0; i < right.Values.Length; i++) Assert.Equal(right.Values[i], back.Values[i], 1e-9);

        Matrix basis = cholesky.SolveFromRight(columns);
        Matrix unit = MatrixProduct.Of(basis.Transposed(), basis, Threads);
        Assert.Equal(88, unit.Rows);
        for (int i = 0; i < 88; i++)
        {
            for (int j = 0; j < 88; j++) Assert.Equal(i == j ? 1 : 0, unit[i, j], 1e-9);
        }
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(1023, 17)]
    [InlineData(2100, 50)]
    public void Covariance_is_exact(int count, int rows)
    {
        var shape = Shape.Of(5, 5, 2);
        ImageSet set = Reference.LowRankImages(shape, count, rank: 2, noise: 600, seed: 8);
        var covariance = new PixelCovariance(set, rows, Threads, _ => { });
        decimal total = 0;
        for (int i = 0; i < 50; i++)
        {
            for (int j = 0; j < 50; j++)
            {
                decimal sumI = 0, sumJ = 0, product = 0;
                for (int k = 0; k < count; k++)
                {
                    sumI += set[k][i];
                    sumJ += set[k][j];
                    product += set[k][i] * set[k][j];
                }

                decimal expected = ((product * count) - (sumI * sumJ)) / count / count;
                if (i < rows) Assert.Equal((double)expected, covariance.Values[i, j], 1e-11);
                if (i == j) total += expected;
                Assert.Equal((double)(sumI / count), covariance.Mean[i], 1e-12);
            }
        }

        Assert.Equal((double)total, covariance.TotalVariance, 1e-9);
    }
}
