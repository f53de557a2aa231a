using System.Diagnostics;
using System.Globalization;
using GeneratingImages.Core;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Tests.TensorBoard;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Runner;

/// <summary>
/// Runs that are killed (SIGKILL) at random moments. The variable GENIMG_KILLS says how many; <c>scripts/kills.sh</c> kills 100.
/// </summary>
[Collection("command line")]
public sealed class KillTests(ITestOutputHelper output)
{
    const int RoundsInSuite = 4, Epochs = 60;
    const ulong Seed = 2026;

    static readonly string[] s_model =
        ["train", "--model", "basic", "--latent", "8", "--limit", "600", "--batch", "16", "--threads", "1", "--tensorboard"];

    [Fact]
    [Trait("bad-input", "31")]
    public void A_killed_run_goes_on_to_the_bits_of_an_undisturbed_one()
    {
        int rounds = int.Parse(Environment.GetEnvironmentVariable("GENIMG_KILLS") ?? $"{RoundsInSuite}", CultureInfo.InvariantCulture);
        using var folder = new TemporaryFolder();
        string straight = folder["straight"];
        string[] words = [.. s_model, "--epochs", $"{Epochs}", "--out"];
        (TimeSpan first, TimeSpan whole) = Undisturbed([.. words, straight], straight);
        IReadOnlyList<EpochReport> history = SavedRun.Open(straight).State.History;
        int kills = 0, early = 0, late = 0;
        var left = new SortedDictionary<int, int>();
        for (int round = 0; round < rounds; round++)
        {
            var random = new CounterRandom(Seed, CounterRandom.StreamOf($"kill/{round}"));
            string run = folder[$"run-{round}"];

            // Every third round the run that was gone on with is killed as well.
            for (int kill = round % 3 == 0 ? 2 : 1; kill > 0;)
            {
                string[] line = Line(run);
                // Most moments lie behind the first checkpoint; a start takes long beside such a short training.
                TimeSpan moment = random.Below(8) == 0 ? first * random.NextUniform() : first + (whole - first) * random.NextUniform();
                if (!Killed(line, moment))
                {
                    late++;
                    if (Directory.Exists(run)) Directory.Delete(run, recursive: true);
                    continue;
                }

                kill--;
                kills++;
                int saved = SavedEpochs(run, history);
                if (saved < 0) early++;
                left[saved] = left.GetValueOrDefault(saved) + 1;
            }

            Outcome outcome = Genimg.RunProcess(Line(run));
            Assert.Equal((0, ""), (outcome.Code, outcome.Error));
            Genimg.SameBits(straight, run);
            SameHistory(history, SavedRun.Open(run).State.History);
            Assert.DoesNotContain(Directory.EnumerateFiles(run), AtomicFile.IsTemporary);
            Assert.Equal(Enumerable.Range(1, Epochs).Select(e => (long)e), ToldEpochs(run));
            Directory.Delete(run, recursive: true);
        }

        output.WriteLine(
            $"{kills} runs killed in {rounds} rounds ({early} before their first checkpoint, {left.Count} different epochs reached, "
            + $"{late} moments came too late and were drawn anew): every checkpoint was readable, and {rounds} of {rounds} ended with "
            + "the weights, optimiser state and losses of the undisturbed run, bit for bit");

        string[] Line(string run) =>
            File.Exists(Path.Combine(run, "checkpoint.safetensors")) ? ["train", "--resume", run, "--tensorboard"] : [.. words, run];
    }

    /// <summary>Runs to the end, and gives the time to the first checkpoint and the whole time.</summary>
    static (TimeSpan First, TimeSpan Whole) Undisturbed(string[] line, string run)
    {
        long start = Stopwatch.GetTimestamp();
        using Process process = Genimg.Start(line);
        while (!File.Exists(Path.Combine(run, "checkpoint.safetensors")) && !process.HasExited) Thread.Sleep(1);
        TimeSpan first = Stopwatch.GetElapsedTime(start);
        Outcome outcome = Genimg.Finish(process);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        return (first, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>Starts a run and kills it after a time; false if it ended before.</summary>
    static bool Killed(string[] line, TimeSpan after)
    {
        using Process process = Genimg.Start(line);
        if (process.WaitForExit(after))
        {
            // It came too late only if the run got to its end.
            Assert.Equal(0, process.ExitCode);
            return false;
        }

        process.Kill();
        process.WaitForExit();
        const int BySigKill = 128 + 9;
        return process.ExitCode == BySigKill;
    }

    /// <summary>
    /// The epochs in the checkpoint, which must be readable and a beginning of the undisturbed run; -1 if there is none yet.
    /// </summary>
    static int SavedEpochs(string run, IReadOnlyList<EpochReport> history)
    {
        if (!File.Exists(Path.Combine(run, "checkpoint.safetensors"))) return -1;
        RunState state = SavedRun.Open(run).State;
        Assert.False(state.MidEpoch);
        SameHistory([.. history.Take(state.History.Count)], state.History);
        return state.History.Count;
    }

    static void SameHistory(IReadOnlyList<EpochReport> expected, IReadOnlyList<EpochReport> found) =>
        Assert.Equal(expected.Select(Bits), found.Select(Bits));

    static (int Epoch, long Training, long Validation) Bits(EpochReport e) =>
        (e.Epoch, BitConverter.DoubleToInt64Bits(e.TrainingLoss), BitConverter.DoubleToInt64Bits(e.ValidationLoss));

    // The last record of a killed process may be torn: TensorBoard passes over it, and so does this.
    static long[] ToldEpochs(string run) => [.. RunEvents.FilesIn(run)
        .SelectMany(path => TfRecord.Read(new MemoryStream(File.ReadAllBytes(path))))
        .Select(record => EventMessage.TagsOf(record))
        .Where(told => told.Tags.Contains("loss/training"))
        .Select(told => told.Step)];
}
