using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using GeneratingImages.Core;
using GeneratingImages.Cpu;
using GeneratingImages.Cuda;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary>The options that commands share: the same name and meaning everywhere.</summary>
static class CommonOptions
{
    public static readonly Option<string> Dataset =
        Choice("--dataset", "The data set; digits are built in.", DataSets.All.ToDictionary(d => d.Name, d => d.Name), "digits");

    public static readonly Option<string> Data =
        Text("--data", "FOLDER", "Where the data set's files are; else $GENIMG_DATA, then the user's cache.");

    public static readonly Option<ModelKind> Model = Choice(
        "--model",
        "One dense layer each way, convolutions, or convolutions that keep what they see (to complete).",
        Names<ModelKind>(),
        "deep");

    public static readonly Option<ReconstructionTask> Task =
        Choice("--task", "Rebuild the whole image, or complete one of which --hide hides a part.", Names<ReconstructionTask>(), "rebuild");

    public static readonly Option<string> Hide = Text(
        "--hide",
        $"{string.Join('|', Occlusion.Names.Keys)}|FILE",
        "What is hidden from a completing model: a half, the centre, a random box or random pixels of each image, "
            + "or what is white in a PNG or JPEG. [default: lower]");

    public static readonly Option<int> Latent = Number<int>("--latent", "N", "How many numbers an image is squeezed into.", "32");

    public static readonly Option<int> Kernel = Number<int>("--kernel", "3|5", "The side of the convolutions' windows (deep).", "3");

    public static readonly Option<Activation> Activation = Choice(
        "--activation",
        "The activation between convolutions (deep).",
        Names<Activation>().Where(name => name.Value != Core.Activation.None).ToDictionary(),
        "relu");

    public static readonly Option<int[]> Channels = new("--channels")
    {
        HelpName = "N,N,...",
        Description = "The encoder's channels, one convolution and pooling each (deep). [default: 32,64,128,256]",
        CustomParser = ParseChannels,
    };

    public static readonly Option<int> Epochs = Number<int>("--epochs", "N", "How often every training image is seen.", "6");

    public static readonly Option<int> Batch = Number<int>("--batch", "N", "Images per training step.", "32");

    public static readonly Option<OptimizerKind> Optimizer =
        Choice("--optimizer", "How the weights follow their gradients.", Names<OptimizerKind>(), "adam");

    public static readonly Option<float> LearningRate = Number<float>("--lr", "X", "The learning rate.", "0.001");

    public static readonly Option<RateSchedule> Schedule = Choice(
        "--schedule",
        "How the rate goes over the run: the same throughout, or down half a cosine to zero.",
        Names<RateSchedule>(),
        "constant");

    public static readonly Option<float> WarmUp =
        Number<float>("--warm-up", "EPOCHS", "Epochs, or a part of one, in which the rate rises to its value.", "0");

    public static readonly Option<float> WeightDecay = Number<float>(
        "--weight-decay", "X", "What a step takes off the weights, times the learning rate: with adam this is AdamW.", "0");

    public static readonly Option<float> ClipNorm =
        Number<float>("--clip-norm", "X", "Shorten the gradients, all together, to this norm; 0 for any.", "0");

    public static readonly Option<bool> Mirror =
        new("--mirror") { Description = "Mirror training images from left to right at random." };

    public static readonly Option<int> Shift =
        Number<int>("--shift", "N", "Shift training images at random by up to N pixels each way.", "0");

    public static readonly Option<int> Patience = Number<int>(
        "--patience",
        "N",
        "End when N epochs brought no better validation loss and keep the best weights; "
            + "LFW's images to validate are then of the training part.",
        "train on");

    public static readonly Option<float> Epsilon = Number<float>("--epsilon", "X", "What the optimiser adds to its divisor.", "1e-7");

    public static readonly Option<EpsilonPlace> EpsilonPlace = Choice(
        "--epsilon-place",
        "Where Adam adds it: outside the bias correction as Keras does, or inside as in its paper.",
        new Dictionary<string, EpsilonPlace>
        {
            ["outside"] = Core.EpsilonPlace.OutsideCorrection,
            ["inside"] = Core.EpsilonPlace.InsideCorrection,
        },
        "outside");

    public static readonly Option<ulong> Seed =
        Number<ulong>("--seed", "N", "What first weights and image order derive from; the same seed, the same bits.", "1");

    public static readonly Option<int> Threads =
        Number<int>("--threads", "N", "Threads to use; the result does not depend on it.", "all processors");

