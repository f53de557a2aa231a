using System.Globalization;
using System.Text.Json;
using GeneratingImages.Core;
using GeneratingImages.Cpu;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Tests.Runner;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.BadInputs;

/// <summary>Settings, data and surroundings at the edge of what is sensible.</summary>
[Collection("command line")]
public sealed class EdgeOfTrainingTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [Trait("bad-input", "52")]
    [InlineData(5, 1)]
    [InlineData(201, 200)]
    [InlineData(1, 1)]
    public void Batches_of_one_image_train(int limit, int batch)
    {
        string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
        Outcome outcome = Genimg.Run(
            "train", "--latent", "4", "--channels", "4,4", "--limit", Text(limit), "--batch", Text(batch), "--epochs", "2",
            "--out", _folder["run"], "--json");
        Assert.Equal(0, outcome.Code);
        Assert.InRange(outcome.Json.GetProperty("testMse").GetDouble(), 1e-4, 1);
        Assert.All(SavedRun.Open(_folder["run"]).State.History, epoch => Assert.InRange(epoch.TrainingLoss, 1e-4, 1));
    }

    [Theory]
    [Trait("bad-input", "55")]
    [InlineData(0, ReconstructionTask.Rebuild, ModelKind.Basic)]
    [InlineData(255, ReconstructionTask.Complete, ModelKind.Basic)]
    [InlineData(128, ReconstructionTask.Complete, ModelKind.Deep)]
    public void Images_that_are_all_equal_give_numbers(byte value, ReconstructionTask task, ModelKind model)
    {
        Shape image = Shape.Of(28, 28, 1);
        ImageSet Images(int count) => new(image, Enumerable.Repeat(value, count * 784).ToArray());
        DataSplit data = Splits.WithFingerprint(new DataSplit("digits", Images(40), Images(10), Images(10), "equal images", ""));
        var settings = new RunSettings { Model = model, Task = task, Latent = 4, Channels = [4, 4], Epochs = 3, Batch = 8 };
        using var backend = new CpuBackend(threads: 1);
        using RunFolder folder = RunFolder.Create(_folder["run"]);
        using var run = new TrainingRun(folder, settings, data, backend);
        run.Train();
        RunResult result = run.Finish(threads: 1).Result;
        Assert.All(run.Session.History, epoch => Assert.InRange(epoch.TrainingLoss + epoch.ValidationLoss, 0, 2));
        Assert.InRange(result.TestMse, 0, 1);
        Assert.InRange(result.FloorMse!.Value, 0, 1e-9);
        Assert.True(result.Psnr is null ? result.TestMse == 0 : result.Psnr is > 0 and < 400);
        using JsonDocument json = JsonDocument.Parse(result.ToJson());
        Assert.Equal(JsonValueKind.Number, json.RootElement.GetProperty("testMse").ValueKind);
    }

    [Theory]
    [Trait("bad-input", "56")]
    [InlineData("de_DE.UTF-8")]
    [InlineData("tr_TR.UTF-8")]
    public void Locales_change_nothing(string locale)
    {
        string[] line = Genimg.Tiny(_folder["run"], "--lr", "0.0015", "--json"),
            other = Genimg.Tiny(_folder["other"], "--lr", "0.0015", "--json");
        double here = Genimg.Run(line).Json.GetProperty("testMse").GetDouble();
        var environment = new Dictionary<string, string?> { ["LC_ALL"] = locale, ["LANG"] = locale };
        Assert.Equal(here, Genimg.RunProcess(environment, other).Json.GetProperty("testMse").GetDouble());
        string[] csv = File.ReadAllLines(Path.Combine(_folder["other"], "history.csv"));
        Assert.All(csv[1..], row => Assert.Equal(5, row.Split(',').Length));
    }

    [Fact]
    [Trait("bad-input", "56")]
    public void A_comma_for_the_decimal_point_changes_nothing()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        NumberFormatInfo format = comma.NumberFormat;
        (format.NumberDecimalSeparator, format.NumberGroupSeparator, format.NegativeSign) = (",", ".", "−");
        double testMse = Genimg.Run(Genimg.Tiny(_folder["run"], "--lr", "0.0015", "--json")).Json.GetProperty("testMse").GetDouble();
        try
        {
            CultureInfo.CurrentCulture = comma;
            Assert.Equal("0,5", $"{0.5}");
            Outcome other = Genimg.Run(Genimg.Tiny(_folder["other"], "--lr", "0.0015", "--json", "--tensorboard"));
            Assert.Equal(testMse, other.Json.GetProperty("testMse").GetDouble());
            Assert.Equal(0, Genimg.Run("train", "--resume", _folder["other"], "--epochs", "3").Code);
            Assert.Equal(0, Genimg.Run("train", "--resume", _folder["run"], "--epochs", "3").Code);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Genimg.SameBits(_folder["run"], _folder["other"]);
        Assert.All(File.ReadAllLines(Path.Combine(_folder["other"], "history.csv"))[1..], row => Assert.Equal(5, row.Split(',').Length));
    }

    [Fact]
    [Trait("bad-input", "57")]
    public void Files_dated_in_the_future_are_gone_on_with()
    {
        Assert.Equal(0, Genimg.Run(Genimg.Tiny(_folder["run"], "--tensorboard")).Code);
        Outcome straight = Genimg.Run(
            "train", "--model", "basic", "--latent", "4", "--limit", "200", "--epochs", "3", "--out", _folder["straight"]);
        Assert.Equal(0, straight.Code);
        foreach (string file in Directory.GetFiles(_folder["run"]))
            File.SetLastWriteTimeUtc(file, new DateTime(2101, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(0, Genimg.Run("train", "--resume", _folder["run"], "--epochs", "3", "--tensorboard").Code);
        Genimg.SameBits(_folder["straight"], _folder["run"]);
        Assert.All(SavedRun.Open(_folder["run"]).State.History, epoch => Assert.InRange(epoch.Seconds, 0, 600));
    }

    [Fact]
    [Trait("bad-input", "61")]
    public void Without_a_terminal_or_with_a_poor_one_lines_are_plain()
    {
        foreach (string terminal in new[] { "dumb", "xterm-256color", "" })
        {
            var environment = new Dictionary<string, string?> { ["TERM"] = terminal, ["NO_COLOR"] = "1", ["COLUMNS"] = "0" };
            Outcome outcome = Genimg.RunProcess(environment, Genimg.Tiny(_folder[$"run-{terminal}"]));
            Assert.Equal((0, ""), (outcome.Code, outcome.Error));
            Assert.DoesNotContain('\e', outcome.Output);
            Assert.Contains("epoch 2/2", outcome.Output, StringComparison.Ordinal);
        }

        if (!OperatingSystem.IsLinux() || Genimg.RunShell("command -v script").Code != 0) Assert.Skip("needs script to make a terminal");
        string line = string.Join(' ', Genimg.Tiny(_folder["in-terminal"]));
        Outcome poor = Genimg.RunShell($"TERM=dumb script -qec 'stty cols 0 rows 0; dotnet {"$GENIMG"} {line}' /dev/null </dev/null");
        Assert.Equal(0, poor.Code);
        Assert.Contains("result.json", poor.Output, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("bad-input", "63")]
    public void Lesser_processors_train_as_well()
    {
        double Trained(string name, string? variable, InstructionSet set)
        {
            var environment = new Dictionary<string, string?>();
            if (variable is not null) environment[variable] = "0";
            string[] line =
            [
                "train", "--channels", "8,8", "--latent", "8", "--limit", "640", "--epochs", "2", "--threads", "1",
                "--out", _folder[name], "--json",
            ];
            double error = Genimg.RunProcess(environment, line).Json.GetProperty("testMse").GetDouble();
            string settings = File.ReadAllText(Path.Combine(_folder[name], "settings.json"));
            Assert.Contains($"cpu {set.ToString().ToLowerInvariant()}", settings, StringComparison.Ordinal);
            return error;
        }

        // Roundings differ by instruction set, and training carries them on; a broken kernel is far outside.
        double here = Trained("here", null, InstructionSets.Best);
        (string Variable, InstructionSet Set)[] lesser =
        [
            ("DOTNET_EnableAVX512", (InstructionSet)Math.Min((int)InstructionSet.Avx2, (int)InstructionSets.Best)),
            ("DOTNET_EnableAVX2", InstructionSet.Portable),
            ("DOTNET_EnableHWIntrinsic", InstructionSet.Portable),
        ];
        foreach ((string variable, InstructionSet set) in lesser)
            Assert.InRange(Trained(variable, variable, set), here * 0.95, here * 1.05);
    }
}
