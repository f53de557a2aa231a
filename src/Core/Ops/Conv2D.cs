namespace GeneratingImages.Core;

/// <summary>What a kernel does to each result before storing it: add a bias along the last axis, then activate.</summary>
public readonly record struct Epilogue(bool Bias = false, Activation Activation = Activation.None);

/// <summary>
/// Cross-correlation of images [N,H,W,C] with filters [O,kh,kw,C], zero-padded equally on all four sides: [N,OH,OW,O] with
/// OH = floor((H + 2 padding - kh) / stride) + 1. It is bilinear and its two gradients are the other two operations of this file, as
/// are theirs: the three are closed under differentiation.
/// </summary>
/// <param name="Stride">The distance between windows.</param>
/// <param name="Padding">Rows and columns of zeros on each side.</param>
/// <param name="Epilogue">What follows in the same pass.</param>
/// <param name="Pool">
/// Whether of the results, as the epilogue leaves them, only the largest of each 2x2 window is kept, as <see cref="MaxPool2D"/> does:
/// [N,OH/2,OW/2,O]. The side output then says which one it was, for <see cref="MaxUnpool2D"/>. Set by fusion.
/// </param>
/// <param name="Back">
/// The activation, if any, whose gradient the results go through, as by <see cref="ActivateGrad"/>: a third input is that activation's
/// output, and the side output the bias gradient. Set by fusion, instead of an epilogue.
/// </param>
public sealed record Conv2D(
    int Stride, int Padding, Epilogue Epilogue = default, bool Pool = false, Activation Back = Activation.None) : Op
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        (Shape x, Shape f) = ConvShapes.Check(inputs[0], inputs[1], Stride, Padding);
        if (x[3] != f[3]) throw new ShapeException($"image {x} has {x[3]} channels, filters {f} expect {f[3]}");
        ConvShapes.CheckBias(Epilogue, inputs, f[0]);
        Shape results = Shape.Of(x[0], ConvShapes.Out(x[1], f[1], Stride, Padding), ConvShapes.Out(x[2], f[2], Stride, Padding), f[0]);
        ConvShapes.CheckBack(Back, inputs, results);
        if (!Pool) return results;
        Shape pooled = new MaxPool2D(2).Infer([results]);
        MaxUnpool2D.Codes(pooled);
        return pooled;
    }

    /// <inheritdoc/>
    public override TensorType? Side(ReadOnlySpan<Shape> inputs) =>
        Pool ? new(MaxUnpool2D.Codes(Infer(inputs)), ElementType.UInt8)
        : Back != Activation.None ? new(Shape.Of(inputs[1][0]), ElementType.Float32)
        : null;

    /// <inheritdoc/>
    public override void Backward(Backprop b)
    {
        b.RequireNo(Epilogue, Pool, Back);
        (Tensor x, Tensor f) = (b.Input(0), b.Input(1));
        if (b.Needs(0)) b.Give(0, b.Grad.Conv2DInputGrad(f, x.Shape[1], x.Shape[2], Stride, Padding));
        if (b.Needs(1)) b.Give(1, x.Conv2DFilterGrad(b.Grad, f.Shape[1], f.Shape[2], Stride, Padding));
    }
}

/// <summary>
/// The gradient of <see cref="Conv2D"/> with respect to its images, which is the transposed convolution: images [N,OH,OW,O] with
/// filters [O,kh,kw,C] give [N,H,W,C]. With a stride several sizes fit, so height and width are named.
/// </summary>
/// <param name="Height">Rows of the result.</param>
/// <param name="Width">Columns of the result.</param>
/// <param name="Stride">The distance between windows.</param>
/// <param name="Padding">Rows and columns of zeros on each side of the result.</param>
/// <param name="Epilogue">What follows in the same pass.</param>
/// <param name="Back">See <see cref="Conv2D"/>.</param>
public sealed record Conv2DInputGrad(
    int Height, int Width, int Stride, int Padding, Epilogue Epilogue = default, Activation Back = Activation.None) : Op
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        (Shape y, Shape f) = ConvShapes.Rank4(inputs[0], inputs[1]);
        if (y[3] != f[0]) throw new ShapeException($"image {y} has {y[3]} channels, filters {f} take {f[0]}");
        ConvShapes.Check(Shape.Of(y[0], Height, Width, f[3]), f, Stride, Padding);
        int height = ConvShapes.Out(Height, f[1], Stride, Padding), width = ConvShapes.Out(Width, f[2], Stride, Padding);
        if (y[1] != height || y[2] != width)
            throw new ShapeException(
                $"image {y} cannot come from {Height}x{Width} by filters {f}, stride {Stride}, padding {Padding}: "
                    + $"that gives {height}x{width}");
        ConvShapes.CheckBias(Epilogue, inputs, f[3]);
        Shape results = Shape.Of(y[0], Height, Width, f[3]);
        ConvShapes.CheckBack(Back, inputs, results);
        return results;
    }

    /// <inheritdoc/>
    public override TensorType? Side(ReadOnlySpan<Shape> inputs) =>
        Back != Activation.None ? new(Shape.Of(inputs[1][3]), ElementType.Float32) : null;

    /// <inheritdoc/>
    public override void Backward(Backprop b)
    {
        b.RequireNo(Epilogue, back: Back);
        (Tensor y, Tensor f) = (b.Input(0), b.Input(1));
        if (b.Needs(0)) b.Give(0, b.Grad.Conv2D(f, Stride, Padding));
        if (b.Needs(1)) b.Give(1, b.Grad.Conv2DFilterGrad(y, f.Shape[1], f.Shape[2], Stride, Padding));
    }
}