    public static readonly Option<DeviceChoice> Device = Choice(
        "--device",
        $"Where to compute; auto takes a GPU if all it needs is there. Else ${DeviceOptions.Variable}.",
        Names<DeviceChoice>(),
        "auto");

    public static readonly Option<Precision> Precision = Choice(
        "--precision",
        "The arithmetic of products on a GPU: all of single precision, or what its tensor cores take.",
        Names<Precision>(),
        "fp32");

    public static readonly Option<KernelChoice> Kernels = Choice(
        "--kernels",
        "On a processor: the fastest convolutions for each shape, Winograd's among them, or direct ones only.",
        Names<KernelChoice>(),
        "fastest");

    public static readonly Option<bool> NoGraph =
        new("--no-graph") { Description = "On a GPU: launch a step's kernels one by one, not as one captured graph." };

    public static readonly Option<bool> Json =
        new("--json") { Description = "Print one JSON object on standard output, and nothing else there." };

    public static readonly Option<bool> Debug = new("--debug") { Description = "Print a stack trace with an error.", Recursive = true };

    /// <summary>What shapes a model.</summary>
    public static IEnumerable<Option> OfModel => [Model, Task, Hide, Latent, Kernel, Activation, Channels];

    /// <summary>What shapes its training, epochs aside.</summary>
    public static IEnumerable<Option> OfTraining =>
    [
        Batch, Optimizer, LearningRate, Schedule, WarmUp, WeightDecay, ClipNorm, Mirror, Shift, Patience, Epsilon, EpsilonPlace, Seed,
    ];

    /// <summary>Where it runs.</summary>
    public static IEnumerable<Option> OfDevice => [Threads, Device, Precision, Kernels];

    /// <summary><c>--limit</c>, which counts what a command says it counts.</summary>
    public static Option<int> Limit(string description, string otherwise) => Number<int>("--limit", "N", description, otherwise);

    /// <summary><c>--out</c>, whose default a command names.</summary>
    public static Option<string> Out(string description, string helpName = "FOLDER") => Text("--out", helpName, description);

    /// <summary>An option with a text.</summary>
    public static Option<string> Text(string name, string helpName, string description) =>
        new(name) { HelpName = helpName, Description = description };

    /// <summary>An option with a number; the text tells what stands if it is not given.</summary>
    public static Option<T> Number<T>(string name, string helpName, string description, string otherwise)
        where T : INumber<T> => new(name)
    {
        HelpName = helpName,
        Description = $"{description} [default: {otherwise}]",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
            if (T.TryParse(text, Plain, CultureInfo.InvariantCulture, out T? value)) return value;
            result.AddError($"{name} {text}: must be {(typeof(T) == typeof(float) ? "a number" : "a whole number in range")}");
            return T.Zero;
        },
    };

    /// <summary>The value of an option, or null if it was not given.</summary>
    public static T? Given<T>(ParseResult arguments, Option<T> option)
        where T : struct => IsGiven(arguments, option) ? arguments.GetValue(option) : null;

    /// <summary>Whether an option was given.</summary>
    public static bool IsGiven(ParseResult arguments, Option option) => arguments.GetResult(option) is { Implicit: false };

    /// <summary>An option with one of some words; the text tells what stands if it is not given.</summary>
    public static Option<T> Choice<T>(string name, string description, IReadOnlyDictionary<string, T> words, string otherwise)
    {
        var option = new Option<T>(name)
        {
            HelpName = string.Join('|', words.Keys),
            Description = $"{description} [default: {otherwise}]",
            CustomParser = result =>
            {
                string text = result.Tokens[0].Value;
                if (words.TryGetValue(text.ToLowerInvariant(), out T? value)) return value;
                result.AddError($"{name} {text}: must be {string.Join(" or ", words.Keys)}{Suggestion.For(text, words.Keys)}");
                return default!;
            },
        };
        option.CompletionSources.Add(_ => words.Keys.Select(word => new System.CommandLine.Completions.CompletionItem(word)));
        return option;
    }

    /// <summary>The values of an enumeration by the words that choose them.</summary>
    public static Dictionary<string, T> Names<T>()
        where T : struct, Enum => Enum.GetValues<T>().ToDictionary(value => value.ToString().ToLowerInvariant());

    static int[] ParseChannels(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        var channels = new List<int>();
        foreach (string part in text.Split(','))
        {
            if (int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int count))
            {
                channels.Add(count);
                continue;
            }

            result.AddError($"--channels {text}: must be whole numbers with commas between, such as 32,64,128,256");
            return [];
        }

        return [.. channels];
    }
}
