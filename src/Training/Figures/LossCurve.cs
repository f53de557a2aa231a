namespace GeneratingImages.Training;

/// <summary>The course of a training run as a picture.</summary>
public static class LossCurve
{
    /// <summary>Writes training and validation loss per epoch as PNG; the loss is spaced by its logarithm where its range asks for
    /// it.</summary>
    /// <param name="path">The file; it appears whole or not at all.</param>
    /// <param name="title">The line above the plot, such as <c>mnist, rebuild, deep, latent 32</c>.</param>
    /// <param name="history">The epochs, at least one.</param>
    /// <param name="referenceLines">Losses to compare with: the linear floor, a published figure. May be empty.</param>
    /// <exception cref="UserException">No epoch has a finite loss, or the file cannot be written.</exception>
    public static void Write(string path, string title, IEnumerable<EpochReport> history, IEnumerable<ReferenceLine> referenceLines)
    {
        EpochReport[] epochs = [.. history];
        double[] numbers = [.. epochs.Select(e => (double)e.Epoch)];
        new LinePlot
        {
            Title = title,
            XLabel = "epoch",
            YLabel = "mean squared error",
            Series =
            [
                new("training", numbers, [.. epochs.Select(e => e.TrainingLoss)]),
                new("validation", numbers, [.. epochs.Select(e => e.ValidationLoss)]),
            ],
            ReferenceLines = referenceLines,
        }.Write(path);
    }
}
