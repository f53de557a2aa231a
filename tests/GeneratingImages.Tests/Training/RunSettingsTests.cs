using GeneratingImages.Core;
using GeneratingImages.Cpu;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Training;

public class RunSettingsTests
{
    [Fact]
    public void Settings_written_before_occlusions_and_schedules_mean_what_they_meant()
    {
        const string Old = """
            { "dataset": "lfw", "model": "Basic", "task": "Complete", "latent": 64, "kernel": 3, "activation": "Relu", "channels": [32, 64, 128, 256],
              "epochs": 15, "batch": 32, "optimizer": "Adamax", "learningRate": 0.0004, "epsilon": 1e-7, "epsilonPlace": "OutsideCorrection", "seed": 2,
              "limit": null }
            """;
        var expected = new RunSettings
        {
            Dataset = "lfw", Model = ModelKind.Basic, Task = ReconstructionTask.Complete, Latent = 64, Epochs = 15,
            Optimizer = OptimizerKind.Adamax, LearningRate = 0.0004f, Seed = 2,
        };
        Assert.Equal(expected.ToJson(), RunSettings.FromJson(Old, "old").ToJson());
        Assert.Equal("lfw, complete, basic, latent 64", RunSettings.FromJson(Old, "old").Title);
    }

    [Fact]
    public void The_schedule_ends_with_the_last_step()
    {
        var settings = new RunSettings { Schedule = RateSchedule.Cosine, WarmUp = 0.5f, Epochs = 3, Batch = 16, LearningRate = 0.25f };
        // 37 images are three steps an epoch.
        var objective = settings.BuildObjective(Shape.Of(28, 28, 1), trainingImages: 37);
        Phase phase = objective.Phases(new Graph().Add(new Input("images", Shape.Of(1, 28, 28, 1))), new Scope(new Parameters(1))).Single();
        Assert.Equal(new LearningRateSchedule(0.25f, 2, 9), ((Adam)phase.Optimizer).LearningRate);
    }

    public static TheoryData<string> Changes =>
    [
        "seed", "rate", "schedule", "warm-up", "adamax", "epsilon", "epsilon's place", "decay", "decay, adamax", "clip", "clip, adamax",
        "mirror", "shift", "elu", "batch", "hide",
    ];

    /// <summary>Every setting that shapes the training is heard: with another value other weights come out.</summary>
    [Theory]
    [MemberData(nameof(Changes))]
    public void Another_value_trains_other_weights(string change)
    {
        // An epsilon that is small beside the gradients would leave the same bits wherever it stands.
        var plain = new RunSettings
        {
            Channels = [4], Latent = 3, Epochs = 2, Batch = 8, Limit = 32, Task = ReconstructionTask.Complete, Epsilon = 1e-3f,
        };
        RunSettings adamax = plain with { Optimizer = OptimizerKind.Adamax };
        (RunSettings one, RunSettings other) = change switch
        {
            "seed" => (plain, plain with { Seed = 2 }),
            "rate" => (plain, plain with { LearningRate = 2e-3f }),
            "schedule" => (plain, plain with { Schedule = RateSchedule.Cosine }),
            "warm-up" => (plain, plain with { WarmUp = 1 }),
            "adamax" => (plain, adamax),
            "epsilon" => (plain, plain with { Epsilon = 1e-7f }),
            "epsilon's place" => (plain, plain with { EpsilonPlace = EpsilonPlace.InsideCorrection }),
            "decay" => (plain, plain with { WeightDecay = 0.1f }),
            "decay, adamax" => (adamax, adamax with { WeightDecay = 0.1f }),
            "clip" => (plain, plain with { ClipNorm = 1e-3f }),
            "clip, adamax" => (adamax, adamax with { ClipNorm = 1e-3f }),
            "mirror" => (plain, plain with { Mirror = true }),
            "shift" => (plain, plain with { Shift = 2 }),
            "elu" => (plain, plain with { Activation = Activation.Elu }),
            "batch" => (plain, plain with { Batch = 16 }),
            _ => (plain, plain with { Hide = "upper" }),
        };
        Assert.Equal(Trained(one), Trained(one));
        Assert.NotEqual(Trained(one), Trained(other));
    }

    /// <summary>The first layer's weights after two epochs.</summary>
    static float[] Trained(RunSettings settings)
    {
        settings.Validate();
        using var backend = new CpuBackend(1);
        DataSplit data = DataSets.Load("digits", new DataOptions { Limit = settings.Limit });
        using var session = new TrainingSession(settings.BuildExperiment(data), backend);
        session.RunEpoch();
        session.RunEpoch();
        return session.Parameters.Read(session.Parameters.All[0].Path);
    }
}
