using System.Text.Json.Serialization;

namespace GeneratingImages.Training;

/// <content>Settings in words.</content>
public sealed partial record RunSettings
{
    /// <summary>The run in a few words: <c>mnist, rebuild, deep, latent 32</c>.</summary>
    [JsonIgnore]
    public string Title => FormattableString.Invariant($"{Dataset}, {TaskText}, {Word(Model)}, latent {Latent}");

    string TaskText => Task == ReconstructionTask.Complete && Hide != ArticleHides ? $"{Word(Task)} {Occlusion.Words}" : Word(Task);

    /// <summary>The model and its task for a person: <c>deep, kernel 3, relu, channels 32,64,128,256, latent 32, to rebuild</c>.</summary>
    [JsonIgnore]
    public string ModelText
    {
        get
        {
            string layers = Model != ModelKind.Basic
                ? FormattableString.Invariant($", kernel {Kernel}, {Word(Activation)}, channels {string.Join(',', Channels)}")
                : "";
            return FormattableString.Invariant($"{Word(Model)}{layers}, latent {Latent}, to {TaskText}");
        }
    }

    /// <summary>Its training for a person: <c>6 epochs in batches of 32, adam, learning rate 0.001, seed 1</c>.</summary>
    [JsonIgnore]
    public string TrainingText =>
        FormattableString.Invariant($"{Epochs} {(Epochs == 1 ? "epoch" : "epochs")} in batches of {Batch}, {Word(Optimizer)}, ")
        + FormattableString.Invariant($"learning rate {LearningRate}{RateText}, seed {Seed}");

    string RateText => string.Concat(
        WarmUp > 0 ? FormattableString.Invariant($" after a warm-up of {WarmUp}") : "",
        Schedule == RateSchedule.Cosine ? " falling to 0" : "",
        WeightDecay > 0 ? FormattableString.Invariant($", weight decay {WeightDecay}") : "",
        ClipNorm > 0 ? FormattableString.Invariant($", gradients clipped to {ClipNorm}") : "",
        Mirror ? ", mirrored" : "",
        Shift > 0 ? FormattableString.Invariant($", shifted by up to {Shift}") : "",
        Patience > 0 ? FormattableString.Invariant($", until {Patience} epochs bring nothing better") : "");

    /// <summary>A name for the run's folder: <c>mnist-deep-rebuild-32</c>.</summary>
    [JsonIgnore]
    public string FolderName => FormattableString.Invariant($"{Dataset}-{Word(Model)}-{Word(Task)}-{Latent}");

    static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
