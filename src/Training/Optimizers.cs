using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>How parameters follow their gradients. An optimiser is a description; its state lives with the parameters.</summary>
public abstract record Optimizer
{
    /// <summary>The slots beside the values, such as Adam's two moments.</summary>
    protected abstract (string First, string Second) SlotNames { get; }

    /// <summary>The update of a flat group.</summary>
    protected abstract OptimizerStep Step { get; }

    /// <summary>
    /// What every step takes off a weight, as a part of it and before the learning rate; see <see cref="OptimizerStep"/>.
    /// </summary>
    public float WeightDecay { get; init; }

    /// <summary>
    /// The largest norm that all gradients together may have; longer ones are shortened. 0 for any; see <see cref="ClipByNorm"/>.
    /// </summary>
    public float ClipNorm { get; init; }

    /// <summary>Appends one update of a group of parameters: the gradients packed, the step, the step counter.</summary>
    /// <param name="parameters">The store.</param>
    /// <param name="group">What to update.</param>
    /// <param name="gradients">One per member of the group, in its order.</param>
    /// <param name="loss">If it is not finite when the step runs, nothing is changed.</param>
    public void Append(Parameters parameters, ParameterGroup group, ReadOnlySpan<Tensor> gradients, Tensor loss)
    {
        Graph graph = loss.Graph;
        using (graph.Enter("optimizer"))
        {
            Tensor packed = graph.Add(new Pack(group), gradients);
            if (ClipNorm > 0) packed = packed.ClipByNorm(ClipNorm);
            Tensor step = parameters.State(graph, StepPath(group), new TensorType(Shape.Scalar, ElementType.Int32), saved: true);
            graph.Add(
                Step,
                parameters.Slot(graph, Parameters.Values, group),
                parameters.Slot(graph, SlotNames.First, group),
                parameters.Slot(graph, SlotNames.Second, group),
                packed,
                step,
                loss);
            graph.Add(new Increment(1), step);
        }
    }

    /// <summary>Where the number of steps taken is kept.</summary>
    public static string StepPath(ParameterGroup group) => $"optimizer/{group.Prefix}step";
}

/// <summary>
/// Adam (arXiv 1412.6980, algorithm 1), and with weight decay AdamW (arXiv 1711.05101); the defaults are Keras'.
/// </summary>
public sealed record Adam(
    LearningRateSchedule LearningRate,
    float Beta1 = 0.9f,
    float Beta2 = 0.999f,
    float Epsilon = 1e-7f,
    EpsilonPlace EpsilonPlace = EpsilonPlace.OutsideCorrection) : Optimizer
{
    /// <summary>Adam at Keras' learning rate of 0.001.</summary>
    public Adam()
        : this(1e-3f)
    {
    }

    /// <inheritdoc/>
    protected override (string First, string Second) SlotNames => ("adam/m", "adam/v");

    /// <inheritdoc/>
    protected override OptimizerStep Step => new AdamStep(LearningRate, Beta1, Beta2, Epsilon, EpsilonPlace, WeightDecay);
}

/// <summary>Adamax (arXiv 1412.6980, algorithm 2); the defaults are Keras'.</summary>
public sealed record Adamax(LearningRateSchedule LearningRate, float Beta1 = 0.9f, float Beta2 = 0.999f, float Epsilon = 1e-7f) : Optimizer
{
    /// <summary>Adamax at Keras' learning rate of 0.001.</summary>
    public Adamax()
        : this(1e-3f)
    {
    }

    /// <inheritdoc/>
    protected override (string First, string Second) SlotNames => ("adamax/m", "adamax/u");

    /// <inheritdoc/>
    protected override OptimizerStep Step => new AdamaxStep(LearningRate, Beta1, Beta2, Epsilon, WeightDecay);
}
