using System.Text.Json;
using GeneratingImages.Core;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Runner;

/// <summary>From options to a run's settings: each option reaches the setting that it names.</summary>
[Collection("command line")]
public sealed class SettingsOptionsTests
{
    /// <summary>Settings of which none is the default, but for the data set, whose others are not carried along.</summary>
    internal static readonly RunSettings Other = new()
    {
        Model = ModelKind.Skip, Task = ReconstructionTask.Complete, Hide = "right", Latent = 5, Kernel = 5, Activation = Activation.Elu,
        Channels = [3, 4], Epochs = 1, Batch = 16, Optimizer = OptimizerKind.Adamax, LearningRate = 0.002f, Schedule = RateSchedule.Cosine,
        WarmUp = 0.5f, WeightDecay = 0.01f, ClipNorm = 1.5f, Mirror = true, Shift = 1, Patience = 3, Epsilon = 1e-6f,
        EpsilonPlace = EpsilonPlace.InsideCorrection, Seed = 7, Limit = 64,
    };

    [Fact]
    public void No_setting_is_the_default()
    {
        using JsonDocument other = JsonDocument.Parse(Other.ToJson()), defaults = JsonDocument.Parse(new RunSettings().ToJson());
        foreach (JsonProperty setting in defaults.RootElement.EnumerateObject().Where(setting => setting.Name != "dataset"))
            Assert.NotEqual(setting.Value.GetRawText(), other.RootElement.GetProperty(setting.Name).GetRawText());
    }

    [Fact]
    public void Every_option_reaches_its_setting()
    {
        using var folder = new TemporaryFolder();
        Outcome outcome = Genimg.Run(
            "train", "--model", "skip", "--task", "complete", "--hide", "right", "--latent", "5", "--kernel", "5", "--activation", "elu",
            "--channels", "3,4", "--epochs", "1", "--batch", "16", "--optimizer", "adamax", "--lr", "0.002", "--schedule", "cosine",
            "--warm-up", "0.5", "--weight-decay", "0.01", "--clip-norm", "1.5", "--mirror", "--shift", "1", "--patience", "3",
            "--epsilon", "1e-6", "--epsilon-place", "inside", "--seed", "7", "--limit", "64", "--threads", "1",
            "--out", folder["run"]);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Equal(Other.ToJson(), SavedRun.Open(folder["run"]).State.Settings.ToJson());
    }
}
