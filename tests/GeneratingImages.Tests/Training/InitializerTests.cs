using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Training;

public class InitializerTests
{
    /// <summary>
    /// Glorot and Bengio 2010, equation 16: a uniform distribution of variance 2 / (fan in + fan out), so its bounds are the root of three
    /// times that. Of n numbers the mean square strays by sqrt(4/5 / n) of itself (a uniform distribution's fourth moment is 9/5 of its
    /// variance squared), of which five times are allowed; the largest is within 20 / n of the bound but for once in e^20 tries.
    /// </summary>
    [Theory]
    [InlineData(new[] { 64, 100 }, 100, 64)]
    [InlineData(new[] { 784, 32 }, 32, 784)]
    [InlineData(new[] { 64, 3, 3, 32 }, 288, 576)]
    [InlineData(new[] { 8, 5, 5, 3 }, 75, 200)]
    public void Glorots_bounds_are_those_of_the_fans(int[] sizes, int fanIn, int fanOut)
    {
        Shape shape = Shape.Of(sizes);
        var values = new float[shape.Count];
        new GlorotUniform().Fill(values, shape, 1, "layer/weight");
        double variance = 2.0 / (fanIn + fanOut), bound = Math.Sqrt(3 * variance), n = values.Length;
        Assert.InRange(values.Max(v => Math.Abs((double)v)), bound * (1 - 20 / n), bound * (1 + 1e-6));
        Assert.Equal(variance, values.Average(v => (double)v * v), variance * 5 * Math.Sqrt(0.8 / n));
        Assert.Equal(0, values.Average(v => (double)v), 5 * Math.Sqrt(variance / n));
    }

    [Fact]
    public void Paths_and_seeds_have_numbers_of_their_own()
    {
        float[] a = Filled(1, "a"), again = Filled(1, "a"), path = Filled(1, "b"), seed = Filled(2, "a");
        Assert.Equal(a, again);
        Assert.NotEqual(a, path);
        Assert.NotEqual(a, seed);

        static float[] Filled(ulong seed, string path)
        {
            var values = new float[20];
            new GlorotUniform().Fill(values, Shape.Of(4, 5), seed, path);
            return values;
        }
    }
}
