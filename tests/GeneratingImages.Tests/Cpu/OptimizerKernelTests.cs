using GeneratingImages.Core;

namespace GeneratingImages.Tests.Cpu;

public class OptimizerKernelTests
{
    const double HalfUlp = 1.0 / (1 << 24);
    const float Rate = 0.002f, Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-7f;

    public static TheoryData<int, int, bool> Steps => new()
    {
        { 1, 0, false }, { 3, 1, true }, { 17, 9, false }, { 1000, 999, true }, { 8200, 0, true }, { 33_333, 123_456, false },
    };

    [Theory, MemberData(nameof(Steps))]
    public void Adam_follows_the_paper(int length, int taken, bool inside)
    {
        var op = new AdamStep(Rate, Beta1, Beta2, Epsilon, inside ? EpsilonPlace.InsideCorrection : EpsilonPlace.OutsideCorrection);
        Data[] inputs = Inputs(length, taken, loss: 1);
        Data[] after = LightKernelRun.Everywhere(op, inputs).Inputs;
        (float[] w, float[] m, float[] v, float[] g) = (inputs[0].Floats, inputs[1].Floats, inputs[2].Floats, inputs[3].Floats);
        double c1 = 1 - Math.Pow(Beta1, taken + 1), c2 = 1 - Math.Pow(Beta2, taken + 1);
        (double[] m2, double[] v2) = (new double[length], new double[length]);
        (double[] w2, double[] change) = (new double[length], new double[length]);
        for (int i = 0; i < length; i++)
        {
            m2[i] = (double)Beta1 * m[i] + (1 - (double)Beta1) * g[i];
            v2[i] = (double)Beta2 * v[i] + (1 - (double)Beta2) * g[i] * g[i];
            change[i] = inside
                ? Rate / c1 * m2[i] / (Math.Sqrt(v2[i] / c2) + Epsilon)
                : Rate * Math.Sqrt(c2) / c1 * m2[i] / (Math.Sqrt(v2[i]) + Epsilon);
            w2[i] = w[i] - change[i];
        }

        LightKernelRun.Close(m2, after[1].Floats, i => 4 * HalfUlp * (Math.Abs(m[i]) + Math.Abs(g[i])));
        LightKernelRun.Close(v2, after[2].Floats, i => 4 * HalfUlp * v2[i]);
        LightKernelRun.Close(w2, after[0].Floats, i => HalfUlp * Math.Abs(w2[i]) + Slack(change[i], m2[i], m[i], g[i]));
        Assert.Equal(inputs[3].Bytes, after[3].Bytes);
    }

    [Theory, MemberData(nameof(Steps))]
    public void Adamax_follows_the_paper(int length, int taken, bool _)
    {
        Data[] inputs = Inputs(length, taken, loss: 1);
        Data[] after = LightKernelRun.Everywhere(new AdamaxStep(Rate, Beta1, Beta2, Epsilon), inputs).Inputs;
        (float[] w, float[] m, float[] u, float[] g) = (inputs[0].Floats, inputs[1].Floats, inputs[2].Floats, inputs[3].Floats);
        double correction = 1 - Math.Pow(Beta1, taken + 1);
        (double[] m2, double[] u2) = (new double[length], new double[length]);
        (double[] w2, double[] change) = (new double[length], new double[length]);
        for (int i = 0; i < length; i++)
        {
            m2[i] = (double)Beta1 * m[i] + (1 - (double)Beta1) * g[i];
            u2[i] = Math.Max((double)Beta2 * u[i], Math.Abs(g[i]));
            change[i] = Rate / correction * m2[i] / (u2[i] + Epsilon);
            w2[i] = w[i] - change[i];
        }

        LightKernelRun.Close(m2, after[1].Floats, i => 4 * HalfUlp * (Math.Abs(m[i]) + Math.Abs(g[i])));
        LightKernelRun.Close(u2, after[2].Floats, i => 2 * HalfUlp * u2[i]);
        LightKernelRun.Close(w2, after[0].Floats, i => HalfUlp * Math.Abs(w2[i]) + Slack(change[i], m2[i], m[i], g[i]));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_loss_that_is_not_finite_changes_nothing(float loss)
    {
        foreach (Op op in (Op[])[
            new AdamStep(Rate, Beta1, Beta2, Epsilon, EpsilonPlace.OutsideCorrection), new AdamaxStep(Rate, Beta1, Beta2, Epsilon)])
        {
            Data[] inputs = Inputs(20_000, taken: 3, loss);
            Data[] after = LightKernelRun.Everywhere(op, inputs).Inputs;
            for (int i = 0; i < inputs.Length; i++) Assert.Equal(inputs[i].Bytes, after[i].Bytes);
        }
    }

    [Fact]
    public void Padding_stays_zero()
    {
        var zero = Data.Of(Shape.Of(16), new float[16]);
        foreach (Op op in (Op[])[
            new AdamStep(Rate, Beta1, Beta2, Epsilon, EpsilonPlace.InsideCorrection), new AdamaxStep(Rate, Beta1, Beta2, Epsilon)])
        {
            Data[] after = LightKernelRun.Everywhere(
                op, [zero, zero, zero, zero, Data.Of(Shape.Scalar, ElementType.Int32, 0), Data.Of(Shape.Scalar, 1f)]).Inputs;
            for (int i = 0; i < 3; i++) Assert.Equal(new float[16], after[i].Floats);
        }
    }

    static Data[] Inputs(int length, int taken, float loss)
    {
        Shape shape = Shape.Of(length);
        return
        [
            Data.Random(shape, seed: 1),
            Data.Random(shape, seed: 2),
            Data.Of(shape, [.. Data.Random(shape, seed: 3).Floats.Select(MathF.Abs)]),
            Data.Random(shape, seed: 4),
            Data.Of(Shape.Scalar, ElementType.Int32, taken),
            Data.Of(Shape.Scalar, loss),
        ];
    }

    /// <summary>Eight roundings of the change, and those of a momentum whose two terms may cancel.</summary>
    static double Slack(double change, double m2, double m, double g) =>
        8 * HalfUlp * Math.Abs(change) + (m2 == 0 ? 0 : Math.Abs(change / m2) * 4 * HalfUlp * (Math.Abs(m) + Math.Abs(g)));
}
