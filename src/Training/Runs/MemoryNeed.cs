using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Refuses settings that could never fit into the machine's memory before anything is reserved.</summary>
static class MemoryNeed
{
    // Values, two optimiser slots and packed gradients.
    const int FloatsPerParameter = 4;

    /// <summary>Compares a lower bound of what training takes with what there is: weights four times, every layer's output once.</summary>
    /// <exception cref="UserException">It is more.</exception>
    public static void Check(RunSettings settings, DataSplit data)
    {
        Shape image = data.Train.Image;
        IReadOnlyList<LayerSummary> layers;
        try
        {
            layers = settings.BuildModel(image).Summarize(image);
        }
        catch (OverflowException e)
        {
            throw new UserException(
                $"--latent {settings.Latent}: the model has more weights than can be addressed: choose a smaller --latent", e);
        }

        if (layers.FirstOrDefault(layer => 4 * layer.Parameters > Array.MaxLength) is { } large)
            throw new UserException(
                FormattableString.Invariant($"--latent {settings.Latent}: {large.Path} has {large.Parameters} weights, ")
                + FormattableString.Invariant($"a checkpoint holds at most {Array.MaxLength / 4} of a layer: choose a smaller --latent"));
        double weights = 4.0 * FloatsPerParameter * layers.Sum(layer => layer.Parameters);
        double outputs = 4.0 * settings.Batch * layers.Sum(layer => layer.Output.Count);
        double there = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (weights + outputs > there)
            throw new UserException($"--latent {settings.Latent}, --batch {settings.Batch}: training takes at least "
                + FormattableString.Invariant($"{(weights + outputs) / 1e9:F1} GB of memory, {there / 1e9:F1} GB are there: ")
                + "choose smaller ones");
    }
}
