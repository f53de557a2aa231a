using GeneratingImages.Training;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace GeneratingImages.Tests.Evaluation;

/// <summary>
/// Both floors on real digits against Math.NET Numerics: its full eigenvalue decompositions and its Cholesky factorization, where the
/// product iterates on a subspace and factors block by block.
/// </summary>
public class MathNetFloorTests
{
    const int Pixels = 784, Visible = 15 * 28;

    static readonly Lazy<(Matrix<double> Train, Matrix<double> Test, Matrix<double> Covariance)> s_digits = new(Centre);

    [Theory]
    [InlineData(8)]
    [InlineData(32)]
    [InlineData(128)]
    public void Rebuild_is_the_error_left_by_its_eigenvectors(int latent)
    {
        (_, Matrix<double> test, Matrix<double> covariance) = s_digits.Value;
        Matrix<double> axes = Leading(covariance, latent);
        double expected = Mean(test - (test * axes * axes.Transpose()));
        DataSplit data = DataSets.Load("digits", new DataOptions());
        Assert.Equal(1, LinearFloor.Rebuild(data.Train, data.Test, latent) / expected, 1e-5);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(32)]
    [InlineData(1000)]
    public void Complete_is_the_error_of_its_reduced_rank_ridge_regression(int latent)
    {
        (_, Matrix<double> test, Matrix<double> covariance) = s_digits.Value;
        Matrix<double> visible = covariance.SubMatrix(0, Visible, 0, Visible), toAll = covariance.SubMatrix(0, Visible, 0, Pixels);
        double ridge = LinearFloor.Ridge * visible.Trace() / Visible;
        Matrix<double> coefficients = (visible + (ridge * Matrix<double>.Build.DenseIdentity(Visible))).Cholesky().Solve(toAll);
        if (latent < Visible)
        {
            Matrix<double> axes = Leading(toAll.TransposeThisAndMultiply(coefficients), latent);
            coefficients = coefficients * axes * axes.Transpose();
        }

        Matrix<double> wrong = test - (test.SubMatrix(0, test.RowCount, 0, Visible) * coefficients);
        DataSplit data = DataSets.Load("digits", new DataOptions());
        FloorReport floor = LinearFloor.Complete(data.Train, data.Test, latent, 15);
        Assert.Equal(1, floor.TestMse / Mean(wrong), 1e-5);
        Assert.Equal(1, floor.HiddenMse / Mean(wrong.SubMatrix(0, test.RowCount, Visible, Pixels - Visible)), 1e-5);
    }

    /// <summary>The eigenvectors of the largest eigenvalues, as columns.</summary>
    static Matrix<double> Leading(Matrix<double> symmetric, int count)
    {
        // Rounding may leave the matrix a little askew, and Math.NET then takes the way for general matrices.
        Evd<double> evd = ((symmetric + symmetric.Transpose()) / 2).Evd(Symmetricity.Symmetric);
        return evd.EigenVectors.SubMatrix(0, Pixels, Pixels - count, count);
    }

    static double Mean(Matrix<double> errors) => errors.PointwisePower(2).RowSums().Sum() / (errors.RowCount * (double)errors.ColumnCount);

    static (Matrix<double> Train, Matrix<double> Test, Matrix<double> Covariance) Centre()
    {
        DataSplit data = DataSets.Load("digits", new DataOptions());
        Matrix<double> train = Pixel(data.Train), test = Pixel(data.Test);
        Vector<double> mean = train.ColumnSums() / train.RowCount;
        train -= Matrix<double>.Build.Dense(train.RowCount, Pixels, (_, pixel) => mean[pixel]);
        test -= Matrix<double>.Build.Dense(test.RowCount, Pixels, (_, pixel) => mean[pixel]);
        return (train, test, train.TransposeThisAndMultiply(train) / train.RowCount);

        static Matrix<double> Pixel(ImageSet images) =>
            Matrix<double>.Build.Dense(images.Count, Pixels, (image, pixel) => images[image][pixel] / 255.0);
    }
}
