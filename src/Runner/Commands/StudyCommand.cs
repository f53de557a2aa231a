using System.CommandLine;
using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary><c>genimg study FILE</c>: runs a list of experiments and writes one table and report of them all.</summary>
sealed class StudyCommand : RunnerCommand
{
    static readonly Argument<string?> s_file = new("FILE")
    {
        HelpName = "FILE",
        Description = "The study: a JSON file as docs/study.md describes it, such as studies/quick.json.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    static readonly Option<string> s_out =
        CommonOptions.Out("The study's folder: new, empty, or of the same study. [default: runs/study- and the file's name]");
    static readonly Option<string> s_only =
        CommonOptions.Text("--only", "NAME,...", "Run these rows only; * stands for any letters, ? for one.");
    static readonly Option<int> s_epochs = CommonOptions.Number<int>("--epochs", "N", "Train every row for N epochs.", "as the file says");
    static readonly Option<int> s_limit = CommonOptions.Limit("Train every row on the first N training images only.", "as the file says");
    static readonly Option<bool> s_schema =
        new("--schema") { Description = "Print the format of study files as a JSON Schema, and do nothing else." };

    public StudyCommand(CommandContext context)
        : base(
            context,
            "study",
            "Runs a list of experiments, each trained, measured and kept, and writes table and report. "
                + "Stopped at any moment, the same command goes on where it was.",
            "genimg study studies/quick.json  six small rows on the built-in digits, some minutes on two cores",
            "genimg study studies/article.json --only 'mnist-*,lfw-rebuild-*'",
            "genimg study my-study.json --out runs/mine --limit 2000 --epochs 2  a trial of one's own",
            "genimg study --schema > study.schema.json")
    {
        Add(s_file);
        Add([s_out, s_only, s_epochs, s_limit, CommonOptions.Data, .. CommonOptions.OfDevice, s_schema, CommonOptions.Json]);
    }

    /// <inheritdoc/>
    protected override int Execute(ParseResult arguments, Terminal terminal, CancellationToken cancel)
    {
        if (CommonOptions.IsGiven(arguments, s_schema))
        {
            terminal.Json(StudySchema.Text());
            return CommandExit.Success;
        }

        string path = arguments.GetValue(s_file)
            ?? throw new UserException("study: FILE is missing, such as studies/quick.json; 'genimg study --help' shows what there is");
        int threads = DeviceOptions.Threads(arguments);
        StudyFile file = Narrow(StudyFile.Read(path), arguments);
        IReadOnlyList<StudyRow> selected = file.Select(arguments.GetValue(s_only));
        string target = arguments.GetValue(s_out) ?? Path.Combine("runs", $"study-{Path.GetFileNameWithoutExtension(path)}");
        using StudyFolder folder = StudyFolder.Open(target);
        DataProgressLine? reading = null;
        var study = new StudyRun(file, folder, selected, (settings, stop) =>
            DataSets.Load(settings.Dataset, SettingsOptions.DataOf(arguments, settings), reading, stop));
        using IBackend backend = DeviceOptions.Open(arguments, terminal);
        terminal.Line($"study     {file.Title}: {selected.Count} of {file.Rows.Count} rows");
        terminal.Line($"device    {backend.Name}");
        terminal.Line($"folder    {folder.Path}");
        try
        {
            terminal.Live(show =>
            {
                reading = new DataProgressLine(show);
                study.Run(backend, new StudyDisplay(terminal, show, selected), threads, cancel);
            });
        }
        catch (OperationCanceledException e)
        {
            throw new StoppedRunException(
                $"interrupted; all rows are saved as they stand: the same command goes on, {CommandText.Of(arguments)}", e);
        }

        StudyReport report = study.Report;
        terminal.Line();
        foreach (string line in StudySummary.Lines(report)) terminal.Line(line);
        terminal.Line();
        foreach (string written in new[] { folder.Html, folder.Markdown, folder.Csv, folder.Json }) terminal.Line(written);
        if (arguments.GetValue(CommonOptions.Json)) terminal.Json(report.ToJson());
        StudyRowReport[] failed = [.. report.Failed.Where(row => selected.Any(other => other.Name == row.Name))];
        if (failed.Length == 0) return CommandExit.Success;
        string reasons = string.Join("; ", failed.Select(row => $"{row.Name}: {row.Reason}"));
        terminal.Note($"genimg: {failed.Length} of {selected.Count} rows failed: {reasons}");
        return CommandExit.Failed;
    }

    static StudyFile Narrow(StudyFile file, ParseResult arguments)
    {
        (int? epochs, int? limit) = (CommonOptions.Given(arguments, s_epochs), CommonOptions.Given(arguments, s_limit));
        return file with { Rows = [.. file.Rows.Select(row => row.With(epochs, limit))] };
    }
}
