namespace GeneratingImages.Core;

/// <summary>
/// Reads a batch of images out of stored bytes [N,H,W,C]: image b is number order[cursor + b], its bytes divided by 255. The cursor
/// lives on the device, so that one compiled step serves a whole epoch.
/// </summary>
public sealed record GatherImages(int Batch) : Op
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        (Shape pixels, Shape order, Shape cursor) = (inputs[0], inputs[1], inputs[2]);
        if (pixels.Rank != 4) throw new ShapeException($"pixels {pixels} must have four axes");
        if (order.Rank != 1) throw new ShapeException($"order {order} must have one axis");
        if (cursor != Shape.Scalar) throw new ShapeException($"cursor {cursor} must be a scalar");
        return Batch >= 1 && Batch <= order[0]
            ? pixels.WithFirst(Batch)
            : throw new ShapeException($"a batch of {Batch} out of {order[0]} images");
    }
}
