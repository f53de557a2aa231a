using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Peer;

/// <summary>What every contender starts from: the same generated images and weights, in this project's layouts.</summary>
sealed class StartData
{
    /// <summary>Draws both; they depend on the cell's shapes alone.</summary>
    public StartData(Cell cell)
    {
        Pixels = new byte[checked(cell.Batch * (int)cell.Image.Count)];
        var random = new CounterRandom(1, CounterRandom.StreamOf("peer/images"));
        for (int i = 0; i < Pixels.Length; i++) Pixels[i] = (byte)random.Next();
        using var parameters = new Parameters(1);
        cell.Settings.BuildModel(cell.Image).Apply(new Graph().Add(new Input("images", cell.Image.Batch(1))), new Scope(parameters));
        Weights = [.. parameters.All.Select(p => new Weight(p.Path, p.Shape, Draw(p)))];
    }

    /// <summary>One batch of images, bytes [N,H,W,C].</summary>
    public byte[] Pixels { get; }

    /// <summary>The parameters in this project's order and layouts.</summary>
    public IReadOnlyList<Weight> Weights { get; }

    /// <summary>The images as floats in [0, 1].</summary>
    public float[] Floats() => [.. Pixels.Select(p => p / 255f)];

    // He's uniform bound keeps the activations' scale; biases are not zero, so that one added in the wrong place shows.
    static float[] Draw(Parameter p)
    {
        bool transposed = p.Path.Contains("/deconv", StringComparison.Ordinal);
        long fanIn = p.Shape.Rank == 4 && transposed ? p.Shape.Count / p.Shape[^1] : p.Shape.Count / p.Shape[0];
        float bound = p.Shape.Rank == 1 ? 0.1f : MathF.Sqrt(3f / fanIn);
        var random = new CounterRandom(1, CounterRandom.StreamOf(p.Path));
        var values = new float[p.Shape.Count];
        for (int i = 0; i < values.Length; i++) values[i] = bound * (2 * random.NextUniform() - 1);
        return values;
    }
}

/// <summary>A parameter: conv [filters,k,k,C], transposed conv [C,k,k,filters], dense [units,in] over H,W,C, bias [units].</summary>
sealed record Weight(string Path, Shape Shape, float[] Values);
