using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>How parameters follow their gradients. An optimiser is a description; its state lives with the parameters.</summary>
public abstract record Optimizer
{
    /// <summary>The slots beside the values, such as Adam's two moments.</summary>
    protected abstract (string First, string Second) SlotNames { get; }

    /// <summary>The update of a flat group.</summary>
    protected abstract OptimizerStep Step { get; }

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

/// <summary>Adam (arXiv 1412.6980, algorithm 1); the defaults are Keras'.</summary>
public sealed record Adam(
    float LearningRate = 1e-3f,
    float Beta1 = 0.9f,
    float Beta2 = 0.999f,
    float Epsilon = 1e-7f,
    EpsilonPlace EpsilonPlace = EpsilonPlace.OutsideCorrection) : Optimizer
{
    /// <inheritdoc/>
    protected override (string First, string Second) SlotNames => ("adam/m", "adam/v");

    /// <inheritdoc/>
    protected override OptimizerStep Step => new AdamStep(LearningRate, Beta1, Beta2, Epsilon, EpsilonPlace);
}

/// <summary>Adamax (arXiv 1412.6980, algorithm 2); the defaults are Keras'.</summary>
public sealed record Adamax(float LearningRate = 1e-3f, float Beta1 = 0.9f, float Beta2 = 0.999f, float Epsilon = 1e-7f) : Optimizer
{
    /// <inheritdoc/>
    protected override (string First, string Second) SlotNames => ("adamax/m", "adamax/u");

    /// <inheritdoc/>
    protected override OptimizerStep Step => new AdamaxStep(LearningRate, Beta1, Beta2, Epsilon);
}
