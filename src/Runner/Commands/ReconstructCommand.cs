using System.CommandLine;
using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary>What <c>genimg rebuild</c> and <c>genimg complete</c> share: a model's work on own pictures or on test images.</summary>
abstract class ReconstructCommand : RunnerCommand
{
    const int DefaultCount = 8;

    readonly Argument<string[]> _images = new("IMAGE")
    {
        Description = "PNG or JPEG files of any size, cut and scaled to the model's; none for test images of the run's data set.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    readonly Option<int> _limit = CommonOptions.Limit("How many test images to take where no IMAGE is given.", $"{DefaultCount}");
    readonly Option<string> _out;
    readonly ReconstructionTask _task;

    protected ReconstructCommand(CommandContext context, ReconstructionTask task, string name, string description, params string[] examples)
        : base(context, name, description, examples)
    {
        _task = task;
        _out = CommonOptions.Out($"Where the pictures are written. [default: folder {FolderName} beside the checkpoint]");
        Add(RunArgument.Required);
        Add(_images);
        Add([_limit, _out, CommonOptions.Data, .. CommonOptions.OfDevice, CommonOptions.Json]);
    }

    string FolderName => _task == ReconstructionTask.Complete ? "completed" : "rebuilt";

    /// <inheritdoc/>
    protected override int Execute(ParseResult arguments, Terminal terminal, CancellationToken cancel)
    {
        string run = arguments.GetRequiredValue(RunArgument.Required);
        string[] files = arguments.GetValue(_images) ?? [];
        int count = TestImages.Limit(arguments, _limit, files) ?? DefaultCount;
        SavedRun saved = RunArgument.Open(run, terminal);
        RunSettings settings = saved.State.Settings;
        if (settings.Task != _task)
        {
            string trained = settings.Task == ReconstructionTask.Complete ? "complete" : "rebuild";
            throw new UserException($"{run}: was trained to {trained}: use 'genimg {trained} {run}', or train a model with --task {Name}");
        }

        ImageSet images = files.Length > 0
            ? OwnImages.Read(files, saved.State.Image)
            : TestImages.Load(arguments, saved, terminal, cancel, count);
        using IBackend backend = DeviceOptions.Open(arguments, terminal);
        // Not among the results, which are paths.
        terminal.Note($"device    {backend.Name}");
        using TrainedModel model = saved.Load(backend, Math.Min(images.Count, settings.Batch));
        string folder = arguments.GetValue(_out) ?? Path.Combine(Path.GetDirectoryName(saved.Path) ?? "", FolderName);
        ReconstructionFiles written = ReconstructionFiles.Write(folder, settings, model, images, files, cancel);
        foreach (string path in written.Images.Prepend(written.Sheet)) terminal.Line(path);
        if (arguments.GetValue(CommonOptions.Json)) terminal.Json(RunnerJson.Of(written));
        return CommandExit.Success;
    }
}

/// <summary><c>genimg rebuild RUN [IMAGE...]</c>.</summary>
sealed class RebuildCommand(CommandContext context) : ReconstructCommand(
    context,
    ReconstructionTask.Rebuild,
    "rebuild",
    "Squeezes images through a run's model and writes originals and rebuilt images side by side.",
    "genimg rebuild runs/digits-deep-rebuild-32",
    "genimg rebuild runs/lfw-deep-rebuild-64 me.jpg you.png --out faces");

/// <summary><c>genimg complete RUN [IMAGE...]</c>.</summary>
sealed class CompleteCommand(CommandContext context) : ReconstructCommand(
    context,
    ReconstructionTask.Complete,
    "complete",
    "Hides the part of images that a run's model was trained to complete, and writes occluded, completed and original images side by side.",
    "genimg complete runs/mnist-deep-complete-64 --limit 20",
    "genimg complete runs/lfw-deep-complete-64 me.jpg --out faces");
