namespace GeneratingImages.Core;

/// <summary>The arithmetic an operation needs by its definition, whatever algorithm computes it.</summary>
static class Work
{
    /// <summary>Floating-point operations of convolutions and matrix products, a multiply-add as two; 0 for operations bound by memory.</summary>
    public static long Flops(Op op, ReadOnlySpan<Shape> inputs, Shape output) => op switch
    {
        Conv2D => 2 * output.Count * inputs[1].WithoutFirst().Count,
        Conv2DInputGrad => 2 * inputs[0].Count * inputs[1].WithoutFirst().Count,
        Conv2DFilterGrad => 2 * inputs[1].Count * output.WithoutFirst().Count,
        MatMul product => 2 * output.Count * (product.TransposeA ? inputs[0][^2] : inputs[0][^1]),
        _ => 0,
    };
}
