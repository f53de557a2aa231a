namespace GeneratingImages.Core;

/// <summary>Adds a vector along the last axis.</summary>
public sealed record AddBias : Op
{
    /// <inheritdoc/>
    public override int Overwrites => 0;

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        inputs[0].Rank > 0 && inputs[1] == Shape.Of(inputs[0][^1])
            ? inputs[0]
            : throw new ShapeException($"bias {inputs[1]} does not fit the last axis of {inputs[0]}");

    /// <inheritdoc/>
    public override void Backward(Backprop b)
    {
        b.Give(0, b.Grad);
        if (b.Needs(1)) b.Give(1, b.Grad.Graph.Add(new BiasGrad(), b.Grad));
    }
}

/// <summary>Sums over all axes but the last: the gradient of a bias.</summary>
public sealed record BiasGrad : Op
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        inputs[0].Rank > 0 ? Shape.Of(inputs[0][^1]) : throw new ShapeException("a scalar has no last axis");

    /// <inheritdoc/>
    public override void Backward(Backprop b) =>
        throw new NotSupportedException($"{b.Output.Path}: second gradients of a bias are not defined");
}

/// <summary>The bias as a method of <see cref="Tensor"/>.</summary>
public static class AddBiasExtensions
{
    /// <summary>See <see cref="Core.AddBias"/>.</summary>
    public static Tensor AddBias(this Tensor x, Tensor bias) => x.Graph.Add(new AddBias(), x, bias);
}