/// <summary>
/// The gradient of <see cref="Conv2D"/> with respect to its filters: images [N,H,W,C] and gradients [N,OH,OW,O] give [O,kh,kw,C].
/// </summary>
public sealed record Conv2DFilterGrad(int KernelHeight, int KernelWidth, int Stride, int Padding) : Op
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        (Shape x, Shape y) = ConvShapes.Rank4(inputs[0], inputs[1]);
        Shape f = Shape.Of(y[3], KernelHeight, KernelWidth, x[3]);
        ConvShapes.Check(x, f, Stride, Padding);
        Shape fits = Shape.Of(x[0], ConvShapes.Out(x[1], f[1], Stride, Padding), ConvShapes.Out(x[2], f[2], Stride, Padding), y[3]);
        return fits == y ? f : throw new ShapeException($"image {x} with filters {f} gives {fits}, the gradient is {y}");
    }

    /// <inheritdoc/>
    public override void Backward(Backprop b)
    {
        (Tensor x, Tensor y) = (b.Input(0), b.Input(1));
        if (b.Needs(0)) b.Give(0, y.Conv2DInputGrad(b.Grad, x.Shape[1], x.Shape[2], Stride, Padding));
        if (b.Needs(1)) b.Give(1, x.Conv2D(b.Grad, Stride, Padding));
    }
}

/// <summary>The convolutions as methods of <see cref="Tensor"/>.</summary>
public static class ConvExtensions
{
    /// <summary>See <see cref="Core.Conv2D"/>.</summary>
    public static Tensor Conv2D(this Tensor images, Tensor filters, int stride, int padding) =>
        images.Graph.Add(new Conv2D(stride, padding), images, filters);

    /// <summary>See <see cref="Core.Conv2DInputGrad"/>.</summary>
    public static Tensor Conv2DInputGrad(this Tensor images, Tensor filters, int height, int width, int stride, int padding) =>
        images.Graph.Add(new Conv2DInputGrad(height, width, stride, padding), images, filters);

    /// <summary>See <see cref="Core.Conv2DFilterGrad"/>.</summary>
    public static Tensor Conv2DFilterGrad(
        this Tensor images, Tensor gradients, int kernelHeight, int kernelWidth, int stride, int padding) =>
        images.Graph.Add(new Conv2DFilterGrad(kernelHeight, kernelWidth, stride, padding), images, gradients);
}

static class ConvShapes
{
    public static int Out(int size, int kernel, int stride, int padding) => (size + 2 * padding - kernel) / stride + 1;

    public static (Shape, Shape) Rank4(Shape first, Shape second) =>
        first.Rank == 4 && second.Rank == 4
            ? (first, second)
            : throw new ShapeException($"{first} and {second} given, both must have four axes");

    public static (Shape Image, Shape Filters) Check(Shape x, Shape f, int stride, int padding)
    {
        Rank4(x, f);
        if (stride < 1 || padding < 0)
            throw new ShapeException($"stride {stride} and padding {padding}: stride must be at least 1, padding at least 0");
        if (padding >= f[1] || padding >= f[2]) throw new ShapeException($"padding {padding} must be below the filters' {f[1]}x{f[2]}");
        if (x[1] + 2 * padding < f[1] || x[2] + 2 * padding < f[2])
            throw new ShapeException($"image {x} with padding {padding} is smaller than filters {f}");
        return (x, f);
    }

    public static void CheckBias(Epilogue epilogue, ReadOnlySpan<Shape> inputs, int channels)
    {
        if (epilogue.Bias && inputs[2] != Shape.Of(channels))
            throw new ShapeException($"bias {inputs[2]} does not fit {channels} output channels");
    }

    public static void CheckBack(Activation back, ReadOnlySpan<Shape> inputs, Shape results)
    {
        if (back != Activation.None && inputs[2] != results)
            throw new ShapeException($"activation's output {inputs[2]} and its gradient {results} differ");
    }
}
