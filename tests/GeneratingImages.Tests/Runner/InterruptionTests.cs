using System.Diagnostics;
using System.Globalization;
using GeneratingImages.Cpu;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Tests.Files;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Runner;

/// <summary>Runs that are stopped, and disks that are full.</summary>
[Collection("command line")]
public sealed class InterruptionTests
{
    static readonly string[] s_model = ["--model", "basic", "--latent", "4", "--limit", "1000", "--batch", "4", "--threads", "1"];

    [Theory]
    [Trait("bad-input", "58")]
    [Trait("bad-input", "59")]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public void A_signal_saves_the_step_and_the_run_goes_on_with_the_same_bits(string signal)
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("signals are sent with kill");
        using var folder = new TemporaryFolder();
        using Process process = Genimg.Start(["train", .. s_model, "--epochs", "100000", "--out", folder["run"]]);
        while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith("epoch      1/", StringComparison.Ordinal))
        {
        }

        Signal(process, signal);
        Outcome outcome = Genimg.Finish(process);
        Assert.Equal(130, outcome.Code);
        string error = Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
        Assert.Contains($"genimg train --resume {folder["run"]}", error, StringComparison.Ordinal);

        RunState state = SavedRun.Open(folder["run"]).State;
        Assert.NotEmpty(state.History);
        string epochs = (state.History.Count + 1).ToString(CultureInfo.InvariantCulture);
        Assert.Equal(0, Genimg.Run("train", "--resume", folder["run"], "--epochs", epochs).Code);
        Assert.Equal(0, Genimg.Run(["train", .. s_model, "--epochs", epochs, "--out", folder["straight"]]).Code);
        Genimg.SameBits(folder["straight"], folder["run"]);
    }

    [Fact]
    [Trait("bad-input", "58")]
    public void A_second_signal_ends_a_step_that_takes_long_at_once()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("signals are sent with kill");
        using var folder = new TemporaryFolder();

        // One step of all images takes many seconds on one thread; the first checkpoint is saved just ahead of it.
        using Process process = Genimg.Start(
            "train", "--kernel", "5", "--channels", "64,64", "--limit", "4000", "--batch", "4000", "--threads", "1",
            "--out", folder["run"]);
        string checkpoint = Path.Combine(folder["run"], "checkpoint.safetensors");
        while (!File.Exists(Path.Combine(folder["run"], "history.json")) && !process.HasExited) Thread.Sleep(5);
        TimeSpan saved = process.TotalProcessorTime, inTheStep = TimeSpan.FromSeconds(2);
        while (process.TotalProcessorTime - saved < inTheStep) Thread.Sleep(5);
        Signal(process, "INT");
        Assert.False(process.WaitForExit(TimeSpan.FromMilliseconds(700)), "the first signal lets the step end");
        long second = Stopwatch.GetTimestamp();
        Signal(process, "INT");
        Outcome outcome = Genimg.Finish(process);
        Assert.Equal((130, ""), (outcome.Code, outcome.Error));
        Assert.InRange(Stopwatch.GetElapsedTime(second).TotalSeconds, 0, 5);
        RunState state = SavedRun.Open(checkpoint).State;
        Assert.Equal((0, false), (state.History.Count, state.MidEpoch));
    }

    /// <summary>A command that saves nothing stops all the same.</summary>
    [Fact]
    public void A_signal_ends_what_has_nothing_to_save()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("signals are sent with kill");
        using var folder = new TemporaryFolder();
        Assert.Equal(0, Genimg.Run(Genimg.Tiny(folder["run"])).Code);
        File.WriteAllLines(folder["codes.csv"], Enumerable.Range(0, 200_000).Select(i => $"{i % 7},0.5,-1,{i % 3}"));
        using Process process = Genimg.Start("decode", folder["run"], folder["codes.csv"], "--out", folder["pictures"], "--device", "cpu");
        while (!File.Exists(folder["pictures/000000.png"]) && !process.HasExited) Thread.Sleep(5);
        Signal(process, "INT");
        Outcome outcome = Genimg.Finish(process);
        Assert.Equal(130, outcome.Code);
        Assert.StartsWith("genimg: ", Assert.Single(outcome.Error.TrimEnd('\n').Split('\n').TakeLast(1)), StringComparison.Ordinal);
        Assert.InRange(Directory.GetFiles(folder["pictures"]).Length, 1, 199_999);
    }

    [Fact]
    public void An_epoch_is_gone_on_with_where_it_stopped()
    {
        using var folder = new TemporaryFolder();
        var settings = new RunSettings { Model = ModelKind.Basic, Latent = 4, Epochs = 2, Batch = 7, Limit = 100 };
        DataSplit data = DataSets.Load("digits", new DataOptions { Limit = 100 });
        using var backend = new CpuBackend(threads: 1);
        using (RunFolder target = RunFolder.Create(folder["straight"]))
        using (var run = new TrainingRun(target, settings, data, backend)) run.Train();

        using (RunFolder target = RunFolder.Create(folder["parts"]))
        using (var run = new TrainingRun(target, settings, data, backend))
        {
            using var stop = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => run.Train(onProgress: _ => stop.Cancel(), cancel: stop.Token));
        }

        SavedRun saved = SavedRun.Open(folder["parts"]);
        Assert.Equal((true, 0), (saved.State.MidEpoch, saved.State.History.Count));
        using (RunFolder target = RunFolder.Resume(folder["parts"]))
        using (var run = new TrainingRun(target, saved.State.Settings, data, backend, saved)) run.Train();
        Genimg.SameBits(folder["straight"], folder["parts"]);
    }

    [Fact]
    [Trait("bad-input", "32")]
    public void A_full_disk_ends_the_run_with_the_old_checkpoint_whole()
    {
        using var folder = new TemporaryFolder();
        using var disk = new SmallDisk(folder["disk"], megabytes: 4);
        string run = disk["run"], checkpoint = Path.Combine(run, "checkpoint.safetensors");
        Assert.Equal(0, Genimg.Run(Genimg.Tiny(run)).Code);
        byte[] before = File.ReadAllBytes(checkpoint);
        disk.Fill();
        Genimg.Run("train", "--resume", run, "--epochs", "3").Refused(1, run, "make room");
        Assert.Equal(before, File.ReadAllBytes(checkpoint));
        Assert.DoesNotContain(Directory.EnumerateFiles(run), file => file.EndsWith(".tmp", StringComparison.Ordinal));
        disk.Free();
        Assert.Equal(0, Genimg.Run("train", "--resume", run, "--epochs", "3").Code);
    }

    [Fact]
    [Trait("bad-input", "60")]
    public void Nobody_reading_standard_output_is_no_error()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("needs a shell");
        Outcome outcome = Genimg.RunShell("dotnet \"$GENIMG\" train --help | head -1");
        Assert.Equal(("Description:\n", ""), (outcome.Output, outcome.Error));
        Outcome closed = Genimg.RunShell("dotnet \"$GENIMG\" data list >&-");
        Assert.DoesNotContain("   at ", closed.Error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("bad-input", "60")]
    public void Standard_output_that_cannot_be_written_is_one_line()
    {
        if (!File.Exists("/dev/full")) Assert.Skip("needs /dev/full");
        Outcome outcome = Genimg.RunShell("dotnet \"$GENIMG\" data list >/dev/full");
        Assert.Equal(1, outcome.Code);
        Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void The_program_gives_the_codes_of_its_commands()
    {
        Assert.Equal(0, Genimg.RunProcess("summary").Code);
        Genimg.RunProcess("train", "--latent", "0").Refused(2, "--latent 0");
        Assert.Equal(0, Genimg.RunProcess("--version").Code);
    }

    static void Signal(Process process, string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
