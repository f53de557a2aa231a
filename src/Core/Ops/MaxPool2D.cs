namespace GeneratingImages.Core;

/// <summary>
/// The largest value of each Size x Size window of images [N,H,W,C]; windows do not overlap, rows and columns left over are dropped.
/// </summary>
public sealed record MaxPool2D(int Size) : Op
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        Shape x = inputs[0];
        if (x.Rank != 4) throw new ShapeException($"image {x} must have four axes");
        if (Size < 1 || x[1] < Size || x[2] < Size) throw new ShapeException($"image {x} is smaller than one {Size}x{Size} window");
        return Shape.Of(x[0], x[1] / Size, x[2] / Size, x[3]);
    }

    /// <inheritdoc/>
    public override void Backward(Backprop b) =>
        b.Give(0, b.Grad.Graph.Add(new MaxPool2DGrad(Size), b.Input(0), b.Output, b.Grad));
}

/// <summary>
/// The gradient of <see cref="MaxPool2D"/> from its input, its output and the output's gradient: each window's gradient goes to the
/// first element, row by row, that equals the maximum; all others get 0.
/// </summary>
public sealed record MaxPool2DGrad(int Size) : Op
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        Shape pooled = new MaxPool2D(Size).Infer(inputs[..1]);
        return inputs[1] == pooled && inputs[2] == pooled
            ? inputs[0]
            : throw new ShapeException($"image {inputs[0]} pools to {pooled}, the output is {inputs[1]} and its gradient {inputs[2]}");
    }
}

/// <summary>
/// The gradient of a pooling by 2x2 from the output's gradient [N,H/2,W/2,C] and codes [N,H/2,W/2,C/4], which hold two bits for each
/// maximum, those of four adjacent channels in a byte, the first in its lowest bits: row by row, which of its window's elements it was.
/// Each gradient goes there; all other elements get 0. The fusion pass makes it of <see cref="MaxPool2DGrad"/>.
/// </summary>
public sealed record MaxUnpool2D(int Height, int Width) : Op
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        Shape codes = Codes(inputs[0]), g = inputs[0];
        if (inputs[1] != codes) throw new ShapeException($"gradient {g} has codes {codes}, {inputs[1]} given");
        if (g[1] != Height / 2 || g[2] != Width / 2)
            throw new ShapeException($"gradient {g} cannot come from {Height}x{Width} by 2x2: that gives {Height / 2}x{Width / 2}");
        return Shape.Of(g[0], Height, Width, g[3]);
    }

    /// <summary>The shape of the codes of pooled images.</summary>
    /// <exception cref="ShapeException">The channels do not fill whole bytes.</exception>
    public static Shape Codes(Shape pooled)
    {
        if (pooled.Rank != 4) throw new ShapeException($"image {pooled} must have four axes");
        if (pooled[3] % 4 != 0) throw new ShapeException($"the {pooled[3]} channels of image {pooled} do not fill bytes of four codes");
        return Shape.Of(pooled[0], pooled[1], pooled[2], pooled[3] / 4);
    }
}

/// <summary>Pooling as a method of <see cref="Tensor"/>.</summary>
public static class MaxPool2DExtensions
{
    /// <summary>See <see cref="Core.MaxPool2D"/>.</summary>
    public static Tensor MaxPool2D(this Tensor images, int size) => images.Graph.Add(new MaxPool2D(size), images);
}
