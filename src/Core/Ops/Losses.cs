namespace GeneratingImages.Core;

/// <summary>The mean over all elements of (prediction - target)^2, a scalar. The target gets no gradient.</summary>
public sealed record MeanSquaredError : Op
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        inputs[0] == inputs[1] ? Shape.Scalar : throw new ShapeException($"prediction {inputs[0]} and target {inputs[1]} differ");

    /// <inheritdoc/>
    public override void Backward(Backprop b)
    {
        if (b.Needs(1)) throw new NotSupportedException($"{b.Output.Path}: MeanSquaredError gives its target no gradient");
        b.Give(0, b.Grad.Graph.Add(new MeanSquaredErrorGrad(), b.Input(0), b.Input(1), b.Grad));
    }
}

/// <summary>2 / count x (prediction - target) x gradient of the loss.</summary>
public sealed record MeanSquaredErrorGrad : Op
{
    /// <inheritdoc/>
    public override int Overwrites => 0;

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        inputs[0] == inputs[1] && inputs[2] == Shape.Scalar
            ? inputs[0]
            : throw new ShapeException($"prediction {inputs[0]}, target {inputs[1]} and loss gradient {inputs[2]} do not fit");
}

/// <summary>Losses as methods of <see cref="Tensor"/>.</summary>
public static class LossExtensions
{
    /// <summary>See <see cref="Core.MeanSquaredError"/>.</summary>
    public static Tensor MeanSquaredError(this Tensor prediction, Tensor target) =>
        prediction.Graph.Add(new MeanSquaredError(), prediction, target);
}
