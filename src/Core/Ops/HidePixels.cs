namespace GeneratingImages.Core;

/// <summary>
/// Sets pixels of images [N,H,W,C] to zero by masks of bytes [M,H,W], 0 where a pixel is hidden and anything else where it is seen: image
/// b takes mask number which[cursor + b]. With <paramref name="Seen"/> the other pixels, those seen, are set to zero instead. Masks,
/// numbers (Int32) and cursor live on the device, so that one compiled step serves a whole epoch.
/// </summary>
public sealed record HidePixels(bool Seen = false) : Op
{
    /// <inheritdoc/>
    public override int Overwrites => 0;

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        (Shape x, Shape masks, Shape which, Shape cursor) = (inputs[0], inputs[1], inputs[2], inputs[3]);
        if (x.Rank != 4) throw new ShapeException($"image {x} must have four axes");
        if (masks.Rank != 3 || masks[1] != x[1] || masks[2] != x[2]) throw new ShapeException($"masks {masks} do not fit image {x}");
        if (which.Rank != 1 || cursor != Shape.Scalar)
            throw new ShapeException($"mask numbers {which} must have one axis, and the cursor {cursor} none");
        return x[0] <= which[0] ? x : throw new ShapeException($"a batch of {x[0]} out of {which[0]} mask numbers");
    }

    /// <inheritdoc/>
    public override void Backward(Backprop b) => b.Give(0, b.Grad.HidePixels(b.Input(1), b.Input(2), b.Input(3), Seen));
}

/// <summary>Occlusion as a method of <see cref="Tensor"/>.</summary>
public static class HidePixelsExtensions
{
    /// <summary>See <see cref="Core.HidePixels"/>.</summary>
    public static Tensor HidePixels(this Tensor images, Tensor masks, Tensor which, Tensor cursor, bool seen = false) =>
        images.Graph.Add(new HidePixels(seen), images, masks, which, cursor);
}
