using System.CommandLine;
using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary><c>genimg decode RUN CODES</c>: the pictures of codes.</summary>
sealed class DecodeCommand : RunnerCommand
{
    const string FolderName = "decoded";

    readonly Argument<string> _codes = new("CODES") { Description = "Codes as encode writes them: FILE.csv or FILE.npy." };

    readonly Option<string> _out =
        CommonOptions.Out($"Where the pictures are written. [default: folder {FolderName} beside the checkpoint]");

    public DecodeCommand(CommandContext context)
        : base(
            context,
            "decode",
            "Makes pictures of latent codes: one PNG a code, and a sheet of the first hundred.",
            "genimg decode runs/digits-deep-rebuild-32 codes.npy",
            "genimg decode runs/lfw-deep-rebuild-64 faces.csv --out pictures")
    {
        Add(RunArgument.Required);
        Add(_codes);
        Add([_out, .. CommonOptions.OfDevice, CommonOptions.Json]);
    }

    /// <inheritdoc/>
    protected override int Execute(ParseResult arguments, Terminal terminal, CancellationToken cancel)
    {
        SavedRun saved = RunArgument.Open(arguments.GetRequiredValue(RunArgument.Required), terminal);
        RunSettings settings = saved.State.Settings;
        CodeTable codes = CodeTable.Read(arguments.GetRequiredValue(_codes), settings.Latent);
        using IBackend backend = DeviceOptions.Open(arguments, terminal);
        terminal.Note($"device    {backend.Name}");
        int batch = Math.Min(codes.Count, settings.Batch);
        using CompiledPart decoder = CompiledPart.Load(saved, ModelPartKind.Decoder, backend, batch);
        string folder = arguments.GetValue(_out) ?? Path.Combine(Path.GetDirectoryName(saved.Path) ?? "", FolderName);
        IEnumerable<Bitmap> pictures = Enumerable.Range(0, (codes.Count + batch - 1) / batch).SelectMany(i => Decode(i * batch));
        DecodedFiles written = DecodedFiles.Write(folder, settings.Title, codes.Count, pictures, cancel);
        foreach (string path in written.Images.Prepend(written.Sheet)) terminal.Line(path);
        if (arguments.GetValue(CommonOptions.Json)) terminal.Json(RunnerJson.Of(written));
        return CommandExit.Success;

        Bitmap[] Decode(int first)
        {
            int count = Math.Min(batch, codes.Count - first);
            return Bitmap.ManyFromFloats(
                saved.State.Image, decoder.Run(codes.Values.AsSpan(first * codes.Width, count * codes.Width), cancel: cancel));
        }
    }
}
