namespace GeneratingImages.Core;

/// <summary>The largest value of each Size x Size window of images [N,H,W,C]; windows do not overlap, rows and columns left over are dropped.</summary>
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

/// <summary>Pooling as a method of <see cref="Tensor"/>.</summary>
public static class MaxPool2DExtensions
{
    /// <summary>See <see cref="Core.MaxPool2D"/>.</summary>
    public static Tensor MaxPool2D(this Tensor images, int size) => images.Graph.Add(new MaxPool2D(size), images);
}
