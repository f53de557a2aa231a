using System.Text.Json;
using System.Text.Json.Serialization;

namespace GeneratingImages.Peer;

/// <summary>What was measured of a cell with two sides in turns, a value a round.</summary>
/// <param name="Form">libtorch's best form; empty for the usual one.</param>
/// <param name="Ours">This project.</param>
/// <param name="Theirs">libtorch.</param>
/// <param name="LibTorch">libtorch's version.</param>
sealed record PairTimes(string Form, List<Times> Ours, List<Times> Theirs, string LibTorch)
{
    /// <summary>Our median step in milliseconds.</summary>
    [JsonIgnore]
    public double OurMedian => Middle(Ours.Select(t => t.Wall));

    /// <summary>Their median step in milliseconds.</summary>
    [JsonIgnore]
    public double TheirMedian => Middle(Theirs.Select(t => t.Wall));

    /// <summary>The median over the rounds of our wall time over theirs in the same round.</summary>
    [JsonIgnore]
    public double Ratio => Middle(Ours.Zip(Theirs, (a, b) => a.Wall / b.Wall));

    /// <summary>The same of processor time.</summary>
    [JsonIgnore]
    public double CpuRatio => Middle(Ours.Zip(Theirs, (a, b) => a.Cpu / b.Cpu));

    /// <summary>The times as JSON on one line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, PeerJson.Default.PairTimes);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static PairTimes FromJson(string json) => JsonSerializer.Deserialize(json, PeerJson.Default.PairTimes)!;

    static double Middle(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

[JsonSerializable(typeof(PairTimes))]
sealed partial class PeerJson : JsonSerializerContext;
