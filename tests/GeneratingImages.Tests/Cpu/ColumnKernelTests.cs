using GeneratingImages.Core;

namespace GeneratingImages.Tests.Cpu;

/// <summary>Kernels along the last axis: bias, its gradient, and the mean.</summary>
public class ColumnKernelTests
{
    const double HalfUlp = 1.0 / (1 << 24);

    public static TheoryData<int, int> Matrices => new()
    {
        { 1, 1 }, { 1, 3 }, { 2, 1 }, { 5, 3 }, { 7, 16 }, { 127, 1 }, { 128, 1 }, { 129, 1 }, { 33, 10 }, { 9, 33 }, { 3, 128 },
        { 31, 127 }, { 32, 4096 }, { 5, 1031 }, { 9001, 3 }, { 40_001, 1 }, { 4099, 32 }, { 2100, 64 }, { 700, 520 }, { 1100, 100 },
    };

    [Theory, MemberData(nameof(Matrices))]
    public void Sums_columns(int rows, int columns)
    {
        var x = Data.Random(Shape.Of(rows, columns), seed: rows + columns);
        float[] sums = LightKernelRun.Everywhere(new BiasGrad(), [x]).Output.Floats;
        Check(x.Floats, columns, sums);
    }

    [Theory, MemberData(nameof(Matrices))]
    public void Sums_columns_in_the_pass_of_an_activation_gradient(int rows, int columns)
    {
        Shape shape = Shape.Of(rows, columns);
        var y = Data.Random(shape, seed: rows);
        var dy = Data.Random(shape, seed: columns);
        foreach (Activation kind in Enum.GetValues<Activation>())
        {
            Outcome fused = LightKernelRun.Everywhere(new ActivateGrad(kind, Bias: true), [y, dy], side: Shape.Of(columns));
            Data alone = LightKernelRun.Everywhere(new ActivateGrad(kind), [y, dy]).Output;
            Assert.Equal(alone.Bytes, fused.Output.Bytes);
            Assert.Equal(LightKernelRun.Everywhere(new BiasGrad(), [alone]).Output.Bytes, fused.Side!.Bytes);
            Check(alone.Floats, columns, fused.Side.Floats);
        }
    }

    [Theory, MemberData(nameof(Matrices))]
    public void Adds_a_bias(int rows, int columns)
    {
        var x = Data.Random(Shape.Of(rows, columns), seed: rows);
        var bias = Data.Random(Shape.Of(columns), seed: columns);
        float[] y = LightKernelRun.Everywhere(new AddBias(), [x, bias]).Output.Floats;
        Assert.Equal(x.Floats.Select((value, i) => value + bias.Floats[i % columns]), y);
    }

    [Theory, MemberData(nameof(Matrices))]
    public void Takes_the_mean_squared_error(int rows, int columns)
    {
        Shape shape = Shape.Of(rows, columns);
        var prediction = Data.Random(shape, seed: rows);
        var target = Data.Random(shape, seed: columns);
        float[] loss = LightKernelRun.Everywhere(new MeanSquaredError(), [prediction, target]).Output.Floats;
        double expected = prediction.Floats.Zip(target.Floats, (p, t) => ((double)p - t) * ((double)p - t)).Average();
        LightKernelRun.Close([expected], loss, _ => 8 * HalfUlp * expected);
    }

    [Fact]
    public void Sums_the_columns_of_images()
    {
        var x = Data.Random(Shape.Of(3, 17, 19, 3), seed: 1);
        Check(x.Floats, 3, LightKernelRun.Everywhere(new BiasGrad(), [x]).Output.Floats);
    }

    static void Check(float[] x, int columns, float[] sums)
    {
        var expected = new double[columns];
        var sizes = new double[columns];
        for (int i = 0; i < x.Length; i++)
        {
            expected[i % columns] += x[i];
            sizes[i % columns] += Math.Abs(x[i]);
        }

        LightKernelRun.Close(expected, sums, i => 8 * HalfUlp * sizes[i]);
    }
}
