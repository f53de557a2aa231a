namespace GeneratingImages.Training;

/// <summary>One training run: what is learnt, on which images, for how long.</summary>
public sealed class Experiment
{
    /// <summary>A name for people.</summary>
    public string Name { get; init; } = "experiment";

    /// <summary>The images.</summary>
    public required DataSplit Data { get; init; }

    /// <summary>The model and its loss.</summary>
    public required Objective Objective { get; init; }

    /// <summary>How often every training image is seen.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Images per step; the last step of an epoch may have fewer.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>How training images are varied.</summary>
    public Augmentation Augmentation { get; init; }

    /// <summary>What first weights and image order derive from: the same seed gives the same bits, for any number of threads.</summary>
    public ulong Seed { get; init; } = 1;
}
