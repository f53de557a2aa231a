using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Evaluation;

public class LinearFloorTests
{
    static readonly Shape Small = Shape.Of(6, 5, 2);

    static ImageSet Train { get; } = Reference.LowRankImages(Small, 300, rank: 12, noise: 20, seed: 1);

    static ImageSet Test { get; } = Reference.LowRankImages(Small, 70, rank: 12, noise: 20, seed: 2);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(20)]
    [InlineData(45)]
    [InlineData(59)]
    public void Rebuild_is_the_error_left_by_the_exact_eigenvectors(int latent)
    {
        (double[,] train, double[] mean) = Reference.Center(Train);
        double[,] test = Reference.Center(Test, mean).Centered;
        double[][] axes = [.. Reference.Jacobi(Reference.Covariance(train)).Take(latent).Select(pair => pair.Vector)];
        double expected = 0;
        for (int i = 0; i < Test.Count; i++)
        {
            double[] rest = [.. Enumerable.Range(0, 60).Select(p => test[i, p])];
            foreach (double[] axis in axes)
            {
                double part = Reference.Dot(axis, rest);
                for (int p = 0; p < 60; p++) rest[p] -= part * axis[p];
            }

            expected += Reference.Dot(rest, rest) / (Test.Count * 60.0);
        }

        double floor = Rebuild(Train, Test, latent);
        Assert.Equal(1, floor / expected, 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(12)]
    [InlineData(39)]
    [InlineData(40)]
    [InlineData(1000)]
    public void Complete_is_the_error_of_exact_reduced_rank_ridge_regression(int latent)
    {
        const int visible = 40, all = 60, firstHiddenRow = 4;
        (double[,] train, double[] mean) = Reference.Center(Train);
        double[,] test = Reference.Center(Test, mean).Centered;
        Matrix covariance = Reference.Covariance(train);
        double ridge = LinearFloor.Ridge * Enumerable.Range(0, visible).Average(i => covariance[i, i]);
        double[,] system = new double[visible, visible + all];
        for (int i = 0; i < visible; i++)
        {
            for (int j = 0; j < visible; j++) system[i, j] = covariance[i, j] + (i == j ? ridge : 0);
            for (int j = 0; j < all; j++) system[i, visible + j] = covariance[i, j];
        }

        double[,] coefficients = Reference.GaussJordan(system);
        var fitted = new Matrix(all, all);
        for (int i = 0; i < all; i++)
        {
            for (int j = 0; j < all; j++)
            {
                for (int k = 0; k < visible; k++) fitted[i, j] += covariance[k, i] * coefficients[k, j];
            }
        }

        double[][] axes = [.. Reference.Jacobi(fitted).Take(latent).Select(pair => pair.Vector)];
        double seen = 0, hidden = 0;
        for (int i = 0; i < Test.Count; i++)
        {
            double[] full = new double[all], projected = new double[all];
            for (int k = 0; k < visible; k++)
            {
                for (int p = 0; p < all; p++) full[p] += test[i, k] * coefficients[k, p];
            }

            foreach (double[] axis in axes)
            {
                double part = Reference.Dot(axis, full);
                for (int p = 0; p < all; p++) projected[p] += part * axis[p];
            }

            for (int p = 0; p < all; p++)
            {
                double square = Math.Pow(projected[p] - test[i, p], 2) / Test.Count;
                if (p < visible) seen += square;
                else hidden += square;
            }
        }

        FloorReport floor = Complete(Train, Test, latent, firstHiddenRow);
        Assert.Equal(1, floor.TestMse / ((seen + hidden) / all), 1e-5);
        Assert.Equal(1, floor.HiddenMse / (hidden / (all - visible)), 1e-5);
        Assert.Equal(1, floor.PastedMse / (hidden / all), 1e-5);
    }

    [Fact]
    public void Any_hidden_pixels_give_the_floor_of_images_with_their_pixels_in_another_order()
    {
        var shape = Shape.Of(6, 5, 3);
        ImageSet train = Reference.LowRankImages(shape, 300, rank: 12, noise: 40, seed: 3);
        ImageSet test = Reference.LowRankImages(shape, 60, rank: 12, noise: 40, seed: 4);
        FloorReport rows = Complete(train, test, 4, 4), mask = LinearFloor.Complete(train, test, 4, MaskSet.Box(6, 5, 4, 0, 2, 5)[0]);
        Assert.Equal(rows.HiddenMse, mask.HiddenMse, rows.HiddenMse * 1e-5);
        Assert.Equal(rows.TestMse, mask.TestMse, rows.TestMse * 1e-5);
        // Upside down the upper rows are hidden, and the error is that of the lower ones.
        FloorReport upper = LinearFloor.Complete(Turned(train), Turned(test), 4, MaskSet.Box(6, 5, 0, 0, 2, 5)[0]);
        Assert.Equal(rows.HiddenMse, upper.HiddenMse, rows.HiddenMse * 1e-5);
        Assert.Equal(rows.PastedMse, upper.PastedMse, rows.PastedMse * 1e-5);

        static ImageSet Turned(ImageSet images)
        {
            var pixels = new byte[images.Pixels.Length];
            int row = images.Image[1] * images.Image[2], rows = images.Image[0];
            for (int i = 0; i < pixels.Length; i++)
            {
                int image = i / (rows * row), y = i / row % rows;
                pixels[image * rows * row + (rows - 1 - y) * row + i % row] = images.Pixels.Span[i];
            }

            return new ImageSet(images.Image, pixels);
        }
    }

    [Fact]
    public void Thread_count_does_not_change_a_bit()
    {
        var shape = Shape.Of(11, 9, 3);
        ImageSet train = Reference.LowRankImages(shape, 1500, rank: 40, noise: 60, seed: 3);
        ImageSet test = Reference.LowRankImages(shape, 600, rank: 40, noise: 60, seed: 4);
        double rebuilt = Rebuild(train, test, 10, threads: 1);
        FloorReport completed = Complete(train, test, 10, 6, threads: 1);
        foreach (int threads in (int[])[2, 3, 8])
        {
            Assert.Equal(rebuilt, Rebuild(train, test, 10, threads));
            Assert.Equal(completed, Complete(train, test, 10, 6, threads));
        }
    }

    [Fact]
    public void Equal_images_leave_no_error()
    {
        byte[] one = [.. Enumerable.Range(0, 60).Select(i => (byte)(4 * i))];
        var images = new ImageSet(Small, Enumerable.Repeat(one, 7).SelectMany(bytes => bytes).ToArray());
        Assert.Equal(0, Rebuild(images, images, 4));
        Assert.Equal(new FloorReport(0, 0, 0), Complete(images, images, 4, 3));
        Assert.Equal(new FloorReport(0, 0, 0), Complete(images, images, 500, 3));
    }

    [Fact]
    public void Fewer_images_than_the_latent_size_are_rebuilt_exactly_and_others_as_far_as_they_reach()
    {
        ImageSet few = Train.Slice(0, 5);
        Assert.Equal(0, Rebuild(few, few, 30), 1e-20);
        double full = Rebuild(few, Test, 4);
        Assert.Equal(full, Rebuild(few, Test, 30), 1e-12);
        Assert.InRange(Complete(few, Test, 30, 4).TestMse, 1e-6, 1);
        Assert.InRange(Rebuild(Train.Slice(0, 1), Test, 8), 1e-6, 1);
    }

    [Fact]
    public void A_latent_size_of_all_pixels_leaves_nothing()
    {
        Assert.Equal(0, Rebuild(Train, Test, 60));
        Assert.Equal(0, Rebuild(Train, Test, 1_000_000_000));
    }

    [Fact]
    public void Progress_rises_to_one()
    {
        var seen = new List<double>();
        LinearFloor.Complete(Train, Test, 4, 4, progress: seen.Add, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(seen.Order(), seen);
        Assert.InRange(seen[0], 0, 1);
        Assert.Equal(1, seen[^1]);
    }

    [Fact]
    public void Can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(
            () => LinearFloor.Rebuild(Train, Test, 4, progress: _ => source.Cancel(), cancellation: source.Token));
    }

    [Fact]
    public void Refuses_bad_arguments()
    {
        var other = new ImageSet(Shape.Of(5, 6, 2), Test.Pixels);
        Assert.Throws<ArgumentException>(() => Rebuild(Train, other, 4));
        Assert.Throws<ArgumentException>(() => Rebuild(Train.Slice(0, 0), Test, 4));
        Assert.Throws<ArgumentException>(() => Rebuild(Train, Test, 0));
        Assert.Throws<ArgumentException>(() => Complete(Train, Test, 4, 0));
        Assert.Throws<ArgumentException>(() => Complete(Train, Test, 4, 6));
    }

    static double Rebuild(ImageSet train, ImageSet test, int latent, int threads = 0) =>
        LinearFloor.Rebuild(train, test, latent, threads, cancellation: TestContext.Current.CancellationToken);

    static FloorReport Complete(ImageSet train, ImageSet test, int latent, int firstHiddenRow, int threads = 0) =>
        LinearFloor.Complete(train, test, latent, firstHiddenRow, threads, cancellation: TestContext.Current.CancellationToken);
}
