using System.CommandLine;
using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary><c>genimg summary</c>: the layers of a run's model, or of the model that options describe.</summary>
sealed class SummaryCommand : RunnerCommand
{
    public SummaryCommand(CommandContext context)
        : base(
            context,
            "summary",
            "Shows the layers of a run's model, or of the model that options describe, with output shapes and parameter counts.",
            "genimg summary runs/digits-deep-rebuild-32",
            "genimg summary --dataset cifar100 --model deep --latent 64 --kernel 5")
    {
        Add(RunArgument.Optional);
        Add([CommonOptions.Dataset, .. CommonOptions.OfModel, CommonOptions.Json]);
    }

    /// <inheritdoc/>
    protected override int Execute(ParseResult arguments, Terminal terminal, CancellationToken cancel)
    {
        string? run = arguments.GetValue(RunArgument.Optional);
        SavedRun? saved = run is null ? null : RunArgument.Open(run, terminal);
        IEnumerable<Option> describing = CommonOptions.OfModel.Append(CommonOptions.Dataset);
        if (saved is not null && describing.FirstOrDefault(o => CommonOptions.IsGiven(arguments, o)) is { } option)
            throw new UserException($"{option.Name}: {run} has its own settings: name a run or describe a model, not both");
        RunSettings settings = saved?.State.Settings ?? SettingsOptions.Read(arguments, new RunSettings());
        Shape image = saved?.State.Image ?? DataSets.Find(settings.Dataset).Image;
        IReadOnlyList<LayerSummary> layers = settings.BuildModel(image).Summarize(image);
        terminal.Line(settings.ModelText);
        terminal.Line();
        foreach (string line in SummaryTable.Format(image, layers).TrimEnd().Split('\n')) terminal.Line(line);
        if (arguments.GetValue(CommonOptions.Json)) terminal.Json(RunnerJson.Of(ModelDescription.Of(settings, image, layers)));
        return CommandExit.Success;
    }
}
