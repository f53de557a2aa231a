using System.CommandLine;
using GeneratingImages.Core;
using GeneratingImages.Training;
using Spectre.Console;

namespace GeneratingImages.Runner;

/// <summary><c>genimg import FILE</c>: weights that were trained elsewhere as a run.</summary>
sealed class ImportCommand : RunnerCommand
{
    static readonly Argument<string> s_file = new("FILE") { Description = "A safetensors file of weights." };

    static readonly Option<WeightLayout> s_layout = CommonOptions.Choice(
        "--layout", "Whose names and orders of axes the file has.", CommonOptions.Names<WeightLayout>(), "none; must be given");

    static readonly Option<int> s_limit =
        CommonOptions.Limit("Train on the first N training images only, if the run is gone on with.", "all");

    static readonly Option<string> s_out =
        CommonOptions.Out("The run's folder; it must be new or empty. [default: runs/ and a name made of the settings]");

    public ImportCommand(CommandContext context)
        : base(
            context,
            "import",
            "Makes a run of weights that were trained in PyTorch or Keras, and measures it on the test images. "
                + "The model is described as for train; a file that genimg wrote describes itself. "
                + "'train --resume' goes on from the weights with a fresh optimiser.",
            "genimg import exported/weights-pytorch.safetensors --layout pytorch --out runs/back",
            "genimg import mine.safetensors --layout keras --dataset mnist --model deep --latent 64 --kernel 5")
    {
        Add(s_file);
        Add([s_layout, CommonOptions.Dataset, CommonOptions.Data, .. CommonOptions.OfModel]);
        Add([CommonOptions.Epochs, .. CommonOptions.OfTraining]);
        Add([s_limit, s_out, .. CommonOptions.OfDevice, CommonOptions.Json]);
    }

    /// <inheritdoc/>
    protected override int Execute(ParseResult arguments, Terminal terminal, CancellationToken cancel)
    {
        if (!CommonOptions.IsGiven(arguments, s_layout)) throw new UserException("import: needs --layout pytorch or --layout keras");
        string file = arguments.GetRequiredValue(s_file);
        int threads = DeviceOptions.Threads(arguments);
        RunSettings settings = SettingsOptions.Read(arguments, FrameworkWeights.SettingsOf(file) ?? new RunSettings(), s_limit);
        Shape image = DataSets.Find(settings.Dataset).Image;
        // Before the data is looked for: a wrong file should not cost that.
        IReadOnlyDictionary<string, float[]> weights = FrameworkWeights.Read(file, arguments.GetValue(s_layout), settings, image);
        DataSplit data = SettingsOptions.LoadData(arguments, settings, terminal, cancel);
        using IBackend backend = DeviceOptions.Open(arguments, terminal);
        using RunFolder folder = arguments.GetValue(s_out) is { } output
            ? RunFolder.Create(output)
            : RunFolder.CreateNext("runs", settings.FolderName);
        RunResult? result = null;
        terminal.Live(show => result = ImportedRun.Write(
            folder, settings, data, weights, backend, part => show(new Text(TrainCommand.FloorText(part))), threads, cancel));
        terminal.Line($"model     {settings.ModelText}: {weights.Values.Sum(w => (long)w.Length):N0} parameters from {file}");
        terminal.Line($"device    {backend.Name}");
        terminal.Line($"run       {folder.Path}");
        terminal.Line();
        ResultReport.Print(terminal, settings, result!);
        if (arguments.GetValue(CommonOptions.Json)) terminal.Json(result!.ToJson());
        return CommandExit.Success;
    }
}
