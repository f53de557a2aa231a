using GeneratingImages.Training;

namespace GeneratingImages.Tests.Evaluation;

public class SymmetricEigenTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(96)]
    public void Decomposes_a_random_matrix_as_Jacobi_does(int n)
    {
        Matrix matrix = Reference.RandomSymmetric(n, seed: 7);
        var eigen = new SymmetricEigen(matrix, vectors: true);
        double[] expected = Reference.JacobiEigenvalues(matrix);
        for (int i = 0; i < n; i++) Assert.Equal(expected[i], eigen.Values[i], 1e-12 * n);
        Assert.Equal(eigen.Values, new SymmetricEigen(matrix, vectors: false).Values);
        for (int k = 0; k < n; k++)
        {
            Span<double> v = eigen.Vectors!.Row(k);
            for (int i = 0; i < n; i++)
            {
                double image = 0;
                for (int j = 0; j < n; j++) image += matrix[i, j] * v[j];
                Assert.Equal(eigen.Values[k] * v[i], image, 1e-12 * n);
            }

            for (int other = 0; other <= k; other++)
                Assert.Equal(other == k ? 1 : 0, Reference.Dot(v, eigen.Vectors!.Row(other)), 1e-13 * n);
        }
    }

    [Fact]
    public void Finds_the_eigenvalues_of_the_second_difference()
    {
        // 2 - 2 cos(k pi / (n + 1)), a textbook result: an already tridiagonal matrix, with close eigenvalues.
        const int n = 40;
        var matrix = new Matrix(n, n);
        for (int i = 0; i < n; i++)
        {
            matrix[i, i] = 2;
            if (i > 0) matrix[i, i - 1] = matrix[i - 1, i] = -1;
        }

        double[] values = new SymmetricEigen(matrix, vectors: false).Values;
        for (int k = 1; k <= n; k++) Assert.Equal(2 - (2 * Math.Cos(k * Math.PI / (n + 1))), values[n - k], 1e-13);
    }

    [Fact]
    public void Handles_zero_diagonal_and_repeated_eigenvalues()
    {
        Assert.Equal(new double[5], new SymmetricEigen(new Matrix(5, 5), vectors: true).Values);
        var matrix = new Matrix(3, 3);
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++) matrix[i, j] = 1;
        }

        double[] values = new SymmetricEigen(matrix, vectors: true).Values;
        Assert.Equal(3, values[0], 1e-14);
        Assert.Equal(0, values[1], 1e-14);
        Assert.Equal(0, values[2], 1e-14);
    }

    [Fact]
    public void Refuses_what_is_not_finite()
    {
        Matrix matrix = Reference.RandomSymmetric(6, seed: 1);
        matrix[4, 2] = matrix[2, 4] = double.NaN;
        Assert.Throws<ArithmeticException>(() => new SymmetricEigen(matrix, vectors: false));
    }
}
