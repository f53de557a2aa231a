using System.Text.Json;
using System.Text.Json.Serialization;

namespace GeneratingImages.Peer;

/// <summary>What was measured of a cell, in milliseconds a step.</summary>
/// <param name="Form">libtorch's best form.</param>
/// <param name="Turn">Steps a turn, by side.</param>
/// <param name="Rounds">A value a round, by side.</param>
/// <param name="LibTorch">libtorch's version.</param>
sealed record CellTimes(string Form, int[] Turn, List<Times>[] Rounds, string LibTorch)
{
    /// <summary>The median step of a side.</summary>
    public double Median(Side side) => Middle(Rounds[(int)side].Select(t => t.Wall));

    /// <summary>The median over the rounds of our wall time over the other side's in the same round.</summary>
    public double Ratio(Side other) => Middle(Pairs(other).Select(p => p.First.Wall / p.Second.Wall));

    /// <summary>The same of processor time.</summary>
    public double CpuRatio(Side other) => Middle(Pairs(other).Select(p => p.First.Cpu / p.Second.Cpu));

    /// <summary>The times as JSON on one line.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, PeerJson.Default.CellTimes);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static CellTimes FromJson(string json) => JsonSerializer.Deserialize(json, PeerJson.Default.CellTimes)!;

    IEnumerable<(Times First, Times Second)> Pairs(Side other) => Rounds[(int)Side.Ours].Zip(Rounds[(int)other]);

    static double Middle(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

[JsonSerializable(typeof(CellTimes))]
sealed partial class PeerJson : JsonSerializerContext;
