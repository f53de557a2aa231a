namespace GeneratingImages.Core;

/// <summary>The arithmetic and the memory traffic an operation needs by its definition, whatever algorithm computes it.</summary>
static class Work
{
    /// <summary>
    /// Floating-point operations of convolutions and matrix products, a multiply-add as two; 0 for operations bound by memory.
    /// </summary>
    public static long Flops(Op op, ReadOnlySpan<Shape> inputs, Shape output) => op switch
    {
        Conv2D conv => 2 * (conv with { Pool = false }).Infer(inputs).Count * inputs[1].WithoutFirst().Count,
        Conv2DInputGrad => 2 * inputs[0].Count * inputs[1].WithoutFirst().Count,
        Conv2DFilterGrad => 2 * inputs[1].Count * output.WithoutFirst().Count,
        MatMul product => 2 * output.Count * (product.TransposeA ? inputs[0][^2] : inputs[0][^1]),
        _ => 0,
    };

    /// <summary>
    /// Bytes that must move if every input is read once and every result written once; of what an operation changes in place both,
    /// and of a data set only the images of the batch.
    /// </summary>
    public static long Bytes(Op op, ReadOnlySpan<TensorType> inputs, TensorType output, TensorType? side)
    {
        long bytes = output.Bytes + (side?.Bytes ?? 0);
        if (op is GatherImages) return bytes + output.Shape.Count;
        foreach (TensorType input in inputs) bytes += input.Bytes;
        foreach (int changed in op.Mutates) bytes += inputs[changed].Bytes;
        return op is Pack ? 0 : bytes;
    }
}
