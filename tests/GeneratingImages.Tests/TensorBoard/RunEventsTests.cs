using System.Text.Json;
using GeneratingImages.Core;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Tests.Runner;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.TensorBoard;

[Collection("command line")]
public sealed class RunEventsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_tells_its_epochs_its_result_and_a_picture()
    {
        double before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        string run = _folder["run"];
        Outcome outcome = Genimg.Run(Genimg.Tiny(run, "--task", "complete", "--tensorboard"));
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        string file = Assert.Single(RunEvents.FilesIn(run));
        Assert.Contains(file, outcome.Output, StringComparison.Ordinal);
        List<PublishedReader.Value> values = PublishedReader.Read(file);
        foreach (EpochReport epoch in SavedRun.Open(run).State.History)
        {
            Assert.Equal((float)epoch.TrainingLoss, Number(values, "loss/training", epoch.Epoch));
            Assert.Equal((float)epoch.ValidationLoss, Number(values, "loss/validation", epoch.Epoch));
            Assert.Equal((float)epoch.ImagesPerSecond, Number(values, "speed/images_per_second", epoch.Epoch));
        }

        using JsonDocument result = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "result.json")));
        Assert.Equal((float)result.RootElement.GetProperty("testMse").GetDouble(), Number(values, "test/mse", 2));
        Assert.Equal((float)result.RootElement.GetProperty("hiddenMse").GetDouble(), Number(values, "test/hidden_mse", 2));
        PublishedReader.Image picture = Assert.Single(values, v => v.Tag == "test/images").Picture!;
        Assert.Equal(File.ReadAllBytes(Path.Combine(run, "completed.png")), picture.Encoded);
        Bitmap sheet = ImageFile.Read(Path.Combine(run, "completed.png"));
        Assert.Equal((sheet.Height, sheet.Width, 3), (picture.Height, picture.Width, picture.Colorspace));
        Assert.Equal(2 * 3 + 4, values.Count);
        Assert.Equal(values.Select(v => v.Time).Order(), values.Select(v => v.Time));
        Assert.All(values, v => Assert.InRange(v.Time, before, before + 600));
    }

    [Fact]
    public void A_resumed_run_repeats_nothing_and_loses_nothing()
    {
        string run = _folder["run"];
        Assert.Equal(0, Genimg.Run(Genimg.Tiny(run, "--tensorboard")).Code);
        Assert.Equal(0, Genimg.Run("train", "--resume", run, "--epochs", "3").Code);
        Assert.Single(RunEvents.FilesIn(run));
        Assert.Equal(0, Genimg.Run("train", "--resume", run, "--epochs", "4", "--tensorboard").Code);
        string[] files = [.. RunEvents.FilesIn(run)];
        Assert.Equal(2, files.Length);
        Assert.Equal([1L, 2], Steps(files[..1], "loss/training"));
        Assert.Equal([3L, 4], Steps(files[1..], "loss/training"));

        // With nothing new to tell there is no new file.
        Assert.Equal(0, Genimg.Run("train", "--resume", run, "--tensorboard").Code);
        Assert.Equal(files, RunEvents.FilesIn(run));
        Assert.Equal([2L, 4], Steps(files, "test/mse"));
    }

    [Fact]
    public void What_a_torn_record_lacks_is_told_again()
    {
        EpochReport[] history = [Epoch(1), Epoch(2), Epoch(3)];
        using (new RunEvents(_folder.Root, history)) { }
        string file = Assert.Single(RunEvents.FilesIn(_folder.Root));
        byte[] whole = File.ReadAllBytes(file);
        for (int length = 0; length <= whole.Length; length += 5)
        {
            foreach (string other in RunEvents.FilesIn(_folder.Root).Skip(1).ToArray()) File.Delete(other);
            File.WriteAllBytes(file, whole[..length]);
            using (var events = new RunEvents(_folder.Root, history[..2])) events.Add(history[2]);
            long[] told = [.. RunEvents.FilesIn(_folder.Root).SelectMany(Whole).Order()];
            Assert.Equal([1, 2, 3], told);
        }

        static IEnumerable<long> Whole(string path) => TfRecord.Read(new MemoryStream(File.ReadAllBytes(path)))
            .Select(record => EventMessage.TagsOf(record)).Where(e => e.Tags.Contains("loss/training")).Select(e => e.Step);
    }

    [Fact]
    [Trait("bad-input", "57")]
    public void A_clock_that_went_back_names_a_file_behind_the_others()
    {
        var clock = new SetClock(new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using (new RunEvents(_folder.Root, [Epoch(1)], clock)) { }
        clock.Now = new DateTimeOffset(1999, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using (new RunEvents(_folder.Root, [Epoch(1), Epoch(2)], clock)) { }
        string[] files = [.. RunEvents.FilesIn(_folder.Root)];
        Assert.Equal(2, files.Length);
        Assert.Equal([1L], Steps(files[..1], "loss/training"));
        Assert.Equal([2L], Steps(files[1..], "loss/training"));
    }

    [Fact]
    public void Epochs_of_before_are_dated_back_by_their_lengths()
    {
        var clock = new SetClock(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        using (new RunEvents(_folder.Root, [Epoch(1), Epoch(2), Epoch(3)], clock)) { }
        double[] times = [.. PublishedReader.Read(RunEvents.FilesIn(_folder.Root).Single())
            .Where(v => v.Tag == "loss/training")
            .Select(v => v.Time)];
        double now = clock.Now.ToUnixTimeSeconds();
        Assert.Equal([now - 20, now - 10, now], times);
    }

    [Fact]
    public void Pipes_and_other_files_of_that_name_do_not_hold_a_run_up()
    {
        File.WriteAllText(_folder["events.out.tfevents.other"], "no records");
        if (!OperatingSystem.IsWindows()) Assert.Equal(0, Genimg.RunShell($"mkfifo '{_folder["events.out.tfevents.5"]}'").Code);
        using (new RunEvents(_folder.Root, [Epoch(1)])) { }
        string written = RunEvents.FilesIn(_folder.Root).Single(f => f.Contains(".tfevents.1", StringComparison.Ordinal));
        Assert.Equal([1L], Steps([written], "loss/training"));
    }

    static EpochReport Epoch(int number) => new(number, 1.0 / number, 2.0 / number, 10, 500);

    static long[] Steps(string[] files, string tag) =>
        [.. files.SelectMany(PublishedReader.Read).Where(v => v.Tag == tag).Select(v => v.Step)];

    static float Number(List<PublishedReader.Value> values, string tag, long step) =>
        Assert.Single(values, v => v.Tag == tag && v.Step == step).Number!.Value;

    sealed class SetClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
