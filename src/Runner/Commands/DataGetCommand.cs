using System.CommandLine;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary><c>genimg data get NAME</c>: downloads a data set's files, or takes local ones.</summary>
sealed class DataGetCommand : RunnerCommand
{
    static readonly Argument<string> s_name = new("NAME") { Description = "mnist, cifar100 or lfw." };

    static readonly Option<string> s_from =
        CommonOptions.Text("--from", "FILE|FOLDER", "Take the published files from here instead of downloading them.");

    static readonly Option<string> s_data =
        CommonOptions.Text("--data", "FOLDER", "Where to put them, in a folder of the data set's name. [default: the user's cache]");

    public DataGetCommand(CommandContext context)
        : base(
            context,
            "get",
            "Fetches a data set's published files, checks them and puts them where training finds them.",
            "genimg data get mnist",
            "genimg data get cifar100 --from ~/Downloads/cifar-100-binary.tar.gz",
            "genimg data get lfw --data ~/datasets")
    {
        Add(s_name);
        Add([s_from, s_data, CommonOptions.Json]);
    }

    /// <inheritdoc/>
    protected override int Execute(ParseResult arguments, Terminal terminal, CancellationToken cancel)
    {
        string name = arguments.GetRequiredValue(s_name);
        if (DataSets.All.All(info => !info.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            throw new UserException(
                $"unknown data set '{name}'{Suggestion.For(name, DataSets.All.Select(info => info.Name))}; 'genimg data list' shows them");
        DataSetInfo set = DataSets.Find(name);
        string? from = arguments.GetValue(s_from), folder = arguments.GetValue(s_data);
        IReadOnlyList<DataStore.StoredFile> files = [];
        terminal.Live(show =>
        {
            var progress = new DataProgressLine(show);
            files = from is null
                ? DataStore.GetAsync(set, folder, progress: progress, cancel: cancel).GetAwaiter().GetResult()
                : DataStore.Import(set, from, folder, progress, cancel);
        });
        foreach (DataStore.StoredFile file in files) terminal.Line($"{file.Path}: {file.State}");
        terminal.Line($"{set.Title} is ready: genimg train --dataset {set.Name}{(folder is null ? "" : $" --data {folder}")}");
        if (arguments.GetValue(CommonOptions.Json)) terminal.Json(RunnerJson.Of(set.Name, files));
        return CommandExit.Success;
    }
}
