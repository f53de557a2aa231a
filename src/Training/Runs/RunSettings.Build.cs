using System.Text.Json.Serialization;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <content>From settings to what is trained.</content>
public sealed partial record RunSettings
{
    /// <summary>The model for images of a size.</summary>
    /// <exception cref="UserException">The images are too small for the model.</exception>
    public Autoencoder BuildModel(Shape image)
    {
        try
        {
            return Model switch
            {
                ModelKind.Basic => Autoencoders.Basic(image, Latent),
                ModelKind.Deep => Autoencoders.Deep(image, Latent, Channels, Kernel, Activation),
                _ => Autoencoders.Skip(image, Latent, Channels, Kernel, Activation),
            };
        }
        catch (Exception e) when (e is ArgumentException or ShapeException or OverflowException)
        {
            throw new UserException($"{e.Message}: choose fewer --channels", e);
        }
    }

    /// <summary>Model, task and optimiser as an objective.</summary>
    /// <param name="image">The size of one image.</param>
    /// <param name="trainingImages">How many images an epoch has, which the schedule depends on; 0 where nothing is trained.</param>
    /// <exception cref="UserException">The images are too small for the model, or of another size than the mask.</exception>
    public Reconstruction BuildObjective(Shape image, int trainingImages = 0)
    {
        try
        {
            if (Task == ReconstructionTask.Complete) Occlusion.Masks(image);
        }
        catch (ArgumentException e)
        {
            throw new UserException($"--hide: {e.Message}", e);
        }

        return new Reconstruction(BuildModel(image), Task, BuildOptimizer(trainingImages), Occlusion);
    }

    /// <summary>What <see cref="Hide"/> names.</summary>
    /// <exception cref="FormatException">It names nothing.</exception>
    [JsonIgnore]
    public Occlusion Occlusion => Occlusion.Parse(Hide);

    Optimizer BuildOptimizer(int trainingImages)
    {
        double epoch = (trainingImages + Batch - 1) / Batch;
        int all = Schedule == RateSchedule.Constant ? 0 : checked((int)(epoch * Epochs));
        var rate = new LearningRateSchedule(LearningRate, (int)Math.Round(epoch * WarmUp), all);
        Optimizer optimizer = Optimizer == OptimizerKind.Adam
            ? new Adam(rate, Epsilon: Epsilon, EpsilonPlace: EpsilonPlace)
            : new Adamax(rate, Epsilon: Epsilon);
        return optimizer with { WeightDecay = WeightDecay, ClipNorm = ClipNorm };
    }

    /// <summary>The whole as an experiment.</summary>
    public Experiment BuildExperiment(DataSplit data) => new()
    {
        Name = Title,
        Data = data,
        Objective = BuildObjective(data.Train.Image, data.Train.Count),
        Epochs = Epochs,
        BatchSize = Batch,
        Augmentation = new Augmentation(Mirror, Shift),
        Seed = Seed,
    };
}
