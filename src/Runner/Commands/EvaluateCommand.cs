using System.CommandLine;
using GeneratingImages.Core;
using GeneratingImages.Training;
using Spectre.Console;

namespace GeneratingImages.Runner;

/// <summary><c>genimg evaluate RUN</c>: measures a run's model on the test images.</summary>
sealed class EvaluateCommand : RunnerCommand
{
    public EvaluateCommand(CommandContext context)
        : base(
            context,
            "evaluate",
            "Measures a run's model on the test images and sets the best linear model and the article's figure beside it.",
            "genimg evaluate runs/digits-deep-rebuild-32",
            "genimg evaluate runs/mnist-basic-complete-64/checkpoint.safetensors --data ~/mnist --json")
    {
        Add(RunArgument.Required);
        Add([CommonOptions.Data, .. CommonOptions.OfDevice, CommonOptions.Json]);
    }

    /// <inheritdoc/>
    protected override int Execute(ParseResult arguments, Terminal terminal, CancellationToken cancel)
    {
        int threads = DeviceOptions.Threads(arguments);
        string run = arguments.GetRequiredValue(RunArgument.Required);
        SavedRun saved = RunArgument.Open(run, terminal);
        RunSettings settings = saved.State.Settings;
        DataSplit data = SettingsOptions.LoadData(arguments, settings, terminal, cancel);
        saved.CheckData(data);
        using IBackend backend = DeviceOptions.Open(arguments, terminal);
        using TrainedModel model = saved.Load(backend, settings.Batch);
        RunResult? result = null;
        terminal.Live(show => result = RunEvaluation.Measure(
            run, saved.State, model, data, saved.BestEpoch, part => show(new Text(TrainCommand.FloorText(part))), threads, cancel).Result);
        terminal.Line($"{run}: {settings.ModelText}, {backend.Name}");
        terminal.Line();
        ResultReport.Print(terminal, settings, result!);
        if (arguments.GetValue(CommonOptions.Json)) terminal.Json(result!.ToJson());
        return CommandExit.Success;
    }
}
