using System.CommandLine;
using System.Globalization;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary><c>genimg data list</c>: the data sets, and where their files are.</summary>
sealed class DataListCommand : RunnerCommand
{
    public DataListCommand(CommandContext context)
        : base(
            context,
            "list",
            "Lists the data sets with their sizes, and where their files were found.",
            "genimg data list",
            "genimg data list --data ~/datasets")
    {
        Add([CommonOptions.Data, CommonOptions.Json]);
    }

    /// <inheritdoc/>
    protected override int Execute(ParseResult arguments, Terminal terminal, CancellationToken cancel)
    {
        string? folder = arguments.GetValue(CommonOptions.Data);
        DataSetRow[] rows = [.. DataSets.All.Select(info => DataSetRow.Of(info, folder))];
        var table = new TextTable("name", "image", "train", "validation", "test", "files") { Right = [2, 3, 4] };
        foreach (DataSetRow row in rows)
            table.Add(
                row.Name,
                string.Join(" x ", row.Image),
                Count(row.Train),
                Count(row.Validation),
                Count(row.Test),
                row.Place ?? "not here");
        foreach (string line in table.Lines()) terminal.Line(line);
        if (rows.FirstOrDefault(row => row.Place is null) is { } missing)
        {
            terminal.Line();
            terminal.Line($"'genimg data get {missing.Name}' fetches the files of {missing.Title}; "
                + "--data FOLDER or $GENIMG_DATA names a folder that has them.");
        }

        if (arguments.GetValue(CommonOptions.Json)) terminal.Json(RunnerJson.Of(rows));
        return CommandExit.Success;
    }

    static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
