using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Zeros, the start of every bias.</summary>
public sealed record Zeros : Initializer
{
    /// <inheritdoc/>
    public override void Fill(Span<float> values, Shape shape, ulong seed, string path) => values.Clear();
}

/// <summary>
/// Uniform in +-sqrt(6 / (fan in + fan out)) (Glorot and Bengio 2010, equation 16). Filters are [out, height, width, in] and dense
/// weights [out, in]; a filter's fans count its window, as Keras does, and are the same for a transposed convolution.
/// </summary>
public sealed record GlorotUniform : Initializer
{
    /// <inheritdoc/>
    public override void Fill(Span<float> values, Shape shape, ulong seed, string path)
    {
        long window = 1;
        for (int axis = 1; axis < shape.Rank - 1; axis++) window *= shape[axis];
        float limit = (float)Math.Sqrt(6.0 / ((shape[0] + (double)shape[^1]) * window));
        var random = new CounterRandom(seed, CounterRandom.StreamOf(path));
        for (int i = 0; i < values.Length; i++) values[i] = (2 * random.NextUniform() - 1) * limit;
    }
}
