using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>Ways to make an input's values.</summary>
public static class Fills
{
    /// <summary>The distance that <see cref="Signed"/> keeps from zero, where activations bend.</summary>
    public const double Margin = 0.05;

    /// <summary>Uniform in size over [<see cref="Margin"/>, 1), of either sign.</summary>
    public static double[] Signed(CounterRandom random, Shape shape, double[][] earlier) => Each(shape, () =>
    {
        double size = Margin + (1 - Margin) * random.NextUniform();
        return random.Below(2) == 0 ? size : -size;
    });

    /// <summary>Uniform over [0.1, 1): second moments, squares.</summary>
    public static double[] Positive(CounterRandom random, Shape shape, double[][] earlier) =>
        Each(shape, () => 0.1 + 0.9 * random.NextUniform());

    /// <summary>Distinct values, evenly spread over [-1, 1) in random order, so that no two are a near-tie.</summary>
    public static double[] Spread(CounterRandom random, Shape shape, double[][] earlier)
    {
        int[] order = Permutation(random, (int)shape.Count);
        return [.. order.Select(place => 2.0 * place / order.Length - 1)];
    }

    /// <summary>Few distinct values, so that windows hold ties.</summary>
    public static double[] Ties(CounterRandom random, Shape shape, double[][] earlier) => Each(shape, () => random.Below(3) - 1);

    /// <summary>Whole numbers of a byte.</summary>
    public static double[] Bytes(CounterRandom random, Shape shape, double[][] earlier) => Each(shape, () => random.Below(256));

    /// <summary>Whole numbers below a limit.</summary>
    public static Fill Below(int limit) => (random, shape, _) => Each(shape, () => random.Below(limit));

    /// <summary>Every whole number below the count once, in random order.</summary>
    public static double[] Order(CounterRandom random, Shape shape, double[][] earlier) =>
        [.. Permutation(random, (int)shape.Count).Select(place => (double)place)];

    /// <summary>The outputs of an activation.</summary>
    public static Fill Activated(Activation kind) => (random, shape, earlier) =>
        [.. Signed(random, shape, earlier).Select(x => x > 0 ? x : kind == Activation.Elu ? Math.Exp(x) - 1 : 0)];

    /// <summary>The same value everywhere.</summary>
    public static Fill Value(double value) => (_, shape, _) => Each(shape, () => value);

    /// <summary>Values computed from the inputs before this one.</summary>
    public static Fill From(Func<double[][], double[]> compute) => (_, _, earlier) => compute(earlier);

    static double[] Each(Shape shape, Func<double> next)
    {
        var values = new double[shape.Count];
        for (int i = 0; i < values.Length; i++) values[i] = next();
        return values;
    }

    static int[] Permutation(CounterRandom random, int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int other = random.Below(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }
}
