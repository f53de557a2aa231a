using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>What the gradient check found for one case.</summary>
/// <param name="Op">The operation's name, or <c>composite</c>.</param>
/// <param name="Case">The case's name.</param>
/// <param name="Elements">How many elements' derivatives were compared.</param>
/// <param name="LargestError">The largest difference, relative to the largest derivative by the same tensor.</param>
/// <param name="Passed">Whether that is within <see cref="GradientCheck.Tolerance"/>.</param>
public sealed record GradientRow(string Op, string Case, int Elements, double LargestError, bool Passed);

/// <summary>
/// Holds the gradients of <see cref="Autodiff"/> against central differences, (f(x + h) - f(x - h)) / 2h, all in double precision on the
/// <see cref="ReferenceInterpreter"/>, so that rounding and backends play no part.
/// </summary>
public static class GradientCheck
{
    /// <summary>
    /// The largest relative difference allowed. Central differences with this step leave 1e-9 or less where a loss is of size 1.
    /// </summary>
    public const double Tolerance = 1e-6;

    // Near the cube root of the machine epsilon, where truncation and rounding are balanced; a power of two, so that x + h is exact.
    const double Step = 1.0 / (1 << 17);

    /// <summary>Checks every differentiable case of <see cref="OpCases"/> and some composite graphs.</summary>
    /// <param name="cancel">Stops between cases.</param>
    public static IReadOnlyList<GradientRow> Run(CancellationToken cancel = default)
    {
        var rows = new List<GradientRow>();
        foreach (OpCase opCase in OpCases.All.Where(c => c.Differentiable.Length > 0))
        {
            cancel.ThrowIfCancellationRequested();
            rows.Add(Check(opCase));
        }

        foreach (Composite composite in Composites.All)
        {
            cancel.ThrowIfCancellationRequested();
            rows.Add(Check(composite));
        }

        return rows;
    }

    /// <summary>Checks one case: the loss is the mean squared distance of its output from random numbers.</summary>
    public static GradientRow Check(OpCase opCase)
    {
        var graph = new Graph();
        Tensor[] leaves = opCase.Leaves(graph);
        Tensor output = graph.Add(opCase.Op, leaves);
        Tensor target = graph.Add(new Input("target", output.Shape));
        var interpreter = new ReferenceInterpreter(graph);
        double[][] values = opCase.Values();
        for (int i = 0; i < leaves.Length; i++) interpreter.Set(leaves[i], values[i]);
        interpreter.Set(target, Fills.Signed(new CounterRandom(2, CounterRandom.StreamOf(opCase.ToString())), output.Shape, []));

        Tensor loss = output.MeanSquaredError(target);
        return Compare(opCase.Op.Name, opCase.Name, interpreter, loss, [.. opCase.Differentiable.Select(i => (leaves[i], values[i]))]);
    }

    /// <summary>Checks a graph of several operations by all its inputs whose name does not start with <c>target</c>.</summary>
    public static GradientRow Check(Composite composite)
    {
        var graph = new Graph();
        Tensor loss = composite.Build(graph);
        var interpreter = new ReferenceInterpreter(graph);
        var random = new CounterRandom(3, CounterRandom.StreamOf(composite.Name));
        var wanted = new List<(Tensor, double[])>();
        for (int i = 0; i < graph.Count; i++)
        {
            if (graph[i].Op is not Input input) continue;
            var leaf = new Tensor(graph, i);
            double[] values = Fills.Spread(random, leaf.Shape, []);
            interpreter.Set(leaf, values);
            if (!input.Label.StartsWith("target", StringComparison.Ordinal)) wanted.Add((leaf, values));
        }

        return Compare("composite", composite.Name, interpreter, loss, wanted);
    }

    static GradientRow Compare(
        string op, string name, ReferenceInterpreter interpreter, Tensor loss, IReadOnlyList<(Tensor Leaf, double[] Values)> of)
    {
        Tensor[] gradients = Autodiff.Gradients(loss, [.. of.Select(pair => pair.Leaf)]);
        interpreter.Run(gradients);
        double[][] derived = [.. gradients.Select(g => interpreter.Read(g).ToArray())];
        double largest = 0;
        int elements = 0;
        for (int i = 0; i < of.Count; i++)
        {
            double scale = Math.Max(derived[i].Max(Math.Abs), 1e-3);
            for (int j = 0; j < derived[i].Length; j++)
            {
                double error = Math.Abs(derived[i][j] - Difference(interpreter, loss, of[i].Values, j)) / scale;
                largest = double.IsNaN(error) ? double.PositiveInfinity : Math.Max(largest, error);
                elements++;
            }
        }

        return new GradientRow(op, name, elements, largest, largest <= Tolerance);
    }

    static double Difference(ReferenceInterpreter interpreter, Tensor loss, double[] values, int element)
    {
        double x = values[element];
        double after = At(x + Step), before = At(x - Step);
        values[element] = x;
        return (after - before) / (2 * Step);

        double At(double value)
        {
            values[element] = value;
            interpreter.Run(loss);
            return interpreter.Read(loss)[0];
        }
    }
}
