using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>What training is to achieve: losses over a batch of images, and who minimises each.</summary>
public abstract class Objective
{
    /// <summary>The occlusion whose masks <see cref="Phases"/> needs; null if it needs none.</summary>
    public virtual Occlusion? Masked => null;

    /// <summary>
    /// Appends the model and its losses. Two phases, as in a GAN, run one after the other in every step: the step of the one is appended
    /// before the other is asked for, so that a loss which is yielded then sees the weights that the one before it has changed.
    /// </summary>
    /// <param name="images">A batch [N,H,W,C] in [0, 1].</param>
    /// <param name="scope">Where the model's parameters are.</param>
    /// <param name="masks">The images' masks; null if <see cref="Masked"/> is.</param>
    public abstract IEnumerable<Phase> Phases(Tensor images, Scope scope, MaskTensors? masks = null);
}

/// <summary>A loss and the parameters that follow its gradient.</summary>
/// <param name="Loss">A scalar.</param>
/// <param name="ParameterPrefix">Which parameters: those whose path starts with it.</param>
/// <param name="Optimizer">How they follow.</param>
public sealed record Phase(Tensor Loss, string ParameterPrefix, Optimizer Optimizer);

/// <summary>
/// Mean squared error between an autoencoder's output and the whole image, with the whole or only a part of it as its input.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="task">What it is given.</param>
/// <param name="optimizer">How its parameters follow.</param>
/// <param name="occlusion">What is hidden when completing; the article's by default.</param>
public sealed class Reconstruction(Autoencoder model, ReconstructionTask task, Optimizer optimizer, Occlusion? occlusion = null) : Objective
{
    /// <summary>The model.</summary>
    public Autoencoder Model => model;

    /// <summary>What the model is given.</summary>
    public ReconstructionTask Task => task;

    /// <summary>What is hidden from it; null if it is given the whole image.</summary>
    public Occlusion? Occlusion => task == ReconstructionTask.Complete ? occlusion ?? Training.Occlusion.Lower : null;

    /// <inheritdoc/>
    public override Occlusion? Masked => Occlusion is { } hidden && (hidden.Kind != OcclusionKind.Lower || model.KeepsSeen) ? hidden : null;

    /// <summary>The model's output for a batch of whole images; the occlusion is part of the graph.</summary>
    /// <param name="images">A batch [N,H,W,C] in [0, 1].</param>
    /// <param name="scope">Where the model's parameters are.</param>
    /// <param name="masks">The images' masks; null if <see cref="Masked"/> is.</param>
    public Tensor Output(Tensor images, Scope scope, MaskTensors? masks = null)
    {
        if (Occlusion is null) return model.Apply(images, scope);
        if (Masked is null) return model.Apply(images.HideRows(Training.Occlusion.FirstHiddenRow(images.Shape[1])), scope);
        if (masks is null)
            throw new ArgumentNullException(nameof(masks), $"{images}: {Masked.Words} is hidden by masks, and none are given");
        Tensor shown = masks.Hide(images), made = model.Apply(shown, scope);
        return model.KeepsSeen ? shown.Add(masks.HideSeen(made)) : made;
    }

    /// <inheritdoc/>
    public override IEnumerable<Phase> Phases(Tensor images, Scope scope, MaskTensors? masks = null) =>
        [new Phase(Output(images, scope, masks).MeanSquaredError(images), "", optimizer)];
}
