using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// A training session on generated images whose first steps, with their compilation and page faults, are done: for measurements.
/// </summary>
public static class WarmSession
{
    const int WarmUpSteps = 3, Batches = 4;

    /// <summary>Builds the session and warms it up.</summary>
    /// <param name="settings">Model, batch, optimiser and seed; epochs and limit do not matter.</param>
    /// <param name="image">The size of an image.</param>
    /// <param name="backend">Where it runs.</param>
    public static TrainingSession Start(RunSettings settings, Shape image, IBackend backend)
    {
        DataSplit data = Generate(settings, image);
        MemoryNeed.Check(settings, data);
        var session = new TrainingSession(settings.BuildExperiment(data), backend);
        for (int i = 0; i < WarmUpSteps; i++) session.Step();
        session.Wait();
        return session;
    }

    /// <summary>Noise of a data set's size, enough for a few steps.</summary>
    public static DataSplit Generate(RunSettings settings, Shape image)
    {
        var pixels = new byte[checked(settings.Batch * Batches * (int)image.Count)];
        var random = new CounterRandom(settings.Seed, CounterRandom.StreamOf("benchmark"));
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)random.Next();
        var images = new ImageSet(image, pixels);
        return new DataSplit(settings.Dataset, images, images.Slice(0, settings.Batch), images.Slice(0, 1), "generated", "");
    }

    /// <summary>The middle one of some times, or the mean of the middle two.</summary>
    internal static double Median(this double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
