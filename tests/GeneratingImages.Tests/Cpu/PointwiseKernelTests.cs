using GeneratingImages.Core;

namespace GeneratingImages.Tests.Cpu;

public class PointwiseKernelTests
{
    const double Ulp = 1.0 / (1 << 23);

    public static TheoryData<int> Lengths => [1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 100, 8191, 8193, 40_003];

    [Theory, MemberData(nameof(Lengths))]
    public void Activates(int length)
    {
        var x = Data.Random(Shape.Of(length), seed: length);
        foreach (Activation kind in Enum.GetValues<Activation>())
        {
            float[] y = LightKernelRun.Everywhere(new Activate(kind), [x]).Output.Floats;
            double[] expected = [.. x.Floats.Select(value => Naive(kind, value))];
            LightKernelRun.Close(expected, y, i => 4 * Ulp * Math.Abs(expected[i]));
        }
    }

    [Theory, MemberData(nameof(Lengths))]
    public void Gives_the_gradient_of_an_activation(int length)
    {
        foreach (Activation kind in Enum.GetValues<Activation>())
        {
            var y = Data.Of(Shape.Of(length), [.. Data.Random(Shape.Of(length), seed: length).Floats.Select(x => (float)Naive(kind, x))]);
            var dy = Data.Random(Shape.Of(length), seed: length + 1);
            float[] dx = LightKernelRun.Everywhere(new ActivateGrad(kind), [y, dy]).Output.Floats;
            double[] expected = [.. y.Floats.Zip(dy.Floats, (value, gradient) => Slope(kind, value) * gradient)];
            LightKernelRun.Close(expected, dx, i => 2 * Ulp * Math.Abs(dy.Floats[i]));
        }
    }

    [Theory, MemberData(nameof(Lengths))]
    public void Adds(int length)
    {
        var a = Data.Random(Shape.Of(length), seed: length);
        var b = Data.Random(Shape.Of(length), seed: length + 1);
        float[] sum = LightKernelRun.Everywhere(new Add(), [a, b]).Output.Floats;
        Assert.Equal(a.Floats.Zip(b.Floats, (x, y) => x + y), sum);
    }

    [Theory, MemberData(nameof(Lengths))]
    public void Gives_the_gradient_of_the_mean_squared_error(int length)
    {
        var prediction = Data.Random(Shape.Of(length), seed: length);
        var target = Data.Random(Shape.Of(length), seed: length + 1);
        var gradient = Data.Of(Shape.Scalar, 0.75f);
        float[] d = LightKernelRun.Everywhere(new MeanSquaredErrorGrad(), [prediction, target, gradient]).Output.Floats;
        double[] expected = [.. prediction.Floats.Zip(target.Floats, (p, t) => 2.0 / length * ((double)p - t) * 0.75)];
        LightKernelRun.Close(expected, d, i => 2 * Ulp * Math.Abs(expected[i]));
    }

    [Fact]
    public void Carries_what_is_not_a_number()
    {
        var x = Data.Of(Shape.Of(19), [.. Enumerable.Repeat(float.NaN, 19)]);
        foreach (Activation kind in Enum.GetValues<Activation>())
            Assert.All(LightKernelRun.Everywhere(new Activate(kind), [x]).Output.Floats, y => Assert.True(float.IsNaN(y)));
    }

    static double Naive(Activation kind, double x) => kind switch
    {
        Activation.Relu => Math.Max(x, 0),
        Activation.Elu => x > 0 ? x : Math.Exp(x) - 1,
        _ => x,
    };

    static double Slope(Activation kind, double y) => kind switch
    {
        Activation.Relu => y > 0 ? 1 : 0,
        Activation.Elu => y > 0 ? 1 : y + 1,
        _ => 1,
    };
}
