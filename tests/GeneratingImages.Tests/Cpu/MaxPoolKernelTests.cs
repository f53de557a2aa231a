using GeneratingImages.Core;

namespace GeneratingImages.Tests.Cpu;

public class MaxPoolKernelTests
{
    public static TheoryData<int, int, int, int, int> Images => new()
    {
        { 1, 2, 2, 1, 2 }, { 1, 3, 3, 1, 2 }, { 2, 5, 4, 3, 2 }, { 3, 4, 7, 17, 2 }, { 2, 28, 28, 32, 2 }, { 5, 9, 11, 33, 2 },
        { 1, 1, 1, 1, 1 }, { 2, 3, 2, 5, 1 }, { 2, 7, 8, 3, 3 }, { 3, 13, 9, 20, 4 }, { 1, 5, 5, 64, 5 }, { 4, 30, 31, 16, 3 },
    };

    [Theory, MemberData(nameof(Images))]
    public void Pools(int n, int h, int w, int c, int size)
    {
        var x = Ties(Shape.Of(n, h, w, c));
        float[] y = LightKernelRun.Everywhere(new MaxPool2D(size), [x]).Output.Floats;
        Assert.Equal(Naive(x.Floats, h, w, c, size, out _), y);
    }

    [Theory, MemberData(nameof(Images))]
    public void Gives_the_gradient_to_the_first_maximum(int n, int h, int w, int c, int size)
    {
        var x = Ties(Shape.Of(n, h, w, c));
        Shape pooled = Shape.Of(n, h / size, w / size, c);
        var y = Data.Of(pooled, Naive(x.Floats, h, w, c, size, out int[] from));
        var dy = Data.Random(pooled, seed: h * w);
        var expected = new float[x.Floats.Length];
        for (int i = 0; i < from.Length; i++) expected[from[i]] = dy.Floats[i];
        float[] dx = LightKernelRun.Everywhere(new MaxPool2DGrad(size), [x, y, dy]).Output.Floats;
        Assert.Equal(expected, dx);
    }

    [Fact]
    public void Carries_what_is_not_a_number()
    {
        for (int place = 0; place < 4; place++)
        {
            float[] x = [1, 2, 3, 4];
            x[place] = float.NaN;
            Assert.True(float.IsNaN(LightKernelRun.Everywhere(new MaxPool2D(2), [Data.Of(Shape.Of(1, 2, 2, 1), x)]).Output.Floats[0]));
        }
    }

    /// <summary>Few different values, so that most windows hold their maximum more than once.</summary>
    static Data Ties(Shape shape)
    {
        var random = new Random((int)shape.Count);
        var values = new float[shape.Count];
        for (int i = 0; i < values.Length; i++) values[i] = random.Next(-2, 3);
        return Data.Of(shape, values);
    }

    static float[] Naive(float[] x, int h, int w, int c, int size, out int[] from)
    {
        int images = x.Length / (h * w * c), oh = h / size, ow = w / size;
        var y = new float[images * oh * ow * c];
        from = new int[y.Length];
        for (int i = 0; i < y.Length; i++)
        {
            (int channel, int column, int row, int image) = (i % c, i / c % ow, i / c / ow % oh, i / c / ow / oh);
            y[i] = float.NegativeInfinity;
            for (int a = 0; a < size; a++)
                for (int b = 0; b < size; b++)
                {
                    int at = ((image * h + row * size + a) * w + column * size + b) * c + channel;
                    if (x[at] > y[i]) (y[i], from[i]) = (x[at], at);
                }
        }

        return y;
    }
}
