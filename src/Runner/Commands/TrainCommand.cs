using System.CommandLine;
using System.Globalization;
using GeneratingImages.Core;
using GeneratingImages.Training;
using Spectre.Console;

namespace GeneratingImages.Runner;

/// <summary><c>genimg train</c>: trains a model, or goes on with a run, and writes all that belongs to it.</summary>
sealed class TrainCommand : RunnerCommand
{
    static readonly Option<int> s_limit = CommonOptions.Limit("Train on the first N training images only.", "all");
    static readonly Option<string> s_out =
        CommonOptions.Out("The run's folder; it must be new or empty. [default: runs/ and a name made of the settings]");
    static readonly Option<string> s_resume =
        CommonOptions.Text("--resume", "RUN", "Go on with a run, exactly where it stopped; --epochs may be raised.");
    static readonly Option<bool> s_tensorBoard = new("--tensorboard")
    {
        Description = "Write TensorBoard's event files into the run's folder, too, for tensorboard --logdir runs; "
            + "with --resume, what they lack is added.",
    };

    // What a run is gone on with beside its own settings.
    static readonly Option[] s_needed = [CommonOptions.Data, s_tensorBoard, .. CommonOptions.OfDevice];

    public TrainCommand(CommandContext context)
        : base(
            context,
            "train",
            "Trains a model and writes its run: checkpoint, history, curves, pictures, result. "
                + "Without options: the deep model on the built-in digits.",
            "genimg train",
            "genimg train --dataset mnist --model basic --epochs 20",
            "genimg train --dataset cifar100 --task complete --latent 64 --out runs/halves",
            "genimg train --model deep --kernel 5 --activation elu --optimizer adamax",
            "genimg train --resume runs/digits-deep-rebuild-32 --epochs 12",
            "genimg train --dataset mnist --tensorboard")
    {
        Add([CommonOptions.Dataset, CommonOptions.Data, .. CommonOptions.OfModel, CommonOptions.Epochs, .. CommonOptions.OfTraining]);
        Add([s_limit, s_out, s_resume, s_tensorBoard, .. CommonOptions.OfDevice, CommonOptions.Json]);
    }

    /// <inheritdoc/>
    protected override int Execute(ParseResult arguments, Terminal terminal, CancellationToken cancel)
    {
        string? resumed = arguments.GetValue(s_resume), output = arguments.GetValue(s_out);
        if (resumed is not null && output is not null)
            throw new UserException($"--out {output}: a run that is resumed stays in its folder: leave one of --out and --resume away");
        int threads = DeviceOptions.Threads(arguments);
        RunSettings? fresh = resumed is null ? SettingsOptions.Read(arguments, new RunSettings(), s_limit) : null;
        using RunFolder folder = resumed is not null ? RunFolder.Resume(resumed)
            : output is not null ? RunFolder.Create(output)
            : RunFolder.CreateNext("runs", fresh!.FolderName);
        SavedRun? saved = resumed is null ? null : SavedRun.Open(resumed);
        RunSettings settings = fresh ?? SettingsOptions.Read(arguments, saved!.State.Settings, s_limit);
        saved?.CheckSettings(settings);
        DataSplit data = SettingsOptions.LoadData(arguments, settings, terminal, cancel);
        using IBackend backend = DeviceOptions.Open(arguments, terminal);
        using var run = new TrainingRun(folder, settings, data, backend, saved);
        using RunEvents? events = arguments.GetValue(s_tensorBoard) ? new RunEvents(folder.Path, run.Session.History) : null;
        Introduce(terminal, settings, data, run, folder, backend.Name);
        RunResult result;
        try
        {
            result = Train(terminal, run, folder, events, settings, data, threads, cancel);
        }
        catch (OperationCanceledException e)
        {
            throw new StoppedRunException(
                "interrupted; the run is saved as it stands: go on with 'genimg train "
                + $"{CommandText.Quoted("--resume", folder.Path)}{CommandText.Given(arguments, s_needed)}'", e);
        }

        terminal.Line();
        ResultReport.Print(terminal, settings, result);
        terminal.Line();
        IReadOnlyList<RunArtifact> artifacts =
        [
            .. run.Artifacts,
            .. RunEvents.FilesIn(folder.Path).Select(path => new RunArtifact("events for TensorBoard", path)),
        ];
        int width = artifacts.Max(artifact => artifact.What.Length);
        foreach (RunArtifact artifact in artifacts) terminal.Line($"{artifact.What.PadRight(width)}  {artifact.Path}");
        if (arguments.GetValue(CommonOptions.Json)) terminal.Json(result.ToJson());
        return CommandExit.Success;
    }

    static RunResult Train(
        Terminal terminal,
        TrainingRun run,
        RunFolder folder,
        RunEvents? events,
        RunSettings settings,
        DataSplit data,
        int threads,
        CancellationToken cancel)
    {
        RunResult? result = null;
        terminal.Live(show =>
        {
            var display = new TrainingDisplay(terminal, show, settings, data.Train.Count, run.State);
            run.Train(
                epoch =>
                {
                    events?.Add(epoch);
                    display.Epoch(epoch);
                },
                terminal.IsLive ? display.Progress : null, cancel);
            show(new Text("measuring the test error"));
            result = run.Finish(part => show(new Text(FloorText(part))), threads, cancel).Result;
            events?.Add(result, folder.Reconstructions(settings.Task));
        });
        return result!;
    }

    internal static string FloorText(double part) =>
        string.Create(CultureInfo.InvariantCulture, $"computing the best linear model to compare with: {100 * part:F0} %");

    static void Introduce(Terminal terminal, RunSettings settings, DataSplit data, TrainingRun run, RunFolder folder, string backend)
    {
        string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
        terminal.Line($"data      {data.Source}");
        if (data.Name == "digits")
            terminal.Line("          for a whole data set: genimg data get mnist, then genimg train --dataset mnist");
        terminal.Line($"          {Count(data.Train.Count)} images to train on, {Count(data.Validation.Count)} to validate, "
            + $"{Count(data.Test.Count)} to test, {data.Test.Image}");
        terminal.Line($"model     {settings.ModelText}: {Count(run.Session.Parameters.Count)} parameters");
        terminal.Line($"training  {settings.TrainingText}");
        terminal.Line($"device    {backend}");
        int done = run.Session.History.Count;
        string resumed = run.Session.MidEpoch ? $", resumed in epoch {done + 1}" : done > 0 ? $", resumed after epoch {done}" : "";
        terminal.Line($"run       {folder.Path}{resumed}");
        terminal.Line();
    }
}
