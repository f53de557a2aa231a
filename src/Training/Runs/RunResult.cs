using System.Text.Json;

namespace GeneratingImages.Training;

/// <summary>
/// How well a run's model does on the test images, with what to compare it with. All errors are mean squared errors, pixels in [0, 1].
/// </summary>
public sealed record RunResult
{
    /// <summary>The run's folder or checkpoint.</summary>
    public required string Run { get; init; }

    /// <summary>Over all pixels of the test images.</summary>
    public required double TestMse { get; init; }

    /// <summary>Over the hidden pixels alone; null when rebuilding.</summary>
    public double? HiddenMse { get; init; }

    /// <summary>Over all pixels once the known pixels are pasted back; null when rebuilding.</summary>
    public double? PastedMse { get; init; }

    /// <summary>The peak signal-to-noise ratio of <see cref="TestMse"/> in dB; null if that is 0.</summary>
    public double? Psnr { get; init; }

    /// <summary>The mean structural similarity, see <see cref="Training.Ssim"/>; null where the images are too small for it.</summary>
    public double? Ssim { get; init; }

    /// <summary>
    /// The test error of the best linear model of the same latent size on the same data, see <see cref="LinearFloor"/>; null where every
    /// image has other pixels hidden.
    /// </summary>
    public double? FloorMse { get; init; }

    /// <summary>The linear model's error over the hidden pixels; null when rebuilding.</summary>
    public double? FloorHiddenMse { get; init; }

    /// <summary>The linear model's error once the known pixels are pasted back; null when rebuilding.</summary>
    public double? FloorPastedMse { get; init; }

    /// <summary>The article's figure for this data set, task, model and latent size; null where there is none.</summary>
    public double? PublishedMse { get; init; }

    /// <summary>The epochs trained.</summary>
    public required int Epochs { get; init; }

    /// <summary>The epoch the weights are of, where training may end early; else null, and they are of the last.</summary>
    public int? BestEpoch { get; init; }

    /// <summary>The number of weights and biases.</summary>
    public required long Parameters { get; init; }

    /// <summary>Seconds spent training, over all epochs.</summary>
    public required double Seconds { get; init; }

    /// <summary>The result as JSON in one object.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RunJson.Plain.RunResult);
}
