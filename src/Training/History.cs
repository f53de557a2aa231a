namespace GeneratingImages.Training;

/// <summary>One finished epoch.</summary>
/// <param name="Epoch">Counted from 1.</param>
/// <param name="TrainingLoss">Mean loss over the epoch's training images, each taken when its batch was trained on.</param>
/// <param name="ValidationLoss">Mean loss over the validation images after the epoch.</param>
/// <param name="Seconds">Wall time of the epoch, validation included.</param>
/// <param name="ImagesPerSecond">Training images over the time spent training on them.</param>
public sealed record EpochReport(int Epoch, double TrainingLoss, double ValidationLoss, double Seconds, double ImagesPerSecond);
