using System.Globalization;
using System.Text.Json;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// What a checkpoint says about its run beside the weights: enough to rebuild the model, and to go on with the same bits.
/// </summary>
/// <param name="Settings">The run's settings.</param>
/// <param name="Image">The size of one image: [height, width, channels].</param>
/// <param name="Fingerprint">That of the data; see <see cref="DataSplit.Fingerprint"/>.</param>
/// <param name="History">The finished epochs.</param>
/// <param name="SecondsInEpoch">Training time spent in the unfinished epoch.</param>
/// <param name="MidEpoch">Whether an epoch is unfinished.</param>
public sealed record RunState(
    RunSettings Settings, Shape Image, string Fingerprint, IReadOnlyList<EpochReport> History, double SecondsInEpoch, bool MidEpoch)
{
    /// <summary>The epoch with the least validation loss, the first of equal ones; 0 before the first epoch.</summary>
    public int BestEpoch => History.MinBy(epoch => epoch.ValidationLoss)?.Epoch ?? 0;

    /// <summary>
    /// Whether training has ended: all epochs are done, or too many since the best one; see <see cref="RunSettings.Patience"/>.
    /// </summary>
    public bool IsDone => History.Count >= Settings.Epochs || (Settings.Patience > 0 && History.Count - BestEpoch >= Settings.Patience);

    /// <summary>The texts of a checkpoint's metadata.</summary>
    public IReadOnlyDictionary<string, string> ToTexts() => new Dictionary<string, string>
    {
        ["settings"] = Settings.ToJson(),
        ["image"] = string.Join(',', Image.ToArray()),
        ["fingerprint"] = Fingerprint,
        ["history"] = HistoryJson.Write(History),
        ["secondsInEpoch"] = SecondsInEpoch.ToString("R", CultureInfo.InvariantCulture),
        ["midEpoch"] = MidEpoch ? "true" : "false",
    };

    /// <summary>Reads the texts of a checkpoint's metadata.</summary>
    /// <param name="texts">The metadata.</param>
    /// <param name="path">The checkpoint's file, for errors.</param>
    /// <exception cref="UserException">A text is missing or wrong.</exception>
    public static RunState FromTexts(IReadOnlyDictionary<string, string> texts, string path)
    {
        string Text(string key) => texts.TryGetValue(key, out string? text)
            ? text
            : throw new UserException($"{path}: its metadata lacks '{key}': it was not written by a training run");
        RunSettings settings = RunSettings.FromJson(Text("settings"), path);
        try
        {
            return Checked(new RunState(
                settings,
                Shape.Of([.. Text("image").Split(',').Select(size => int.Parse(size, CultureInfo.InvariantCulture))]),
                Text("fingerprint"),
                HistoryJson.Read(Text("history")),
                double.Parse(Text("secondsInEpoch"), CultureInfo.InvariantCulture),
                bool.Parse(Text("midEpoch"))));
        }
        catch (Exception e) when (e is FormatException or OverflowException or ShapeException or JsonException)
        {
            throw new UserException($"{path}: its metadata cannot be used: {InputFile.Printable(e.Message)}", e);
        }
    }

    static RunState Checked(RunState state)
    {
        const int LargestSide = 4096;
        int[] image = state.Image.ToArray();
        if (image is not [<= LargestSide, <= LargestSide, 1 or 3])
            throw new FormatException($"image {state.Image}: [height, width, 1 or 3] with sides up to {LargestSide} was expected");
        return IsTime(state.SecondsInEpoch)
            ? state
            : throw new FormatException($"secondsInEpoch {state.SecondsInEpoch}: a time was expected");
    }

    /// <summary>Whether a value can be seconds, or images in one.</summary>
    internal static bool IsTime(double value) => value is >= 0 and < 1e15;
}
