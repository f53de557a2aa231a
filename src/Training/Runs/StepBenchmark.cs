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
    string Backend,
    string Settings,
    int Batch,
    int Steps,
    double MedianMs,
    double MinMs,
    double ImagesPerSecond,
    double BytesPerStep,
    double Gflops)
{
    /// <summary>The times as JSON in one object.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RunJson.Plain.StepTimes);
}

/// <summary>Times training steps on generated images of a data set's size, so that no files are needed.</summary>
public static class StepBenchmark
{
    // A device runs behind the host, and waiting for it takes some 20 us: beside this much work that is nothing.
    const double LongEnoughMs = 5;
    const int FewestTimes = 10;

    /// <summary>Runs some steps to warm up, then times them: one by one or, where they are short, in groups that are waited for.</summary>
    /// <param name="settings">Model, batch, optimiser and seed; epochs and limit do not matter.</param>
    /// <param name="image">The size of an image.</param>
    /// <param name="backend">Where it runs.</param>
    /// <param name="steps">Steps to time, at least 1; a few less are run if groups do not divide them.</param>
    /// <param name="cancel">Stops between two steps.</param>
    public static StepTimes Run(RunSettings settings, Shape image, IBackend backend, int steps, CancellationToken cancel = default)
    {
        using TrainingSession session = WarmSession.Start(settings, image, backend);
        double first = Time(session, 1, cancel);
        int group = (int)Math.Clamp(Math.Ceiling(LongEnoughMs / first), 1, Math.Max(1, steps / FewestTimes));
        var milliseconds = new double[steps / group];
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < milliseconds.Length; i++) milliseconds[i] = Time(session, group, cancel) / group;
        long bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
        double median = milliseconds.Median();
        return new StepTimes(
            backend.Name, settings.Title, settings.Batch, milliseconds.Length * group, median, milliseconds.Min(),
            settings.Batch / median * 1000, (double)bytes / (milliseconds.Length * group), session.Report.Flops / median / 1e6);
    }

    static double Time(TrainingSession session, int steps, CancellationToken cancel)
    {
        session.Wait();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < steps; i++)
        {
            cancel.ThrowIfCancellationRequested();
            session.Step();
        }

        session.Wait();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
