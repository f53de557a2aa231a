using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>
/// The three convolutions. All are read off one trilinear form, the sum over all (image, filter, output) elements that meet of
/// x[n, i s + a - p, j s + b - p, c] f[o, a, b, c] y[n, i, j, o]: each operation is its derivative by one of the three factors.
/// </summary>
static class Convolutions
{
    public static void Forward(Conv2D op, Call call)
    {
        if (op.Pool) Pooling.Largest(Results(op, call, out Shape shape), shape, call.Output, call.OutputShape, 2);
        else Results(op, call, out _).CopyTo(call.Output);
        Activations.Back(op.Back, call);
    }

    /// <summary>The results before any pooling.</summary>
    public static double[] Results(Conv2D op, Call call, out Shape shape)
    {
        ReadOnlySpan<double> x = call.Input(0);
        ReadOnlySpan<double> f = call.Input(1);
        shape = new Conv2D(op.Stride, op.Padding).Infer([call.Shape(0), call.Shape(1)]);
        var y = new double[shape.Count];
        foreach ((int xi, int fi, int yi) in Terms(call.Shape(0), call.Shape(1), shape, op.Stride, op.Padding)) y[yi] += x[xi] * f[fi];
        Activations.Finish(op.Epilogue, call, y);
        return y;
    }

    public static void InputGrad(Conv2DInputGrad op, Call call)
    {
        ReadOnlySpan<double> y = call.Input(0);
        ReadOnlySpan<double> f = call.Input(1);
        Span<double> x = call.Output;
        foreach ((int xi, int fi, int yi) in Terms(call.OutputShape, call.Shape(1), call.Shape(0), op.Stride, op.Padding))
            x[xi] += y[yi] * f[fi];
        Activations.Finish(op.Epilogue, call);
        Activations.Back(op.Back, call);
    }

    public static void FilterGrad(Conv2DFilterGrad op, Call call)
    {
        ReadOnlySpan<double> x = call.Input(0);
        ReadOnlySpan<double> y = call.Input(1);
        Span<double> f = call.Output;
        foreach ((int xi, int fi, int yi) in Terms(call.Shape(0), call.OutputShape, call.Shape(1), op.Stride, op.Padding))
            f[fi] += x[xi] * y[yi];
    }

    /// <summary>The flat indices of all elements of image, filters and output that meet; those in the padding are left out.</summary>
    static IEnumerable<(int Image, int Filter, int Output)> Terms(Shape x, Shape f, Shape y, int stride, int padding)
    {
        (int height, int width, int channels) = (x[1], x[2], x[3]);
        (int filters, int kernelHeight, int kernelWidth) = (f[0], f[1], f[2]);
        (int images, int rows, int columns) = (y[0], y[1], y[2]);
        for (int n = 0; n < images; n++)
        for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
        for (int o = 0; o < filters; o++)
        for (int a = 0; a < kernelHeight; a++)
        for (int b = 0; b < kernelWidth; b++)
        {
            (int row, int column) = (i * stride + a - padding, j * stride + b - padding);
            if (row < 0 || row >= height || column < 0 || column >= width) continue;
            for (int c = 0; c < channels; c++)
            {
                yield return (
                    ((n * height + row) * width + column) * channels + c,
                    ((o * kernelHeight + a) * kernelWidth + b) * channels + c,
                    ((n * rows + i) * columns + j) * filters + o);
            }
        }
    }
}
