using System.Globalization;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary>A profile as text: one row a kernel call, then what the step comes to.</summary>
static class ProfileTable
{
    /// <summary>The lines.</summary>
    public static IEnumerable<string> Lines(RunSettings settings, StepProfile profile)
    {
        yield return Text(
            $"{settings.Dataset}, {settings.ModelText}, batch {profile.Batch}, {profile.Backend}, median of {profile.Steps} steps");
        yield return Text($"at best {profile.Ceilings.Gflops:F0} GFLOP/s and {profile.Ceilings.GigabytesPerSecond:F1} GB/s (measured)");
        yield return "";
        var table = new TextTable(
            "layer", "direction", "operation", "output", "ms", "share", "GFLOP/s", "GB/s", "floor ms", "of floor", "scratch MB", "variant")
        {
            Right = [4, 5, 6, 7, 8, 9, 10],
        };
        foreach (StepProfile.Call call in profile.Calls) table.Add(
            call.Layer,
            call.Direction,
            call.Operation,
            call.Output,
            Text($"{call.Ms:F3}"),
            Text($"{call.Share * 100:F1} %"),
            call.Gflops > 0 ? Text($"{call.Gflops:F1}") : "",
            Text($"{call.GigabytesPerSecond:F1}"),
            Text($"{call.FloorMs:F3}"),
            Text($"{call.FloorShare * 100:F0} %"),
            call.WorkspaceBytes > 0 ? Text($"{call.WorkspaceBytes / 1e6:F1}") : "",
            call.Variant);
        foreach (string line in table.Lines()) yield return line;
        yield return "";
        foreach (IGrouping<string, StepProfile.Call> part in profile.Calls.GroupBy(call => call.Direction))
            yield return Text($"{part.Key,-9} {part.Sum(call => call.Ms),9:F2} ms, floor {part.Sum(call => call.FloorMs):F2} ms");
        yield return Text($"{"step",-9} {profile.StepMs,9:F2} ms, the calls account for {profile.AccountedFor * 100:F1} %");
        if (profile.Idle is { } idle) yield return Text($"{"idle",-9} {idle * 100,9:F1} % of the threads' time in whole steps");
        (double bytes, double least) = (profile.ArenaBytes / 1e6, profile.ArenaLowerBound / 1e6);
        yield return Text($"{"memory",-9} {bytes,9:F1} MB for results and scratch, at least {least:F1} at one time");
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
