using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// Everything that determines a run's result, as it is written beside it: with the same settings and data the same bits come out.
/// Threads and device are not among them.
/// </summary>
public sealed partial record RunSettings
{
    const string ArticleHides = "lower";

    /// <summary>The data set: digits (built in), mnist, cifar100 or lfw.</summary>
    public string Dataset { get; init; } = "digits";

    /// <summary>The model.</summary>
    public ModelKind Model { get; init; } = ModelKind.Deep;

    /// <summary>What the model is given.</summary>
    public ReconstructionTask Task { get; init; } = ReconstructionTask.Rebuild;

    /// <summary>What is hidden from it when completing; see <see cref="Training.Occlusion"/>.</summary>
    public string Hide { get => field ?? ArticleHides; init; } = ArticleHides; // Null comes from a checkpoint older than this setting.

    /// <summary>The size of the hidden representation.</summary>
    public int Latent { get; init; } = 32;

    /// <summary>The side of the convolutions' windows; the basic model has none.</summary>
    public int Kernel { get; init; } = 3;

    /// <summary>The activation of the deep model.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>The encoder's channels in the deep model.</summary>
    public IReadOnlyList<int> Channels { get; init; } = [32, 64, 128, 256];

    /// <summary>How often every training image is seen.</summary>
    public int Epochs { get; init; } = 6;

    /// <summary>Images per step.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>The optimiser.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>The learning rate.</summary>
    public float LearningRate { get; init; } = 1e-3f;

    /// <summary>How the rate goes over the run.</summary>
    public RateSchedule Schedule { get; init; } = RateSchedule.Constant;

    /// <summary>Epochs, or a part of one, in which the rate rises to its value.</summary>
    public float WarmUp { get; init; }

    /// <summary>What every step takes off the weights, before the learning rate: with Adam this is AdamW.</summary>
    public float WeightDecay { get; init; }

    /// <summary>The largest norm of all gradients together; 0 for any.</summary>
    public float ClipNorm { get; init; }

    /// <summary>The optimiser's epsilon.</summary>
    public float Epsilon { get; init; } = 1e-7f;

    /// <summary>Where Adam adds it.</summary>
    public EpsilonPlace EpsilonPlace { get; init; } = EpsilonPlace.OutsideCorrection;

    /// <summary>Whether training images are mirrored from left to right at random.</summary>
    public bool Mirror { get; init; }

    /// <summary>By how many pixels training images are shifted at most.</summary>
    public int Shift { get; init; }

    /// <summary>Epochs without a better validation loss after which training ends and the best weights are taken; 0 to train on.</summary>
    public int Patience { get; init; }

    /// <summary>What first weights and image order derive from.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Train on the first so many training images only; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Checks every value that can be checked without the data.</summary>
    /// <exception cref="UserException">A value is out of range; the message names the option, the value and the range.</exception>
    public void Validate()
    {
        Require(Latent is >= 1 and <= 1_000_000, "--latent", Latent, "1 to 1000000");
        Require(Kernel is 3 or 5, "--kernel", Kernel, "3 or 5");
        Require(
            Channels.Count is >= 1 and <= 8 && Channels.All(c => c is >= 1 and <= 4096),
            "--channels",
            string.Join(',', Channels),
            "1 to 8 numbers from 1 to 4096");
        Require(
            Model != ModelKind.Skip || Task == ReconstructionTask.Complete,
            "--model",
            "skip",
            "with --task complete: it keeps what it sees, so there is nothing to rebuild");
        try
        {
            _ = Occlusion;
        }
        catch (FormatException e)
        {
            throw new UserException($"--hide: {e.Message}", e);
        }

        Require(Shift is >= 0 and <= MoveImages.MostShift, "--shift", Shift, $"0 to {MoveImages.MostShift}");
        Require(Patience >= 0, "--patience", Patience, "at least 0");
        Require(Epochs is >= 1 and <= 1_000_000, "--epochs", Epochs, "1 to 1000000");
        Require(Batch is >= 1 and <= 65536, "--batch", Batch, "1 to 65536");
        Require(LearningRate is > 0 and <= 10, "--lr", LearningRate, "above 0, at most 10");
        Require(WarmUp >= 0 && WarmUp <= Epochs, "--warm-up", WarmUp, $"0 to the {Epochs} of --epochs");
        Require(WeightDecay is >= 0 and <= 1, "--weight-decay", WeightDecay, "0 to 1");
        Require(ClipNorm is >= 0 and < float.PositiveInfinity, "--clip-norm", ClipNorm, "at least 0, and finite");
        Require(Epsilon is > 0 and <= 1, "--epsilon", Epsilon, "above 0, at most 1");
        Require(Limit is null or >= 1, "--limit", Limit ?? 0, "at least 1");
    }

    /// <summary>
    /// Why <see cref="Hide"/> has no meaning here, or null. Not among what <see cref="Validate"/> refuses, since a checkpoint is none the
    /// worse for it.
    /// </summary>
    [JsonIgnore]
    public string? HideProblem => Task == ReconstructionTask.Complete || Hide == ArticleHides
        ? null
        : "is for the task complete: a model that rebuilds sees the whole image";

    /// <summary>The settings in which two runs differ, each with both values; the number of epochs may differ.</summary>
    public IReadOnlyList<string> Differences(RunSettings other)
    {
        using JsonDocument mine = JsonDocument.Parse(ToJson()), theirs = JsonDocument.Parse((other with { Epochs = Epochs }).ToJson());
        return [.. mine.RootElement.EnumerateObject()
            .Where(p => p.Value.GetRawText() != theirs.RootElement.GetProperty(p.Name).GetRawText())
            .Select(p => $"{p.Name} {OneLine(p.Value)} and {OneLine(theirs.RootElement.GetProperty(p.Name))}")];
    }

    /// <summary>The settings as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RunJson.Default.RunSettings);

    /// <summary>Reads settings.</summary>
    /// <exception cref="UserException">Unknown, missing or wrong values.</exception>
    public static RunSettings FromJson(string json, string file)
    {
        try
        {
            JsonSyntax.Check(Encoding.UTF8.GetBytes(json));
            RunSettings settings = LaidOverDefaults(json).Deserialize(RunJson.Default.RunSettings) ?? throw new JsonException("is empty");
            settings.Validate();
            return settings;
        }
        catch (Exception e) when (e is JsonException or UserException or InvalidOperationException)
        {
            // The last of these is for text that is no Unicode, such as half a surrogate pair.
            throw new UserException($"{file}: its settings cannot be used: {InputFile.Printable(e.Message)}", e);
        }
    }

    // The generated reader leaves a property that the text lacks at null or 0, not at its initial value. A run that was saved before there
    // was such a setting goes on with the setting's default.
    static JsonObject LaidOverDefaults(string json)
    {
        if (JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) is not JsonObject given)
            throw new JsonException("an object was expected");
        JsonObject whole = JsonNode.Parse(new RunSettings().ToJson())!.AsObject();
        foreach ((string name, JsonNode? value) in given)
            whole[name] = whole.ContainsKey(name)
                ? value?.DeepClone()
                : throw new JsonException($"'{InputFile.Printable(name)}' is not known");
        return whole;
    }

    static string OneLine(JsonElement value) => string.Concat(value.GetRawText().Where(c => !char.IsWhiteSpace(c)));

    static void Require(bool holds, string option, object value, string range)
    {
        if (!holds) throw new UserException(FormattableString.Invariant($"{option} {value}: must be {range}"));
    }
}
