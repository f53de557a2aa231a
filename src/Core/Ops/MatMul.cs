namespace GeneratingImages.Core;

/// <summary>
/// Matrix product over the last two axes, [..,M,K] times [..,K,N]; either side may be stored transposed. Leading axes, if any,
/// are batches and must be equal.
/// </summary>
public sealed record MatMul(bool TransposeA = false, bool TransposeB = false, Epilogue Epilogue = default) : Op
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        (Shape a, Shape b) = (inputs[0], inputs[1]);
        if (a.Rank < 2 || a.Rank != b.Rank) throw new ShapeException($"{a} and {b} given, both need the same rank of at least 2");
        for (int i = 0; i < a.Rank - 2; i++)
            if (a[i] != b[i]) throw new ShapeException($"batch sizes of {a} and {b} differ");
        (int m, int k) = TransposeA ? (a[^1], a[^2]) : (a[^2], a[^1]);
        (int k2, int n) = TransposeB ? (b[^1], b[^2]) : (b[^2], b[^1]);
        if (k != k2)
            throw new ShapeException(
                $"inner sizes differ: {a}{(TransposeA ? " transposed" : "")} gives {k}, "
                    + $"{b}{(TransposeB ? " transposed" : "")} gives {k2}");
        ConvShapes.CheckBias(Epilogue, inputs, n);
        int[] sizes = a.ToArray();
        (sizes[^2], sizes[^1]) = (m, n);
        return Shape.Of(sizes);
    }

    /// <inheritdoc/>
    public override void Backward(Backprop b)
    {
        b.RequireNo(Epilogue);
        (Tensor x, Tensor w, Tensor d) = (b.Input(0), b.Input(1), b.Grad);
        if (b.Needs(0)) b.Give(0, TransposeA ? w.MatMul(d, TransposeB, true) : d.MatMul(w, false, !TransposeB));
        if (b.Needs(1)) b.Give(1, TransposeB ? d.MatMul(x, true, TransposeA) : x.MatMul(d, !TransposeA, false));
    }
}

/// <summary>The matrix product as a method of <see cref="Tensor"/>.</summary>
public static class MatMulExtensions
{
    /// <summary>See <see cref="Core.MatMul"/>.</summary>
    public static Tensor MatMul(this Tensor a, Tensor b, bool transposeA = false, bool transposeB = false) =>
        a.Graph.Add(new MatMul(transposeA, transposeB), a, b);
}
