using System.CommandLine;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary>The formats that a model leaves in.</summary>
enum ExportFormat
{
    /// <summary>Operations and weights.</summary>
    Onnx,

    /// <summary>Weights alone.</summary>
    Safetensors,
}

/// <summary><c>genimg export RUN</c>: a run's model for other programs.</summary>
sealed class ExportCommand : RunnerCommand
{
    const string AllParts = "all", FolderName = "exported";

    static readonly Option<ExportFormat> s_format =
        CommonOptions.Choice("--format", "Operations and weights, or weights alone.", CommonOptions.Names<ExportFormat>(), "onnx");

    static readonly Option<string> s_part = CommonOptions.Choice(
        "--part",
        "Which part of the model (onnx).",
        CommonOptions.Names<ModelPartKind>().Keys.Append(AllParts).ToDictionary(w => w),
        AllParts);

    static readonly Option<WeightLayout> s_layout = CommonOptions.Choice(
        "--layout", "Whose names and orders of axes (safetensors).", CommonOptions.Names<WeightLayout>(), "none; must be given");

    static readonly Option<string> s_out =
        CommonOptions.Out($"Where the files are written. [default: folder {FolderName} beside the checkpoint]");

    static readonly Option<bool> s_force = new("--force") { Description = "Replace files that are there." };

    public ExportCommand(CommandContext context)
        : base(
            context,
            "export",
            "Writes a run's model for other programs: as ONNX, or its weights as PyTorch or Keras models load them.",
            "genimg export runs/digits-deep-rebuild-32",
            "genimg export runs/digits-deep-rebuild-32 --part encoder --out deploy --force",
            "genimg export runs/mnist-basic-complete-64 --format safetensors --layout pytorch")
    {
        Add(RunArgument.Required);
        Add([s_format, s_part, s_layout, s_out, s_force, CommonOptions.Json]);
    }

    /// <inheritdoc/>
    protected override int Execute(ParseResult arguments, Terminal terminal, CancellationToken cancel)
    {
        bool onnx = arguments.GetValue(s_format) == ExportFormat.Onnx;
        if (!onnx && CommonOptions.IsGiven(arguments, s_part))
            throw new UserException("--part: safetensors holds the weights of the whole model: leave it away");
        if (onnx && CommonOptions.IsGiven(arguments, s_layout))
            throw new UserException("--layout: chooses among layouts of weights: use it with --format safetensors");
        if (!onnx && !CommonOptions.IsGiven(arguments, s_layout))
            throw new UserException("--format safetensors: needs --layout pytorch or --layout keras");
        SavedRun saved = RunArgument.Open(arguments.GetRequiredValue(RunArgument.Required), terminal);
        string folder = arguments.GetValue(s_out) ?? Path.Combine(Path.GetDirectoryName(saved.Path) ?? "", FolderName);
        bool force = arguments.GetValue(s_force);
        IReadOnlyList<ExportedFile> files = onnx
            ? RunExport.WriteOnnx(saved, Parts(arguments, saved), folder, force)
            : [RunExport.WriteWeights(saved, arguments.GetValue(s_layout), folder, force)];
        int width = files.Max(file => file.What.Length);
        foreach (ExportedFile file in files) terminal.Line($"{file.What.PadRight(width)}  {file.Path}");
        if (onnx && Parts(arguments, saved) is [ModelPartKind.Encoder, ModelPartKind.Whole])
            terminal.Note("no decoder: this model's takes what is seen of the image beside the code");
        if (arguments.GetValue(CommonOptions.Json)) terminal.Json(RunnerJson.Of(new ExportedModel(saved.State.Settings.Title, files)));
        return CommandExit.Success;
    }

    static IReadOnlyList<ModelPartKind> Parts(ParseResult arguments, SavedRun saved) =>
        CommonOptions.Names<ModelPartKind>().TryGetValue(arguments.GetValue(s_part) ?? AllParts, out ModelPartKind part)
            ? [part]
            : ModelPart.KindsOf(saved.State);
}
