using System.CommandLine;
using System.Globalization;
using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary><c>genimg walk RUN A B</c>: a strip of pictures between two images.</summary>
sealed class WalkCommand : RunnerCommand
{
    const int DefaultSteps = 10, MostSteps = 100;
    const string FileName = "walk.png";

    readonly Argument<string> _from = new("A")
    {
        Description = "Where the walk begins: a PNG or JPEG file, or the number of a test image, from 0.",
    };

    readonly Argument<string> _to = new("B") { Description = "Where it ends; likewise." };

    readonly Option<int> _steps = CommonOptions.Number<int>("--steps", "N", "Pictures, both ends included.", $"{DefaultSteps}");

    readonly Option<string> _out = CommonOptions.Out($"The picture. [default: {FileName} beside the checkpoint]", "FILE.png");

    public WalkCommand(CommandContext context)
        : base(
            context,
            "walk",
            "Draws pictures decoded from codes on the straight line between the codes of two images; "
                + "above them the images mixed pixel by pixel.",
            "genimg walk runs/digits-deep-rebuild-32 0 7",
            "genimg walk runs/lfw-deep-rebuild-64 me.jpg you.png --steps 8 --out between.png")
    {
        Add(RunArgument.Required);
        Add(_from);
        Add(_to);
        Add([_steps, _out, CommonOptions.Data, .. CommonOptions.OfDevice, CommonOptions.Json]);
    }

    /// <inheritdoc/>
    protected override int Execute(ParseResult arguments, Terminal terminal, CancellationToken cancel)
    {
        int steps = CommonOptions.Given(arguments, _steps) ?? DefaultSteps;
        if (steps is < 2 or > MostSteps) throw new UserException($"--steps {steps}: must be 2 to {MostSteps}");
        SavedRun saved = RunArgument.Open(arguments.GetRequiredValue(RunArgument.Required), terminal);
        (string from, string to) = (arguments.GetRequiredValue(_from), arguments.GetRequiredValue(_to));
        ImageSet? test = IsNumber(from) || IsNumber(to) ? TestImages.Load(arguments, saved, terminal, cancel) : null;
        ImageSet pair = new(saved.State.Image, (byte[])[.. Pixels(from, saved, test), .. Pixels(to, saved, test)]);
        using IBackend backend = DeviceOptions.Open(arguments, terminal);
        string path = arguments.GetValue(_out) ?? Path.Combine(Path.GetDirectoryName(saved.Path) ?? "", FileName);
        string title = $"{saved.State.Settings.Title}: from {Shown(from)} to {Shown(to)}";
        cancel.ThrowIfCancellationRequested();
        LatentWalk.Between(saved, pair, (Number(from, 0), Number(to, 1)), steps, backend).Write(path, title);
        terminal.Line(path);
        if (arguments.GetValue(CommonOptions.Json))
            terminal.Json(RunnerJson.Of(new WalkPicture(saved.State.Settings.Title, from, to, steps, path)));
        return CommandExit.Success;
    }

    // A file whose name is a number can be named ./7.
    static bool IsNumber(string word) => word.All(char.IsAsciiDigit);

    // Own images are counted as encode counts them.
    static int Number(string word, int place) => IsNumber(word) ? int.Parse(word, CultureInfo.InvariantCulture) : place;

    static string Shown(string word) => IsNumber(word) ? $"test image {word}" : Path.GetFileName(word);

    static byte[] Pixels(string word, SavedRun saved, ImageSet? test)
    {
        if (!IsNumber(word)) return OwnImages.Read([word], saved.State.Image).Pixels.ToArray();
        return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < test!.Count
            ? test[index].ToArray()
            : throw new UserException(
                $"{word}: there are {test!.Count} test images, numbered from 0; a file of that name is meant by ./{word}");
    }
}
