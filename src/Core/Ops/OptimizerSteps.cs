namespace GeneratingImages.Core;

/// <summary>Where Adam adds epsilon.</summary>
public enum EpsilonPlace
{
    /// <summary>Keras: lr sqrt(1 - b2^t) / (1 - b1^t) x m / (sqrt(v) + epsilon).</summary>
    OutsideCorrection,

    /// <summary>The paper's algorithm 1, and libtorch: lr / (1 - b1^t) x m / (sqrt(v / (1 - b2^t)) + epsilon).</summary>
    InsideCorrection,
}

/// <summary>
/// An optimiser's update of a flat group of parameters, in place. Inputs: values, first slot, second slot, gradients (all flat, of one
/// length), the number of steps taken before this one (Int32), and the loss. If the loss is not finite nothing is changed. Weight decay
/// is decoupled from the gradient (Loshchilov and Hutter, arXiv 1711.05101, algorithm 2, with the rate as in PyTorch and Keras): before
/// its update a value is multiplied by 1 - rate x decay.
/// </summary>
public abstract record OptimizerStep(LearningRateSchedule Rate, float Beta1, float Beta2, float Epsilon, float WeightDecay) : Op
{
    /// <inheritdoc/>
    public override ReadOnlySpan<int> Mutates => [0, 1, 2];

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        for (int i = 1; i < 4; i++)
            if (inputs[i] != inputs[0]) throw new ShapeException($"values {inputs[0]} and input {i} {inputs[i]} differ");
        if (inputs[4] != Shape.Scalar || inputs[5] != Shape.Scalar)
            throw new ShapeException($"step {inputs[4]} and loss {inputs[5]} must be scalars");
        return Shape.Scalar;
    }
}

/// <summary>
/// Adam (arXiv 1412.6980, algorithm 1): m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; then the update of <see cref="EpsilonPlace"/>.
/// </summary>
public sealed record AdamStep(
    LearningRateSchedule Rate, float Beta1, float Beta2, float Epsilon, EpsilonPlace Place, float WeightDecay = 0)
    : OptimizerStep(Rate, Beta1, Beta2, Epsilon, WeightDecay);

/// <summary>
/// Adamax (arXiv 1412.6980, algorithm 2): m = b1 m + (1 - b1) g; u = max(b2 u, |g|); values -= lr / (1 - b1^t) x m / (u + epsilon).
/// The epsilon, which the paper lacks, keeps a parameter that never had a gradient finite, as Keras does.
/// </summary>
public sealed record AdamaxStep(LearningRateSchedule Rate, float Beta1, float Beta2, float Epsilon, float WeightDecay = 0)
    : OptimizerStep(Rate, Beta1, Beta2, Epsilon, WeightDecay);
