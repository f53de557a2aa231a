namespace GeneratingImages.Core;

/// <summary>
/// A tensor whose Euclidean norm is above a limit, shortened to it: x min(1, limit / |x|), for all gradients of a model at once
/// (Pascanu, Mikolov and Bengio, arXiv 1211.5063, algorithm 1).
/// </summary>
public sealed record ClipByNorm(float MaxNorm) : Op
{
    /// <inheritdoc/>
    public override int Overwrites => 0;

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        MaxNorm > 0 ? inputs[0] : throw new ShapeException($"the largest norm is {MaxNorm}, it must be above 0");
}

/// <summary>Clipping as a method of <see cref="Tensor"/>.</summary>
public static class ClipExtensions
{
    /// <summary>See <see cref="Core.ClipByNorm"/>.</summary>
    public static Tensor ClipByNorm(this Tensor x, float maxNorm) => x.Graph.Add(new ClipByNorm(maxNorm), x);
}
