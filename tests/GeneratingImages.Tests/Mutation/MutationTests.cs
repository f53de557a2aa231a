using System.Diagnostics;
using System.Globalization;

namespace GeneratingImages.Tests.Mutation;

/// <summary>
/// Every reader against changed files: it accepts or refuses by a documented exception, within a time and with bounded memory. The variable
/// GENIMG_MUTATIONS says how many files each gets; docs/robustness.md has the figures of a million.
/// </summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    const string InSuite = "10000";

    // GENIMG_MUTATED may choose among them: "gzip,tar".
    public static TheoryData<string> Names
    {
        get
        {
            string[]? chosen = Environment.GetEnvironmentVariable("GENIMG_MUTATED")?.Split(',');
            return [.. Readers.All.Select(reader => reader.Name).Where(name => chosen is null || chosen.Contains(name))];
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Changed_files_are_accepted_or_refused_in_bounded_time_and_memory(string name)
    {
        Reader reader = Readers.All.Single(r => r.Name == name);
        int count = int.Parse(Environment.GetEnvironmentVariable("GENIMG_MUTATIONS") ?? InSuite, CultureInfo.InvariantCulture);
        var run = new MutationRun(reader, count);
        long start = Stopwatch.GetTimestamp();
        string? fault = run.Run();
        Assert.True(fault is null, fault);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds, slowest = run.Slowest.TotalMilliseconds;
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{name}: {count} cases in {seconds:F1} s, {run.Accepted} accepted, ")
            + string.Create(CultureInfo.InvariantCulture, $"{run.Refused} refused, slowest {slowest:F1} ms, ")
            + string.Create(CultureInfo.InvariantCulture, $"most memory {run.Largest.Bytes} of {run.Largest.Allowed} bytes"));

        // Edits that are all refused, or all harmless, would test nothing.
        Assert.InRange(run.Accepted, 1, count - 1);
        Assert.InRange(run.Refused, 1, count - 1);
    }
}
