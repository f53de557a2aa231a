using System.Diagnostics;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Measures a training step call by call, on generated images of a data set's size.</summary>
public static class StepProfiler
{
    const string Gradient = "gradient";

    /// <summary>Runs steps as a whole and call by call in turns, so that what slows the machine meets both.</summary>
    /// <param name="settings">Model, batch, optimiser and seed; epochs and limit do not matter.</param>
    /// <param name="image">The size of an image.</param>
    /// <param name="backend">Where it runs.</param>
    /// <param name="ceilings">What the device could do at best.</param>
    /// <param name="busy">The time all the device's threads have spent in kernels so far; null if it does not tell.</param>
    /// <param name="threads">The number of those threads.</param>
    /// <param name="steps">Steps to measure, at least 1.</param>
    /// <param name="cancel">Stops between two steps.</param>
    public static StepProfile Run(
        RunSettings settings,
        Shape image,
        IBackend backend,
        Ceilings ceilings,
        Func<TimeSpan>? busy,
        int threads,
        int steps,
        CancellationToken cancel = default)
    {
        using TrainingSession session = WarmSession.Start(settings, image, backend);
        IReadOnlyList<PlanReport.Call> calls = session.Report.Calls;

        var whole = new double[steps];
        var each = new double[calls.Count][];
        for (int call = 0; call < each.Length; call++) each[call] = new double[steps];
        TimeSpan inKernels = TimeSpan.Zero;
        for (int i = 0; i < steps; i++)
        {
            cancel.ThrowIfCancellationRequested();
            TimeSpan before = busy?.Invoke() ?? default;
            long start = Stopwatch.GetTimestamp();
            session.Step();
            session.Wait();
            whole[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            inKernels += (busy?.Invoke() ?? default) - before;
            int step = i;
            session.Step((call, ms) => each[call][step] = ms);
        }

        double accounted = Enumerable.Range(0, steps).Select(i => each.Sum(times => times[i]) / whole[i]).ToArray().Median();
        double[] medians = [.. each.Select(WarmSession.Median)];
        double sum = medians.Sum();
        return new StepProfile(
            backend.Name,
            settings.Title,
            settings.Batch,
            steps,
            ceilings,
            whole.Median(),
            accounted,
            busy is null ? null : 1 - inKernels.TotalMilliseconds / (threads * whole.Sum()),
            session.Report.Bytes,
            session.Report.LowerBound,
            [.. calls.Zip(medians, (call, ms) => Row(call, ms, sum, ceilings))])
        {
            StepCalls = [.. Enumerable.Range(0, steps).Select(step => each.Select(times => times[step]).ToArray())],
        };
    }

    static StepProfile.Call Row(PlanReport.Call call, double ms, double sum, Ceilings ceilings)
    {
        bool backward = call.Path.StartsWith(Gradient, StringComparison.Ordinal);
        string layer = backward ? call.Path[Gradient.Length..].TrimStart('/') : call.Path;
        bool update = !backward && call.Operation
            is nameof(AdamStep) or nameof(AdamaxStep) or nameof(Increment) or nameof(Accumulate) or nameof(Pack);
        double floor = ceilings.Milliseconds(call.Products, call.Bytes);
        return new(
            layer,
            backward ? "backward" : update ? "update" : "forward",
            call.Operation,
            call.Output,
            ms,
            ms / sum,
            Rate(call.Flops / 1e6, ms),
            Rate(call.Bytes / 1e6, ms),
            floor,
            Rate(floor, ms),
            call.Variant,
            call.Workspace);
    }

    /// <summary>A quantity over a time, 0 where the time is below what the clock can tell.</summary>
    static double Rate(double quantity, double ms) => ms > 0 ? quantity / ms : 0;
}
