using GeneratingImages.Core;
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
}
