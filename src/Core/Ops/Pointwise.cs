namespace GeneratingImages.Core;

/// <summary>The sum of two tensors of one shape.</summary>
public sealed record Add : Op
{
    /// <inheritdoc/>
    public override int Overwrites => 0;

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        inputs[0] == inputs[1] ? inputs[0] : throw new ShapeException($"{inputs[0]} and {inputs[1]} differ");

    /// <inheritdoc/>
    public override void Backward(Backprop b)
    {
        b.Give(0, b.Grad);
        b.Give(1, b.Grad);
    }
}

/// <summary>Pointwise operations as methods of <see cref="Tensor"/>.</summary>
public static class PointwiseExtensions
{
    /// <summary>See <see cref="Core.Add"/>.</summary>
    public static Tensor Add(this Tensor a, Tensor b) => a.Graph.Add(new Add(), a, b);
}
