using System.Text;
using System.Text.Json;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Finished epochs as a JSON array.</summary>
static class HistoryJson
{
    /// <summary>The epochs as text.</summary>
    public static string Write(IReadOnlyList<EpochReport> history) =>
        JsonSerializer.Serialize(history, RunJson.Default.IReadOnlyListEpochReport);

    /// <summary>
    /// Reads epochs, entry by entry, so that the first one that cannot be ends the reading: a short text of empty entries would otherwise
    /// become a long list.
    /// </summary>
    /// <exception cref="JsonException">It is no array of epochs.</exception>
    /// <exception cref="FormatException">An entry is not the epoch it must be, or holds a value that is no loss or time.</exception>
    public static IReadOnlyList<EpochReport> Read(string json)
    {
        byte[] text = Encoding.UTF8.GetBytes(json);
        JsonSyntax.Check(text);
        var reader = new Utf8JsonReader(text);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray) throw new JsonException("the history is no array of epochs");
        var history = new List<EpochReport>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            history.Add(Checked(JsonSerializer.Deserialize(ref reader, RunJson.Default.EpochReport), history.Count + 1));
        return history;
    }

    // The reader of JSON takes null for an entry and 1e400 for infinity, so what it gives is not yet an epoch.
    static EpochReport Checked(EpochReport? entry, int number)
    {
        if (entry is null || entry.Epoch != number)
            throw new FormatException($"entry {number} of the history is {(entry is null ? "empty" : $"epoch {entry.Epoch}")}: "
                + "the epochs from 1 on were expected");
        return double.IsFinite(entry.TrainingLoss) && double.IsFinite(entry.ValidationLoss)
            && RunState.IsTime(entry.Seconds) && RunState.IsTime(entry.ImagesPerSecond)
            ? entry
            : throw new FormatException($"epoch {number} of the history has values that are no losses or times");
    }
}
