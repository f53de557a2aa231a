using GeneratingImages.Core;
using GeneratingImages.Reference;

namespace GeneratingImages.Tests.Ops;

/// <summary>
/// How far a result in single precision may lie from the reference's. A sum of n terms may be off by 2 sqrt(n + 1) u S, with u = 2^-24 and
/// S the sum of its terms' sizes: the probabilistic bound of Higham and Mary (SIAM J. Sci. Comput. 41, 2019, theorem 3.1; sqrt(n) where the
/// certain bound has n), which holds for any order of summation, and n + 1 for the bias. What only moves numbers must be exact.
/// </summary>
static class Bounds
{
    const double UnitRoundoff = 1.0 / (1 << 24);

    /// <summary>One bound for each element of each of <see cref="Expected.Results"/>.</summary>
    public static double[][] Of(OpCase opCase, double[][] inputs, double[][] results)
    {
        double[] y = results[0];
        return opCase.Op switch
        {
            Conv2D { Pool: true } => [Product(opCase, inputs, y), new double[results[1].Length]],
            Conv2D { Back: not Activation.None } or Conv2DInputGrad { Back: not Activation.None } =>
                WithSums(Product(opCase, inputs, y), y, results[1].Length),
            Conv2D or Conv2DInputGrad or Conv2DFilterGrad or MatMul => [Product(opCase, inputs, y)],
            Add => [Each(y, i => Rounded(Math.Abs(inputs[0][i]) + Math.Abs(inputs[1][i])))],
            AddBias => [Each(y, i => Rounded(Math.Abs(inputs[0][i]) + Math.Abs(inputs[1][i % inputs[1].Length])))],
            BiasGrad => [Sum(inputs[0], y.Length)],
            Activate { Kind: Activation.Elu } => [Each(y, i => y[i] < 0 ? Rounded(1) : 0)],
            ActivateGrad { Bias: true } => [Each(y, i => Rounded(Math.Abs(y[i]))), Sum(y, results[1].Length)],
            ActivateGrad => [Each(y, i => Rounded(Math.Abs(y[i])))],
            MeanSquaredError => [[SumOf(inputs[0].Length, y[0])]],
            MeanSquaredErrorGrad => [Each(y, i => Rounded(Math.Abs(y[i])))],
            ClipByNorm => [Each(y, i => Rounded(Math.Abs(y[i])))],
            GatherImages => [Each(y, i => Rounded(y[i]))],
            OptimizerStep => Optimizer(opCase, inputs, results),
            Accumulate => [[Math.ScaleB(Math.Abs(y[0]) + 1, -52)]],
            _ => [.. results.Select(result => new double[result.Length])],
        };
    }

    /// <summary>A few roundings of a number of that size.</summary>
    static double Rounded(double size) => 4 * UnitRoundoff * size;

    static double SumOf(int terms, double sizes) => 2 * UnitRoundoff * Math.Sqrt(terms + 1) * sizes;

    static double[] Each(double[] results, Func<int, double> bound) => [.. Enumerable.Range(0, results.Length).Select(bound)];

    static double[] Sum(double[] terms, int columns)
    {
        var sizes = new double[columns];
        for (int i = 0; i < terms.Length; i++) sizes[i % columns] += Math.Abs(terms[i]);
        return [.. sizes.Select(s => SumOf(terms.Length / columns, s))];
    }

    /// <summary>
    /// Results and, in the second place, their sums along columns, whose errors are those of the summation and of the results; these
    /// are independent, so that their squares add.
    /// </summary>
    static double[][] WithSums(double[] bounds, double[] y, int columns)
    {
        var squares = new double[columns];
        for (int i = 0; i < bounds.Length; i++) squares[i % columns] += bounds[i] * bounds[i];
        return [bounds, [.. Sum(y, columns).Zip(squares, (sum, square) => sum + Math.Sqrt(square))]];
    }

    /// <summary>
    /// The sum of the terms' sizes is the same operation on absolute values, without its activation, which lengthens no error.
    /// </summary>
    static double[] Product(OpCase opCase, double[][] inputs, double[] y)
    {
        (Op op, Epilogue epilogue, int terms) = opCase.Op switch
        {
            Conv2D c => (c with { Epilogue = new(c.Epilogue.Bias) }, c.Epilogue, (int)opCase.Inputs[1].Shape.WithoutFirst().Count),
            Conv2DInputGrad c =>
                (c with { Epilogue = new(c.Epilogue.Bias) }, c.Epilogue, (int)opCase.Inputs[1].Shape.Count / opCase.Inputs[1].Shape[^1]),
            Conv2DFilterGrad c => (c, default, (int)opCase.Inputs[1].Shape.Count / opCase.Inputs[1].Shape[^1]),
            MatMul m => (m with { Epilogue = new(m.Epilogue.Bias) }, m.Epilogue, opCase.Inputs[0].Shape[m.TransposeA ? ^2 : ^1]),
            _ => ((Op)opCase.Op, default(Epilogue), 1),
        };
        double[] sizes = Expected.Evaluate(opCase with { Op = op }, [.. inputs.Select(Sizes)])[0];
        return Each(y, i => SumOf(terms, sizes[i]) + (epilogue.Activation == Activation.Elu && y[i] < 0 ? Rounded(1) : 0));
    }

    /// <summary>
    /// Values, first and second slot. The step on absolute gradients and moments, started below zero so that nothing cancels, gives the
    /// sizes of what is added.
    /// </summary>
    static double[][] Optimizer(OpCase opCase, double[][] inputs, double[][] results)
    {
        if (!double.IsFinite(inputs[5][0])) return [.. results.Select(result => new double[result.Length])];
        double[] values = [.. inputs[0].Select(w => -Math.Abs(w))];
        double[][] sizes = Expected.Evaluate(opCase, [values, Sizes(inputs[1]), inputs[2], Sizes(inputs[3]), inputs[4], inputs[5]]);
        return [.. sizes.Select(s => Each(s, i => Rounded(Math.Abs(s[i]))))];
    }

    static double[] Sizes(double[] values) => [.. values.Select(Math.Abs)];
}
