using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Tests.Files;
using GeneratingImages.Tests.Runner;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Study;

/// <summary>A small study from its file to its table, undisturbed, stopped, killed, narrowed and refused.</summary>
[Collection("command line")]
public sealed class StudyCommandTests : IDisposable
{
    const string Three = """
        {
          "title": "Three small rows",
          "defaults": { "model": "basic", "limit": 300, "batch": 4, "epochs": 6 },
          "rows": [
            { "name": "rebuild-2", "latent": 2 },
            { "name": "rebuild-4", "latent": 4, "published": 0.05, "note": "a | remark" },
            { "name": "complete-4", "latent": 4, "task": "complete" }
          ]
        }
        """;

    static readonly string[] s_runs = ["rebuild-2", "rebuild-4", "complete-4"];

    readonly TemporaryFolder _folder = new();

    public StudyCommandTests() => Write(Three);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Another_studys_reports_are_not_written_over()
    {
        Assert.Equal(0, Study("out", "--only", "rebuild-2", "--epochs", "1").Code);
        string before = File.ReadAllText(Path.Combine(_folder["out"], "study.json"));
        Write("""{ "rows": [ { "name": "mine", "model": "basic", "latent": 2, "limit": 300, "epochs": 1 } ] }""");
        Study("out").Refused(2, _folder["out"], "holds another study, of rebuild-2", "name another --out");
        Assert.Equal(before, File.ReadAllText(Path.Combine(_folder["out"], "study.json")));
    }

    void Write(string text) => File.WriteAllText(_folder["s.json"], text);

    Outcome Study(string target, params string[] more) =>
        Genimg.Run(["study", _folder["s.json"], "--out", _folder[target], "--threads", "1", .. more]);

    StudyReport Report(string target) => StudyReport.FromJson(File.ReadAllText(Path.Combine(_folder[target], "study.json")));

    /// <summary>The table's cells by heading, without the seconds.</summary>
    List<Dictionary<string, string>> Table(string target)
    {
        string[] lines = File.ReadAllLines(Path.Combine(_folder[target], "study.csv"));
        string[] headings = lines[0].Split(',');
        return [.. lines[1..].Select(line => headings.Zip(Cells(line))
            .Where(cell => cell.First != "seconds")
            .ToDictionary(cell => cell.First, cell => cell.Second))];
    }

    /// <summary>The cells of a line as RFC 4180 has them.</summary>
    static List<string> Cells(string line)
    {
        var cells = new List<string> { "" };
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            if (quoted && line[i] == '"' && i + 1 < line.Length && line[i + 1] == '"') cells[^1] += line[i++];
            else if (line[i] == '"') quoted = !quoted;
            else if (line[i] == ',' && !quoted) cells.Add("");
            else cells[^1] += line[i];
        }

