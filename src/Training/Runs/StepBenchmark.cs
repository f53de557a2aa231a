using System.Diagnostics;
using System.Text.Json;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>What a training step costs.</summary>
/// <param name="Backend">Where it ran.</param>
/// <param name="Settings">The run in a few words.</param>
/// <param name="Batch">Images a step.</param>
/// <param name="Steps">Steps measured.</param>
/// <param name="MedianMs">Milliseconds of the median step.</param>
/// <param name="MinMs">Milliseconds of the fastest.</param>
/// <param name="ImagesPerSecond">At the median.</param>
/// <param name="BytesPerStep">Managed bytes allocated per step, over all threads.</param>
/// <param name="Gflops">
/// Arithmetic of convolutions and matrix products, by their definition, over the median, in 10^9 operations a second.
/// </param>
public sealed record StepTimes(
    string Backend, string Settings, int Batch, int Steps, double MedianMs, double MinMs, double ImagesPerSecond, double BytesPerStep, double Gflops)
{
    /// <summary>The times as JSON in one object.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RunJson.Plain.StepTimes);
}

/// <summary>Times training steps on generated images of a data set's size, so that no files are needed.</summary>
public static class StepBenchmark
{
    /// <summary>Runs some steps to warm up, then times each step by itself.</summary>
    /// <param name="settings">Model, batch, optimiser and seed; epochs and limit do not matter.</param>
    /// <param name="image">The size of an image.</param>
    /// <param name="backend">Where it runs.</param>
    /// <param name="steps">Steps to time, at least 1.</param>
    /// <param name="cancel">Stops between two steps.</param>
    public static StepTimes Run(RunSettings settings, Shape image, IBackend backend, int steps, CancellationToken cancel = default)
    {
        using TrainingSession session = WarmSession.Start(settings, image, backend);
        var milliseconds = new double[steps];
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < steps; i++)
        {
            cancel.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            session.Step();
            milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        long bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
        double median = milliseconds.Median();
        return new StepTimes(
            backend.Name, settings.Title, settings.Batch, steps, median, milliseconds.Min(), settings.Batch / median * 1000,
            (double)bytes / steps, session.Report.Flops / median / 1e6);
    }
}
