namespace GeneratingImages.Core;

/// <summary>Adds a constant to a stored integer.</summary>
public sealed record Increment(int By) : Op
{
    /// <inheritdoc/>
    public override ElementType Element => ElementType.Int32;

    /// <inheritdoc/>
    public override ReadOnlySpan<int> Mutates => [0];

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        inputs[0] == Shape.Scalar ? Shape.Scalar : throw new ShapeException($"counter {inputs[0]} must be a scalar");
}

/// <summary>Adds a scalar, times a weight, to a stored double: the loss summed over the images of an epoch.</summary>
public sealed record Accumulate(float Weight) : Op
{
    /// <inheritdoc/>
    public override ElementType Element => ElementType.Float64;

    /// <inheritdoc/>
    public override ReadOnlySpan<int> Mutates => [0];

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        inputs[0] == Shape.Scalar && inputs[1] == Shape.Scalar
            ? Shape.Scalar
            : throw new ShapeException($"sum {inputs[0]} and term {inputs[1]} must be scalars");
}
