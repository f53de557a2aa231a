using System.Text.Json;
using GeneratingImages.Core;
using GeneratingImages.Cpu;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Runner;

[Collection("command line")]
public sealed class TrainTests
{
    [Fact]
    public void A_run_leaves_every_file_and_says_where()
    {
        using var folder = new TemporaryFolder();
        string run = folder["run"];
        Outcome outcome = Genimg.Run(Genimg.Tiny(run));
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        string[] names =
        [
            "checkpoint.safetensors", "history.csv", "history.json", "loss.png", "samples.png", "rebuilt.png", "model.svg", "summary.txt",
            "settings.json", "result.json", "hardest.png", "easiest.png", "test-errors.csv",
        ];
        foreach (string name in names)
        {
            Assert.True(new FileInfo(Path.Combine(run, name)).Length > 0, name);
            Assert.Contains(Path.Combine(run, name), outcome.Output, StringComparison.Ordinal);
        }

        Assert.Equal([.. names.Append(".lock").Order()], Directory.EnumerateFiles(run).Select(Path.GetFileName).Order());
        Assert.Contains("5,000 training and 1,000 test images of MNIST", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("genimg data get mnist", outcome.Output, StringComparison.Ordinal);
        Assert.Equal(3, File.ReadAllLines(Path.Combine(run, "history.csv")).Length);
        JsonElement settings = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "settings.json"))).RootElement;
        Assert.Equal(4, settings.GetProperty("settings").GetProperty("latent").GetInt32());
        Assert.Equal(64, settings.GetProperty("data").GetProperty("fingerprint").GetString()!.Length);
        Assert.Contains("1 thread", settings.GetProperty("environment").GetProperty("backend").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_is_one_object_and_evaluate_finds_the_same_errors()
    {
        using var folder = new TemporaryFolder();
        JsonElement trained = Genimg.Run(Genimg.Tiny(folder["run"], "--task", "complete", "--json")).Json;
        JsonElement evaluated = Genimg.Run("evaluate", folder["run"], "--json").Json;
        foreach (string name in new[] { "testMse", "hiddenMse", "pastedMse", "floorMse", "floorHiddenMse" })
        {
            Assert.InRange(trained.GetProperty(name).GetDouble(), 1e-6, 1);
            Assert.Equal(trained.GetProperty(name).GetDouble(), evaluated.GetProperty(name).GetDouble());
        }

        Assert.Equal(JsonValueKind.Null, trained.GetProperty("publishedMse").ValueKind);
        Assert.Equal(folder["run"], trained.GetProperty("run").GetString());
        Assert.True(trained.GetProperty("seconds").GetDouble() > 0);
        // 13 of 28 rows are hidden, and pasted rows have no error.
        Assert.Equal(
            trained.GetProperty("hiddenMse").GetDouble() * 13 / 28, trained.GetProperty("pastedMse").GetDouble(), 1e-9);
        JsonElement rebuilt = Genimg.Run(Genimg.Tiny(folder["other"], "--json")).Json;
        Assert.Equal(JsonValueKind.Null, rebuilt.GetProperty("hiddenMse").ValueKind);
        Assert.Equal(JsonValueKind.Null, rebuilt.GetProperty("pastedMse").ValueKind);
    }

    [Fact]
    public void Resuming_gives_the_bits_of_an_uninterrupted_run()
    {
        using var folder = new TemporaryFolder();
        Outcome straight = Genimg.Run(
            "train", "--model", "basic", "--latent", "4", "--limit", "200", "--epochs", "3", "--threads", "1",
            "--out", folder["straight"]);
        Assert.Equal(0, straight.Code);
        Assert.Equal(0, Genimg.Run(Genimg.Tiny(folder["parts"])).Code);
        Outcome resumed = Genimg.Run("train", "--resume", folder["parts"], "--epochs", "3", "--threads", "2");
        Assert.Equal((0, ""), (resumed.Code, resumed.Error));
        Assert.Contains("resumed after epoch 2", resumed.Output, StringComparison.Ordinal);
        Genimg.SameBits(folder["straight"], folder["parts"]);
    }

    [Fact]
    public void With_patience_training_ends_early_and_the_best_weights_are_used()
    {
        using var folder = new TemporaryFolder();
        string run = folder["run"];
        // So large a rate that the loss soon goes up and down.
        JsonElement result = Genimg.Run(
            "train", "--model", "basic", "--latent", "4", "--limit", "200", "--lr", "0.1", "--patience", "2", "--epochs", "40",
            "--threads", "1", "--out", run, "--json").Json;
        (int epochs, int best) = (result.GetProperty("epochs").GetInt32(), result.GetProperty("bestEpoch").GetInt32());
        Assert.Equal(epochs, best + 2);
        Assert.InRange(epochs, 3, 39);
        double[] losses = [.. File.ReadAllLines(Path.Combine(run, "history.csv")).Skip(1)
            .Select(line => double.Parse(line.Split(',')[2], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(losses.Min(), losses[best - 1]);
        Assert.Equal(
            result.GetProperty("testMse").GetDouble(),
            Genimg.Run("evaluate", run, "--json").Json.GetProperty("testMse").GetDouble());
        // The last weights are others, and not called the best.
        JsonElement last = Genimg.Run("evaluate", Path.Combine(run, "checkpoint.safetensors"), "--json").Json;
        Assert.NotEqual(result.GetProperty("testMse").GetDouble(), last.GetProperty("testMse").GetDouble());
        Assert.Equal((epochs, JsonValueKind.Null), (last.GetProperty("epochs").GetInt32(), last.GetProperty("bestEpoch").ValueKind));
        // Seconds are those of training, whoever measures.
        Assert.Equal(result.GetProperty("seconds").GetDouble(), last.GetProperty("seconds").GetDouble());
    }

    /// <summary>A run killed ahead of its first checkpoint is begun again, so nothing may stand in its way by then.</summary>
    [Fact]
    public void The_best_checkpoint_is_not_kept_before_an_epoch_is_done()
    {
        using var folder = new TemporaryFolder();
        var settings = new RunSettings { Model = ModelKind.Basic, Latent = 4, Epochs = 2, Patience = 1, Limit = 100 };
        DataSplit data = DataSets.Load("digits", new DataOptions { Limit = 100, HoldOut = true });
        using var backend = new CpuBackend(threads: 1);
        using RunFolder target = RunFolder.Create(folder["run"]);
        using var run = new TrainingRun(target, settings, data, backend);
        Assert.Equal((true, false), (File.Exists(target.Checkpoint), File.Exists(target.Best)));
        run.Train();
        Assert.True(File.Exists(target.Best));
    }

    [Fact]
    public void A_folder_of_ones_own_outlives_a_run_that_does_not_begin()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["mine"]);
        foreach (string name in (string[])["mine", "new"])
            Genimg.Run("train", "--dataset", "mnist", "--data", folder["nothing"], "--out", folder[name]).Refused(2, "nothing");
        Assert.Equal((true, false), (Directory.Exists(folder["mine"]), Directory.Exists(folder["new"])));
    }

    [Fact]
    public void A_resumed_run_may_be_given_its_own_settings()
    {
        using var folder = new TemporaryFolder();
        Outcome first = Genimg.Run(
            "train", "--model", "basic", "--latent", "4", "--limit", "200", "--threads", "1", "--epochs", "8", "--warm-up", "8",
            "--out", folder["run"]);
        Assert.Equal(0, first.Code);
        Assert.Equal(0, Genimg.Run("train", "--resume", folder["run"], "--warm-up", "8").Code);
    }

    /// <summary>A picture that cannot be written is the run's trouble, not bad use: the checkpoint is there to go on from.</summary>
    [Fact]
    public void A_picture_that_cannot_be_written_names_the_way_on()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, Genimg.Run(Genimg.Tiny(folder["run"])).Code);
        File.Delete(folder["run/loss.png"]);
        Directory.CreateDirectory(folder["run/loss.png"]);
        Outcome outcome = Genimg.Run("train", "--resume", folder["run"], "--epochs", "3");
        Assert.Equal(1, outcome.Code);
        Assert.Contains($"go on with --resume {folder["run"]}", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_whose_rate_falls_to_zero_is_not_made_longer()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, Genimg.Run(Genimg.Tiny(folder["run"], "--schedule", "cosine")).Code);
        Genimg.Run("train", "--resume", folder["run"], "--epochs", "3").Refused(2, "--epochs 3", "falls to 0 at its epoch 2");
    }

    [Fact]
    public void A_picture_says_what_is_hidden()
    {
        using var folder = new TemporaryFolder();
        string mask = folder["mask.png"], black = folder["black.png"];
        Shape size = Shape.Of(56, 56, 1);
        ImageFile.Write(mask, new Bitmap(size, [.. Enumerable.Range(0, 56 * 56).Select(i => (byte)(i % 56 < 20 ? 255 : 0))]));
        ImageFile.Write(black, new Bitmap(size, new byte[56 * 56]));
        JsonElement result = Genimg.Run(Genimg.Tiny(folder["run"], "--task", "complete", "--hide", mask, "--json")).Json;
        Assert.Equal(280.0 / 784, result.GetProperty("pastedMse").GetDouble() / result.GetProperty("hiddenMse").GetDouble(), 1e-12);
        string summary = File.ReadAllText(Path.Combine(folder["run"], "summary.txt"));
        Assert.Contains("complete a mask of 280 pixels", summary, StringComparison.Ordinal);
        Genimg.Run(Genimg.Tiny(folder["other"], "--task", "complete", "--hide", black)).Refused(2, black, "hides 0 of 784 pixels", "white");
        Genimg.Run(Genimg.Tiny(folder["other"], "--task", "complete", "--hide", "uper")).Refused(2, "--hide uper", "did you mean upper?");
        Genimg.Run("train", "--model", "skip", "--out", folder["other"]).Refused(2, "--model skip", "--task complete");
    }

    [Fact]
    [Trait("bad-input", "48")]
    public void A_resumed_run_refuses_other_settings_with_both_values()
    {
        using var folder = new TemporaryFolder();
        string run = folder["run"];
        Assert.Equal(0, Genimg.Run(Genimg.Tiny(run)).Code);
        byte[] before = File.ReadAllBytes(Path.Combine(run, "checkpoint.safetensors"));
        Genimg.Run("train", "--resume", run, "--latent", "5").Refused(2, run, "latent 4 and 5");
        Genimg.Run("train", "--resume", run, "--batch", "16").Refused(2, "batch 32 and 16");
        Genimg.Run("train", "--resume", run, "--seed", "7").Refused(2, "seed 1 and 7");
        Genimg.Run("train", "--resume", run, "--limit", "100").Refused(2, "limit 200 and 100");
        Genimg.Run("train", "--resume", run, "--channels", "8,8").Refused(2, "channels [32,64,128,256] and [8,8]");
        Genimg.Run("train", "--resume", run, "--epochs", "1").Refused(2, "--epochs 1", "2 epochs already");
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(run, "checkpoint.safetensors")));
    }

    [Fact]
    public void A_run_is_never_written_over()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, Genimg.Run(Genimg.Tiny(folder["run"])).Code);
        Genimg.Run(Genimg.Tiny(folder["run"])).Refused(2, folder["run"], "--resume");
    }

    [Fact]
    [Trait("bad-input", "45")]
    public void Two_trainers_cannot_share_a_folder()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, Genimg.Run(Genimg.Tiny(folder["run"])).Code);
        using (RunFolder.Resume(folder["run"]))
            Genimg.RunProcess("train", "--resume", folder["run"], "--epochs", "3").Refused(2, folder["run"], "another process");

        // The lock file of a process that ended is still there, and stops nobody.
        Assert.True(File.Exists(Path.Combine(folder["run"], ".lock")));
        Assert.Equal(0, Genimg.Run("train", "--resume", folder["run"], "--epochs", "3").Code);
    }

    [Fact]
    public void Folders_without_a_name_are_counted()
    {
        using var folder = new TemporaryFolder();
        using (RunFolder first = RunFolder.CreateNext(folder.Root, "digits"))
        {
            File.WriteAllText(first.Settings, "{}");
            Assert.Equal(folder["digits"], first.Path);
        }

        using RunFolder second = RunFolder.CreateNext(folder.Root, "digits");
        Assert.Equal(folder["digits-2"], second.Path);
    }

    [Theory]
    [Trait("bad-input", "52")]
    [InlineData("--batch", "201", "201", "200 images")]
    [InlineData("--model", "deep", "channels", "halved", "--channels", "4,4,4,4,4")]
    [InlineData("--data", "no-such-folder", "no-such-folder", "mnist", "--dataset", "mnist")]
    public void What_cannot_be_trained_leaves_no_folder(string option, string value, string found, string other, params string[] more)
    {
        using var folder = new TemporaryFolder();
        string[] line = ["train", "--latent", "4", "--limit", "200", "--out", folder["run"], option, value, .. more];
        Outcome outcome = Genimg.Run(line);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(found, outcome.Error, StringComparison.Ordinal);
        Assert.Contains(other, outcome.Error, StringComparison.OrdinalIgnoreCase);
        Assert.False(Directory.Exists(folder["run"]));
    }

    [Fact]
    [Trait("bad-input", "33")]
    [Trait("bad-input", "46")]
    public void Folders_that_cannot_be_are_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "");
        Genimg.Run(Genimg.Tiny(folder["file"])).Refused(2, folder["file"], "--out");
        Genimg.Run(Genimg.Tiny(Path.Combine(folder["file"], "run"))).Refused(2, "--out");
        if (OperatingSystem.IsLinux()) Genimg.Run(Genimg.Tiny("/proc/run")).Refused(2, "/proc/run", "--out");
    }

    [Fact]
    [Trait("bad-input", "33")]
    public void A_read_only_folder_is_found_before_training()
    {
        if (Environment.IsPrivilegedProcess) Assert.Skip("the superuser may write to any folder");
        if (!OperatingSystem.IsWindows())
        {
            using var folder = new TemporaryFolder();
            Directory.CreateDirectory(folder["locked"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
            Genimg.Run(Genimg.Tiny(Path.Combine(folder["locked"], "run"))).Refused(2, "--out");
        }
    }

    [Fact]
    [Trait("bad-input", "49")]
    public void What_can_never_fit_into_memory_is_refused_before_anything_is_reserved()
    {
        var settings = new RunSettings { Channels = [4096, 4096], Batch = 65536 };
        UserException e = Assert.Throws<UserException>(() => MemoryNeed.Check(settings, DataSets.Load("digits", new DataOptions())));
        Assert.Matches("--batch 65536: training takes at least [0-9.]+ GB of memory, [0-9.]+ GB are there", e.Message);
        MemoryNeed.Check(new RunSettings(), DataSets.Load("digits", new DataOptions()));
    }
}