        return cells;
    }

    void SameAs(string straight, string other)
    {
        Assert.Equal(Table(straight), Table(other));
        foreach (string run in s_runs)
            Genimg.SameBits(Path.Combine(_folder[straight], "runs", run), Path.Combine(_folder[other], "runs", run));
    }

    [Fact]
    public void A_study_leaves_table_reports_and_a_run_for_every_row()
    {
        Outcome outcome = Study("out");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.DoesNotContain('\e', outcome.Output);
        StudyReport report = Report("out");
        Assert.Equal("Three small rows", report.Title);
        Assert.Equal(s_runs, report.Rows.Select(row => row.Name));
        foreach (StudyRowReport row in report.Rows)
        {
            Assert.Equal(RowStatus.Finished, row.Status);
            string run = Path.Combine(_folder["out"], row.Run);
            JsonElement result = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "result.json"))).RootElement;
            Assert.Equal(result.GetProperty("testMse").GetDouble(), row.Result!.TestMse);
            Assert.InRange(row.Result.Ssim!.Value, 0, 1);
            Assert.Equal(6, row.History.Count);
            Assert.Equal(10, row.Hardest.Count);
            string[] errors = File.ReadAllLines(Path.Combine(run, "test-errors.csv"));
            Assert.Equal(1001, errors.Length);
            double[] each = [.. errors[1..].Select(line => double.Parse(line.Split(',')[1], CultureInfo.InvariantCulture))];
            Assert.Equal(row.Result.TestMse, each.Average(), 1e-12);
            if (row.Settings.Task == ReconstructionTask.Rebuild)
                Assert.Equal((each.Max(), each.Min()), (row.Hardest[0].Mse, row.Easiest[0].Mse));
            else
                Assert.Equal(row.Hardest.Max(image => image.HiddenMse), row.Hardest[0].HiddenMse);
            Assert.Contains("1 thread", row.Environment!.Backend, StringComparison.Ordinal);
        }

        Assert.Equal(report.Rows[1].Result!.TestMse / 0.05, report.Rows[1].Ratio!.Value, 1e-12);
        Assert.Equal(3, Table("out").Count);
        Assert.Equal(report.Rows[2].Result!.HiddenMse!.Value.ToString("R", CultureInfo.InvariantCulture), Table("out")[2]["hiddenMse"]);
        string markdown = File.ReadAllText(Path.Combine(_folder["out"], "report.md"));
        Assert.Contains("## digits, complete", markdown, StringComparison.Ordinal);
        Assert.Contains("a \\| remark", markdown, StringComparison.Ordinal);
        Assert.Contains(report.Answers[0].Text, markdown, StringComparison.Ordinal);
        Assert.Contains(report.Answers[0].Text, outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_study_stopped_again_and_again_ends_with_the_same_table_and_bits()
    {
        Assert.Equal(0, Study("straight").Code);
        int stops = 0;
        for (bool ended = false; !ended; stops++)
        {
            // Each time it is let through to one epoch further in the whole study.
            int left = stops + 1;
            using var stop = new CancellationTokenSource();
            using StudyFolder folder = StudyFolder.Open(_folder["parts"]);
            StudyFile file = StudyFile.Read(_folder["s.json"]);
            var study = new StudyRun(
                file, folder, file.Rows,
                (settings, _) => DataSets.Load(settings.Dataset, new DataOptions { Limit = settings.Limit }));
            using var backend = new GeneratingImages.Cpu.CpuBackend(threads: 1);
            ended = stops >= 5;
            if (ended) study.Run(backend, new Silent(), 1);
            else Assert.Throws<OperationCanceledException>(() => study.Run(backend, new StopsAt(left, stop), 1, stop.Token));
            Assert.Equal(ended, study.Report.Rows.All(row => row.Status == RowStatus.Finished));
            if (!ended) Assert.Contains(study.Report.Rows, row => row.Status == RowStatus.Stopped);
        }

        SameAs("straight", "parts");
    }

    [Fact]
    public void A_killed_study_goes_on_with_the_same_table_and_bits()
    {
        Assert.Equal(0, Study("straight", "--epochs", "150").Code);
        using (Process process = Genimg.Start("study", _folder["s.json"], "--out", _folder["parts"], "--threads", "1", "--epochs", "150"))
        {
            while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith("row 2/3", StringComparison.Ordinal))
            {
            }

            for (int epoch = 0; epoch < 30; epoch++) process.StandardOutput.ReadLine();
            process.Kill();
            process.WaitForExit();
        }

        Assert.Equal([RowStatus.Finished, RowStatus.NotRun, RowStatus.NotRun], Report("parts").Rows.Select(row => row.Status));
        Outcome rest = Study("parts", "--epochs", "150");
        Assert.Equal(0, rest.Code);
        Assert.Contains("rebuild-2: is there already", rest.Output, StringComparison.Ordinal);
        Assert.Contains("resumed", rest.Output, StringComparison.Ordinal);
        SameAs("straight", "parts");
    }

    [Fact]
    public void Ctrl_C_saves_and_says_how_to_go_on()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("signals are sent with kill");
        using Process process = Genimg.Start("study", _folder["s.json"], "--out", _folder["out"], "--threads", "1", "--epochs", "100000");
        while (process.StandardOutput.ReadLine() is { } line && !line.StartsWith("epoch      2/", StringComparison.Ordinal))
        {
        }

        Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExit();
        Outcome outcome = Genimg.Finish(process);
        Assert.Equal(130, outcome.Code);
        string error = Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
        Assert.Contains($"genimg study {_folder["s.json"]} --out {_folder["out"]}", error, StringComparison.Ordinal);
        StudyRowReport stopped = Report("out").Rows[0];
        Assert.Equal(RowStatus.Stopped, stopped.Status);
        Assert.InRange(stopped.History.Count, 2, 99999);
        Assert.Equal("stopped", Table("out")[0]["status"]);
    }

    [Fact]
    public void Finished_rows_are_not_repeated_and_more_epochs_go_on()
    {
        Assert.Equal(0, Study("out").Code);
        Assert.Equal(0, Study("straight", "--epochs", "8").Code);
        string checkpoint = Path.Combine(_folder["out"], "runs", "rebuild-4", "checkpoint.safetensors");
        DateTime written = File.GetLastWriteTimeUtc(checkpoint);
        string table = File.ReadAllText(Path.Combine(_folder["out"], "study.csv"));
        Outcome again = Study("out");
        Assert.Equal(0, again.Code);
        Assert.DoesNotContain("epoch 1/", again.Output, StringComparison.Ordinal);
        Assert.Equal(table, File.ReadAllText(Path.Combine(_folder["out"], "study.csv")));
        Assert.Equal(written, File.GetLastWriteTimeUtc(checkpoint));

        Assert.Contains("resumed after epoch 6", Study("out", "--epochs", "8").Output, StringComparison.Ordinal);
        SameAs("straight", "out");
    }

    [Fact]
    public void Changed_settings_are_refused_with_both_values_before_anything_is_trained()
    {
        Assert.Equal(0, Study("out").Code);
        string table = File.ReadAllText(Path.Combine(_folder["out"], "study.csv"));
        Write(Three.Replace("\"latent\": 4, \"task\"", "\"latent\": 5, \"task\"", StringComparison.Ordinal));
        Study("out").Refused(2, "row 'complete-4'", "latent 4 and 5", "delete", "--out");
        Write(Three);
        Study("out", "--epochs", "3").Refused(2, "row 'rebuild-2'", "--epochs 3", "6 epochs already");
        Assert.Equal(table, File.ReadAllText(Path.Combine(_folder["out"], "study.csv")));

        // A row that is not run shows what stands in its folder.
        Write(Three.Replace("\"latent\": 4, \"task\"", "\"latent\": 5, \"task\"", StringComparison.Ordinal));
        Assert.Equal(0, Study("out", "--only", "rebuild-*").Code);
        Assert.Contains("other settings", Report("out").Rows[2].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_fails_is_kept_with_its_reason_and_the_others_go_on()
    {
        Write("""
            {
              "defaults": { "model": "basic", "latent": 2, "limit": 100, "epochs": 1 },
              "rows": [
                { "name": "large", "batch": 101 },
                { "name": "absent", "dataset": "lfw" },
                { "name": "good" }
              ]
            }
            """);
        string data = Directory.CreateDirectory(_folder["nothing"]).FullName;
        Outcome outcome = Genimg.RunProcess(
            new Dictionary<string, string?> { ["GENIMG_DATA"] = null, ["XDG_CACHE_HOME"] = data },
            "study", _folder["s.json"], "--out", _folder["out"], "--threads", "1", "--json");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("2 of 3 rows failed: large: batch 101", outcome.Error, StringComparison.Ordinal);
        StudyReport report = StudyReport.FromJson(outcome.Output);
        Assert.Equal([RowStatus.Failed, RowStatus.Failed, RowStatus.Finished], report.Rows.Select(row => row.Status));
        Assert.Contains("genimg data get lfw", report.Rows[1].Reason, StringComparison.Ordinal);
        Assert.Contains("failed: batch 101", File.ReadAllText(Path.Combine(_folder["out"], "report.md")), StringComparison.Ordinal);

        // They are tried again: with a batch that fits, the first one is trained.
        Write(File.ReadAllText(_folder["s.json"]).Replace("101", "50", StringComparison.Ordinal));
        Outcome next = Study("out", "--only", "large");
        Assert.Equal(0, next.Code);
        Assert.Equal([RowStatus.Finished, RowStatus.Failed, RowStatus.Finished], Report("out").Rows.Select(row => row.Status));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{ \"title\": \"a\", \"file\": \"b\", \"rows\": [{}], \"answers\": [] }")]
    [InlineData("{ \"title\": null, \"file\": \"b\", \"rows\": [], \"answers\": [] }")]
    public void What_is_no_report_is_not_read_as_one(string json) => Assert.Throws<JsonException>(() => StudyReport.FromJson(json));

    [Fact]
    public void A_loss_that_is_no_number_fails_its_row_and_keeps_the_last_good_checkpoint()
    {
        Assert.Equal(0, Study("out", "--only", "rebuild-2").Code);
        string run = Path.Combine(_folder["out"], "runs", "rebuild-2");
        Genimg.Fill(run, "parameters/encoder/dense/weight", 3e38f);
        Outcome outcome = Study("out", "--epochs", "8", "--only", "rebuild-2,rebuild-4");
        Assert.Equal(1, outcome.Code);
        StudyReport report = Report("out");
        Assert.Equal([RowStatus.Failed, RowStatus.Finished, RowStatus.NotRun], report.Rows.Select(row => row.Status));
        Assert.Matches("epoch 7, step 1: the loss is .*encoder/dense", report.Rows[0].Reason);
        Assert.Equal(6, report.Rows[0].History.Count);
    }

    [Fact]
    public void A_full_disk_ends_the_study_and_says_what_to_do()
    {
        using var disk = new SmallDisk(_folder["disk"], megabytes: 6);
        Assert.Equal(0, Study("disk/study", "--only", "rebuild-2").Code);
        string table = File.ReadAllText(disk["study/study.csv"]);
        disk.Fill();
        Outcome full = Study("disk/study");
        Assert.Equal(1, full.Code);
        Assert.Contains("make room", full.Error, StringComparison.Ordinal);
        Assert.Equal(table, File.ReadAllText(disk["study/study.csv"]));
        disk.Free();
        Assert.Equal(0, Study("disk/study").Code);
    }

    [Fact]
    public void Rows_stopped_before_their_first_checkpoint_begin_anew()
    {
        string run = Directory.CreateDirectory(Path.Combine(_folder["out"], "runs", "rebuild-2")).FullName;
        File.WriteAllText(Path.Combine(_folder["out"], "study.json"), "{}");
        string leftover = Path.Combine(_folder["out"], "study.csv.4242.tmp");
        File.WriteAllText(leftover, "half");
        File.WriteAllText(Path.Combine(run, "settings.json"), "half");
        File.WriteAllText(Path.Combine(run, "row.json"), "{ \"half");
        Assert.Equal(0, Study("out", "--only", "rebuild-2").Code);
        Assert.Equal(RowStatus.Finished, Report("out").Rows[0].Status);
        Assert.False(File.Exists(leftover));

        // Killed while it wrote its first file, a study has left nothing else.
        Directory.CreateDirectory(_folder["begun"]);
        File.WriteAllText(Path.Combine(_folder["begun"], "study.json.4242.tmp"), "{");
        StudyFolder.Open(_folder["begun"]).Dispose();
        Assert.Equal([".lock"], Directory.EnumerateFileSystemEntries(_folder["begun"]).Select(Path.GetFileName));
    }

    [Fact]
    public void A_damaged_checkpoint_fails_its_row_alone()
    {
        Assert.Equal(0, Study("out").Code);
        string run = Path.Combine(_folder["out"], "runs", "rebuild-4");
        File.Delete(Path.Combine(run, "row.json"));
        File.WriteAllText(Path.Combine(run, "checkpoint.safetensors"), "short");
        Assert.Equal(1, Study("out").Code);
        Assert.Equal([RowStatus.Finished, RowStatus.Failed, RowStatus.Finished], Report("out").Rows.Select(row => row.Status));
        Assert.Contains("checkpoint.safetensors", Report("out").Rows[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void One_study_at_a_time_in_a_folder_of_its_own()
    {
        using (StudyFolder.Open(_folder["out"])) Study("out").Refused(2, _folder["out"], "another process");
        Directory.CreateDirectory(_folder["photos"]);
        File.WriteAllText(Path.Combine(_folder["photos"], "mine.txt"), "");
        Study("photos").Refused(2, _folder["photos"], "--out");
        Assert.Equal(["mine.txt"], Directory.EnumerateFiles(_folder["photos"]).Select(Path.GetFileName));
    }

    [Fact]
    public void The_command_line_is_checked()
    {
        Genimg.Run("study").Refused(2, "FILE");
        Genimg.Run("study", _folder["none.json"]).Refused(2, _folder["none.json"], "does not exist");
        Study("out", "--only", "rebuild-3").Refused(2, "--only rebuild-3", "did you mean");
        Study("out", "--epochs", "0").Refused(2, "--epochs 0");
        Assert.False(Directory.Exists(_folder["out"]));
        JsonElement schema = Genimg.Run("study", "--schema").Json;
        Assert.Equal("object", schema.GetProperty("type").GetString());
        JsonElement row = schema.GetProperty("properties").GetProperty("rows").GetProperty("items");
        Assert.True(row.GetProperty("properties").TryGetProperty("learningRate", out _));
    }

    sealed class Silent : StudyObserver;

    /// <summary>Stops in the middle of the epoch that follows so many finished ones.</summary>
    sealed class StopsAt(int epochs, CancellationTokenSource stop) : StudyObserver
    {
        int _epochs;

        public override void Epoch(EpochReport epoch) => _epochs++;

        public override void Progress(EpochProgress progress)
        {
            if (_epochs >= epochs) stop.Cancel();
        }
    }
}
