using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>Makes an input's values; those of the inputs before it are given, for operations whose inputs depend on each other.</summary>
public delegate double[] Fill(CounterRandom random, Shape shape, double[][] earlier);

/// <summary>One input of a case.</summary>
/// <param name="Shape">The sizes.</param>
/// <param name="Fill">Makes the values.</param>
/// <param name="Element">The element type.</param>
public sealed record CaseInput(Shape Shape, Fill Fill, ElementType Element = ElementType.Float32);

/// <summary>An operation with inputs to try it on, chosen away from its kinks.</summary>
/// <param name="Name">What is special about the case.</param>
/// <param name="Op">The operation.</param>
/// <param name="Inputs">Its inputs.</param>
/// <param name="Differentiable">The inputs whose gradient is checked; empty if there is none.</param>
public sealed record OpCase(string Name, Op Op, CaseInput[] Inputs, params int[] Differentiable)
{
    /// <summary>The operation's inputs as leaves of a graph.</summary>
    public Tensor[] Leaves(Graph graph)
    {
        var leaves = new Tensor[Inputs.Length];
        for (int i = 0; i < leaves.Length; i++) leaves[i] = graph.Add(new Input($"input{i}", Inputs[i].Shape, Inputs[i].Element));
        return leaves;
    }

    /// <summary>
    /// The inputs' values: the same on every call, and each exact in its element type, so that single precision starts equal.
    /// </summary>
    public double[][] Values()
    {
        var random = new CounterRandom(1, CounterRandom.StreamOf(ToString()));
        var values = new double[Inputs.Length][];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Inputs[i].Fill(random, Inputs[i].Shape, values[..i]);
            if (values[i].Length != Inputs[i].Shape.Count)
                throw new InvalidOperationException($"{this}: {values[i].Length} values made for input {i}, which is {Inputs[i].Shape}");
            if (Inputs[i].Element == ElementType.Float32)
                for (int j = 0; j < values[i].Length; j++) values[i][j] = (float)values[i][j];
        }

        return values;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Op.Name}: {Name}";
}

/// <summary>Inputs that do not fit an operation, and the error they must give, without the path and name in front.</summary>
/// <param name="Op">The operation.</param>
/// <param name="Inputs">Shapes that do not fit it.</param>
/// <param name="Message">The error's message behind <c>path: name: </c>.</param>
public sealed record BadShape(Op Op, Shape[] Inputs, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Op.Name}: {Message}";
}
