using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>One node's evaluation: shapes and values of its inputs and its zeroed output.</summary>
sealed class Call(Node node, Memory<double>[] inputs, Memory<double> output, Func<Node, Call> evaluated)
{
    public Node Node { get; } = node;

    /// <summary>The evaluation of the first input.</summary>
    public Call Source => evaluated(Node.Inputs[0].Node);

    public int Count => inputs.Length;

    public Shape OutputShape => Node.Type.Shape;

    public Span<double> Output => output.Span;

    public Shape Shape(int input) => Node.Inputs[input].Shape;

    public ReadOnlySpan<double> Input(int input) => inputs[input].Span;

    /// <summary>An input the operation changes in place.</summary>
    public Span<double> State(int input) =>
        Node.Op.Mutates.Contains(input)
            ? inputs[input].Span
            : throw new InvalidOperationException($"{Node}: input {input} is not to be changed");
}
