using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Evaluation;

public class SsimTests
{
    [Theory]
    [InlineData(11, 11, 1)]
    [InlineData(13, 17, 3)]
    [InlineData(28, 28, 1)]
    public void Every_window_weighed_pixel_by_pixel_gives_the_same(int height, int width, int channels)
    {
        var shape = Shape.Of(height, width, channels);
        (float[] prediction, byte[] target) = Noise((int)shape.Count * 2, seed: 5);
        var ssim = new Ssim(shape);
        ssim.Add(prediction, target);
        for (int image = 0; image < 2; image++)
        {
            int start = image * (int)shape.Count;
            double expected = Naive(shape, i => prediction[start + i], i => target[start + i] / 255.0);
            Assert.Equal(expected, ssim.Images[image], 1e-12);
        }

        Assert.Equal((ssim.Images[0] + ssim.Images[1]) / 2, ssim.Mean, 1e-15);
    }

    [Fact]
    public void An_image_is_wholly_like_itself()
    {
        byte[] target = Noise(20 * 20, seed: 1).Target;
        var ssim = new Ssim(Shape.Of(20, 20, 1));
        ssim.Add(Array.ConvertAll(target, value => (float)(value / 255.0)), target);
        Assert.Equal(1, ssim.Mean, 1e-6);
    }

    // Without any variance the formula is that of the means alone: (2 x 0.2 x 0.6 + 0.0001) / (0.2^2 + 0.6^2 + 0.0001) = 0.2401 / 0.4001.
    [Fact]
    public void Flat_images_are_compared_by_their_means()
    {
        var ssim = new Ssim(Shape.Of(12, 15, 1));
        ssim.Add(Enumerable.Repeat(0.2f, 180).ToArray(), Enumerable.Repeat((byte)153, 180).ToArray());
        Assert.Equal(0.2401 / 0.4001, ssim.Mean, 1e-7);
    }

    // One window over an image that is 1 on its left half and 0 on its right, against the same image turned over left to right. With w the
    // window's weight of one half without the middle column, and m that of the middle: means w + m and w, variances and covariance by hand.
    [Fact]
    public void A_half_image_against_its_mirror_image_is_negative_as_computed_by_hand()
    {
        double[] profile = [.. Enumerable.Range(-5, 11).Select(i => Math.Exp(-i * i / 4.5))];
        double middle = profile[5] / profile.Sum(), half = (1 - middle) / 2;
        double x = half + middle, y = half + middle, both = middle;
        double expected = ((2 * x * y) + 1e-4) * ((2 * (both - (x * y))) + 9e-4)
            / (((x * x) + (y * y) + 1e-4) * (x - (x * x) + y - (y * y) + 9e-4));
        var prediction = new float[121];
        var target = new byte[121];
        for (int i = 0; i < 121; i++) (prediction[i], target[i]) = (i % 11 <= 5 ? 1 : 0, (byte)(i % 11 >= 5 ? 255 : 0));
        var ssim = new Ssim(Shape.Of(11, 11, 1));
        ssim.Add(prediction, target);
        Assert.Equal(expected, ssim.Mean, 1e-12);
        Assert.InRange(ssim.Mean, -0.7, -0.3);
    }

    [Fact]
    public void Thread_count_does_not_change_a_bit()
    {
        var shape = Shape.Of(19, 23, 3);
        (float[] prediction, byte[] target) = Noise((int)shape.Count * 40, seed: 9);
        Ssim one = new(shape), many = new(shape);
        one.Add(prediction, target, threads: 1);
        many.Add(prediction, target, threads: 5);
        Assert.Equal(one.Images, many.Images);
        Assert.Equal(one.Mean, many.Mean);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.False(Ssim.Fits(Shape.Of(10, 28, 1)));
        Assert.Throws<ArgumentException>(() => new Ssim(Shape.Of(28, 10, 1)));
        Assert.Throws<ArgumentException>(() => new Ssim(Shape.Of(11, 11, 1)).Add(new float[121], new byte[242]));
        Assert.True(double.IsNaN(new Ssim(Shape.Of(11, 11, 1)).Mean));
    }

    static (float[] Prediction, byte[] Target) Noise(int count, ulong seed)
    {
        var random = new CounterRandom(seed);
        byte[] target = [.. Enumerable.Range(0, count).Select(_ => (byte)random.Next())];
        return ([.. target.Select(value => (float)((value / 255.0) + (0.5 * random.NextUniform()) - 0.3))], target);
    }

    /// <summary>The formula of the paper by sums over each window, central moments and no filters.</summary>
    static double Naive(Shape shape, Func<int, double> x, Func<int, double> y)
    {
        double[,] weight = new double[11, 11];
        double all = 0;
        for (int i = 0; i < 11; i++)
        {
            for (int j = 0; j < 11; j++) all += weight[i, j] = Math.Exp(-(((i - 5) * (i - 5)) + ((j - 5) * (j - 5))) / (2 * 1.5 * 1.5));
        }

        var values = new List<double>();
        for (int top = 0; top + 11 <= shape[0]; top++)
        {
            for (int left = 0; left + 11 <= shape[1]; left++)
            {
                for (int channel = 0; channel < shape[2]; channel++) values.Add(Window(top, left, channel));
            }
        }

        return values.Average();

        double Window(int top, int left, int channel)
        {
            double meanX = 0, meanY = 0, varianceX = 0, varianceY = 0, covariance = 0;
            Each((w, a, b) => (meanX, meanY) = (meanX + (w * a), meanY + (w * b)));
            Each((w, a, b) =>
            {
                varianceX += w * (a - meanX) * (a - meanX);
                varianceY += w * (b - meanY) * (b - meanY);
                covariance += w * (a - meanX) * (b - meanY);
            });
            const double c1 = 1e-4, c2 = 9e-4;
            return ((2 * meanX * meanY) + c1) * ((2 * covariance) + c2)
                / (((meanX * meanX) + (meanY * meanY) + c1) * (varianceX + varianceY + c2));

            void Each(Action<double, double, double> use)
            {
                for (int i = 0; i < 11; i++)
                {
                    for (int j = 0; j < 11; j++)
                    {
                        int at = ((((top + i) * shape[1]) + left + j) * shape[2]) + channel;
                        use(weight[i, j] / all, x(at), y(at));
                    }
                }
            }
        }
    }
}
