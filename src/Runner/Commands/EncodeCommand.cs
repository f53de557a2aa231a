using System.CommandLine;
using System.Globalization;
using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary><c>genimg encode RUN [IMAGE...]</c>: the codes of images.</summary>
sealed class EncodeCommand : RunnerCommand
{
    readonly Argument<string[]> _images = new("IMAGE")
    {
        Description = "PNG or JPEG files of any size, cut and scaled to the model's; none for test images of the run's data set.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    readonly Option<int> _limit = CommonOptions.Limit("How many test images to take where no IMAGE is given.", "all");

    readonly Option<string> _out =
        CommonOptions.Out("Where the codes are written; without it they are printed as CSV.", "FILE.csv|FILE.npy");

    public EncodeCommand(CommandContext context)
        : base(
            context,
            "encode",
            "Gives the latent codes of images: one line of numbers an image, as CSV or as a NumPy array.",
            "genimg encode runs/digits-deep-rebuild-32 --out codes.npy",
            "genimg encode runs/digits-deep-rebuild-32 --limit 3",
            "genimg encode runs/lfw-deep-rebuild-64 me.jpg you.png --out faces.csv")
    {
        Add(RunArgument.Required);
        Add(_images);
        Add([_limit, _out, CommonOptions.Data, .. CommonOptions.OfDevice, CommonOptions.Json]);
    }

    /// <inheritdoc/>
    protected override int Execute(ParseResult arguments, Terminal terminal, CancellationToken cancel)
    {
        string[] files = arguments.GetValue(_images) ?? [];
        int? limit = TestImages.Limit(arguments, _limit, files);
        string? path = arguments.GetValue(_out);
        if (path is not null) CodeTable.CheckEnding(path);
        string run = arguments.GetRequiredValue(RunArgument.Required);
        SavedRun saved = RunArgument.Open(run, terminal);
        ImageSet images = files.Length > 0
            ? OwnImages.Read(files, saved.State.Image)
            : TestImages.Load(arguments, saved, terminal, cancel, limit);
        IReadOnlyList<string> names = files.Length > 0
            ? files
            : [.. Enumerable.Range(0, images.Count).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        using IBackend backend = DeviceOptions.Open(arguments, terminal);
        using CompiledPart encoder = CompiledPart.Load(
            saved, ModelPartKind.Encoder, backend, Math.Min(images.Count, saved.State.Settings.Batch));
        var codes = new CodeTable(saved.State.Settings.Latent, encoder.Run(images, cancel: cancel), names);
        int bad = Array.FindIndex(codes.Values, value => !float.IsFinite(value));
        if (bad >= 0)
            throw new TrainingException(
                $"{run}: the code of image {names[bad / codes.Width]} is {codes.Values[bad]}: the run's weights are "
                + "spoilt; train it anew with a smaller --lr");
        bool json = arguments.GetValue(CommonOptions.Json);
        if (path is not null)
        {
            codes.Write(path);
            terminal.Line($"{codes.Count} codes of {codes.Width} numbers  {path}");
        }
        else if (!json)
        {
            terminal.Line(codes.ToCsv().TrimEnd('\n'));
        }

        if (json) terminal.Json(RunnerJson.Of(Describe(saved, codes, path)));
        return CommandExit.Success;
    }

    static EncodedImages Describe(SavedRun saved, CodeTable codes, string? path) => new(
        saved.State.Settings.Title,
        codes.Width,
        codes.Count,
        path,
        path is null ? [.. Enumerable.Range(0, codes.Count).Select(i => new EncodedImage(codes.Names![i], codes[i].ToArray()))] : null);
}
