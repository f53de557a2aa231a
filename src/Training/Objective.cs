using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>What training is to achieve: losses over a batch of images, and who minimises each.</summary>
public abstract class Objective
{
    /// <summary>Appends the model and its losses. Two phases, as in a GAN, run one after the other in every step.</summary>
    /// <param name="images">A batch [N,H,W,C] in [0, 1].</param>
    /// <param name="scope">Where the model's parameters are.</param>
    public abstract IEnumerable<Phase> Phases(Tensor images, Scope scope);
}

/// <summary>A loss and the parameters that follow its gradient.</summary>
/// <param name="Loss">A scalar.</param>
/// <param name="ParameterPrefix">Which parameters: those whose path starts with it.</param>
/// <param name="Optimizer">How they follow.</param>
public sealed record Phase(Tensor Loss, string ParameterPrefix, Optimizer Optimizer);

/// <summary>Mean squared error between an autoencoder's output and the whole image, with the whole or only the upper image as its input.</summary>
public sealed class Reconstruction(Autoencoder model, ReconstructionTask task, Optimizer optimizer) : Objective
{
    /// <summary>The model.</summary>
    public Autoencoder Model => model;

    /// <summary>What the model is given.</summary>
    public ReconstructionTask Task => task;

    /// <summary>The first row that is hidden when completing: H/2+1, so that of 28 rows 15 stay visible.</summary>
    public static int FirstHiddenRow(int height) => height / 2 + 1;

    /// <summary>The model's output for a batch of whole images; the occlusion is part of the graph.</summary>
    public Tensor Output(Tensor images, Scope scope) =>
        model.Apply(task == ReconstructionTask.Complete ? images.HideRows(FirstHiddenRow(images.Shape[1])) : images, scope);

    /// <inheritdoc/>
    public override IEnumerable<Phase> Phases(Tensor images, Scope scope) =>
        [new Phase(Output(images, scope).MeanSquaredError(images), "", optimizer)];
}
