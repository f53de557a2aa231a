using System.Diagnostics;
using GeneratingImages.Core;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Tests.Runner;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.BadInputs;

/// <summary>Checkpoints of other versions, and paths that are not what they should be.</summary>
[Collection("command line")]
public sealed class BadCheckpointTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("bad-input", "44")]
    public void A_newer_format_is_refused_with_both_versions()
    {
        string checkpoint = Trained("run");
        SafetensorsFile file = SafetensorsFile.Read(checkpoint);
        SafetensorsFile.Write(checkpoint, Texts(file, "version", "2"), [.. file.Tensors.Values]);
        Genimg.Run("evaluate", _folder["run"]).Refused(2, checkpoint, "version '2'", "this program reads 1");
        Genimg.Run("train", "--resume", _folder["run"]).Refused(2, checkpoint, "version '2'");
    }

    [Fact]
    [Trait("bad-input", "46")]
    public void Devices_pipes_folders_and_dangling_links_are_refused_at_once()
    {
        File.CreateSymbolicLink(_folder["dangling"], _folder["nothing"]);
        Genimg.Run("evaluate", _folder["dangling"]).Refused(2, _folder["dangling"], "is a link to", _folder["nothing"]);
        Directory.CreateDirectory(Path.Combine(_folder["folder"], "checkpoint.safetensors"));
        Genimg.Run("evaluate", _folder["folder"]).Refused(2, _folder["folder"], "checkpoint.safetensors");
        if (OperatingSystem.IsWindows()) Assert.Skip("no FIFO and no /dev/zero on Windows: the links and the folder were refused");
        long start = Stopwatch.GetTimestamp();
        Assert.Equal(0, Genimg.RunShell($"mkfifo '{_folder["pipe"]}'").Code);
        File.CreateSymbolicLink(_folder["link"], "/dev/zero");
        foreach (string path in new[] { "/dev/zero", _folder["pipe"], _folder["link"] })
        {
            Genimg.Run("evaluate", path).Refused(2, path, "a pipe or a device");
            Genimg.Run("train", "--resume", path).Refused(2, path);
        }

        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 60);
    }

    [Fact]
    [Trait("bad-input", "43")]
    public void A_model_that_the_file_has_no_weights_for_is_refused_before_it_is_allocated()
    {
        string checkpoint = Trained("run");
        SafetensorsFile file = SafetensorsFile.Read(checkpoint);
        string settings = file.Metadata["settings"].Replace("\"latent\": 4", "\"latent\": 1000000", StringComparison.Ordinal);
        SafetensorsFile.Write(checkpoint, Texts(file, "settings", settings), [.. file.Tensors.Values]);
        long before = GC.GetTotalAllocatedBytes();
        Genimg.Run("evaluate", _folder["run"]).Refused(2, checkpoint, "weights");
        Genimg.Run("rebuild", _folder["run"]).Refused(2, checkpoint, "weights");
        Genimg.Run("train", "--resume", _folder["run"], "--epochs", "5").Refused(2, checkpoint, "weights");
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 1L << 30);
    }

    [Theory]
    [InlineData("image", "28,28")]
    [InlineData("image", "100000,100000,1")]
    [InlineData("image", "28,28,2")]
    [InlineData("history", "[null]")]
    [InlineData("history", """[{"epoch":2,"trainingLoss":1,"validationLoss":1,"seconds":1,"imagesPerSecond":1}]""")]
    [InlineData("history", """[{"epoch":1,"trainingLoss":1e400,"validationLoss":1,"seconds":1,"imagesPerSecond":1}]""")]
    [InlineData("secondsInEpoch", "NaN")]
    [InlineData("fingerprint", "")]
    public void Metadata_that_no_run_writes_are_refused(string key, string text)
    {
        string checkpoint = Trained("run");
        SafetensorsFile file = SafetensorsFile.Read(checkpoint);
        SafetensorsFile.Write(checkpoint, Texts(file, key, text), [.. file.Tensors.Values]);
        Genimg.Run("train", "--resume", _folder["run"], "--epochs", "5").Refused(2, checkpoint);
        Genimg.Run("evaluate", _folder["run"]).Refused(2, checkpoint);
    }

    [Fact]
    public void Settings_that_a_checkpoint_lacks_are_the_defaults_and_unknown_or_empty_ones_are_refused()
    {
        Assert.Equal(new RunSettings { Latent = 5 }.ToJson(), RunSettings.FromJson("""{"latent": 5}""", "run").ToJson());
        string[] unusable =
        [
            "", "[]", "null", """{"lantent": 5}""", """{"dataset": null}""", """{"channels": null}""", """{"latent": 5, "latent": 5}""",
        ];
        foreach (string json in unusable)
            Assert.StartsWith(
                "run: its settings cannot be used", Assert.Throws<UserException>(() => RunSettings.FromJson(json, "run")).Message);
    }

    [Fact]
    [Trait("bad-input", "47")]
    public void Names_with_blanks_other_scripts_255_bytes_or_a_leading_dash_are_taken()
    {
        foreach (string name in new[] { "a run", "größe 画像 🖼", new string('n', 255) })
        {
            Assert.Equal(0, Genimg.Run(Genimg.Tiny(_folder[name])).Code);
            Assert.Equal(0, Genimg.Run("train", "--resume", _folder[name], "--epochs", "3").Code);
            Assert.Equal(0, Genimg.Run("evaluate", _folder[name]).Code);
        }

        Genimg.Run(Genimg.Tiny(_folder[new string('n', 256)])).Refused(2, "--out");
        if (OperatingSystem.IsWindows()) Assert.Skip("needs a shell for the name that begins with a dash: the others were taken");
        string train = string.Join(' ', Genimg.Tiny("-run")[..^2]);
        Outcome dash = Genimg.RunShell(
            $"cd '{_folder.Root}' && dotnet \"$GENIMG\" {train} --out=-run && dotnet \"$GENIMG\" evaluate -- -run");
        Assert.Equal(0, dash.Code);
        Assert.True(File.Exists(_folder["-run/checkpoint.safetensors"]));
    }

    [Fact]
    [Trait("bad-input", "31")]
    public void A_run_that_ended_before_its_first_checkpoint_begins_again()
    {
        string checkpoint = Trained("run");
        foreach (string file in Directory.GetFiles(_folder["run"]))
            if (Path.GetFileName(file) is not (".lock" or "settings.json" or "summary.txt" or "model.svg" or "samples.png"))
                File.Delete(file);
        File.WriteAllText(Path.Combine(_folder["run"], "checkpoint.safetensors.4711.tmp"), "half");
        Genimg.Run("train", "--resume", _folder["run"]).Refused(2, "before its first checkpoint");
        Assert.Equal(0, Genimg.Run(Genimg.Tiny(_folder["run"])).Code);
        Assert.True(File.Exists(checkpoint));
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder["run"]), AtomicFile.IsTemporary);

        // Files of somebody else stay.
        Directory.CreateDirectory(_folder["other"]);
        File.WriteAllText(_folder["other/settings.json"], "{}");
        Genimg.Run(Genimg.Tiny(_folder["other"])).Refused(2, _folder["other"], "--out");
        Assert.Equal("{}", File.ReadAllText(_folder["other/settings.json"]));
    }

    string Trained(string name)
    {
        Assert.Equal(0, Genimg.Run(Genimg.Tiny(_folder[name])).Code);
        return Path.Combine(_folder[name], "checkpoint.safetensors");
    }

    static Dictionary<string, string> Texts(SafetensorsFile file, string key, string text) =>
        new(file.Metadata.Where(t => t.Key != "sha256")) { [key] = text };
}
