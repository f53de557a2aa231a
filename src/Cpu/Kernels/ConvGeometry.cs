using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>
/// A convolution as the kernels see it: windows, <paramref name="Stride"/> apart, over an image that has been padded and whose pixels
/// may have been spread apart. That covers the forward convolution (nothing spread) and the gradient of its input, which is the
/// convolution of the output's gradient, spread by the stride, with filters turned by 180 degrees (Dumoulin and Visin,
/// arXiv 1603.07285, section 4).
/// </summary>
/// <param name="Images">The number of images.</param>
/// <param name="Height">Rows of the input.</param>
/// <param name="Width">Columns of the input.</param>
/// <param name="Channels">Channels of the input.</param>
/// <param name="OutHeight">Rows of the output.</param>
/// <param name="OutWidth">Columns of the output.</param>
/// <param name="OutChannels">Channels of the output.</param>
/// <param name="KernelHeight">Rows of a window.</param>
/// <param name="KernelWidth">Columns of a window.</param>
/// <param name="Stride">The distance between windows.</param>
/// <param name="Spread">The distance between the input's pixels in the padded image.</param>
/// <param name="PadTop">The padded image's row that holds the input's first row.</param>
/// <param name="PadLeft">The padded image's column that holds the input's first column.</param>
readonly record struct ConvGeometry(
    int Images, int Height, int Width, int Channels, int OutHeight, int OutWidth, int OutChannels,
    int KernelHeight, int KernelWidth, int Stride, int Spread, int PadTop, int PadLeft)
{
    /// <summary>The width of the padded image, as far as windows reach.</summary>
    public int PaddedWidth => (OutWidth - 1) * Stride + KernelWidth;

    /// <summary>The floats of one row of the padded image.</summary>
    public nint PaddedRow => (nint)PaddedWidth * Channels;

    /// <summary>The numbers multiplied for one result: the size of a filter.</summary>
    public int Window => KernelHeight * KernelWidth * Channels;

    /// <summary>At stride 1, the geometry of the other direction: from output to input.</summary>
    public ConvGeometry Exchanged => new(
        Images, OutHeight, OutWidth, OutChannels, Height, Width, Channels, KernelHeight, KernelWidth, 1, 1,
        KernelHeight - 1 - PadTop, KernelWidth - 1 - PadLeft);

    /// <summary>Where, among the filters of the other direction [C,kh,kw,O], those of a window's entry begin.</summary>
    public nint ExchangedEntry(int entry)
    {
        int taps = KernelHeight * KernelWidth;
        (int tap, int channel) = Math.DivRem(entry, Channels);
        return ((nint)channel * taps + taps - 1 - tap) * OutChannels;
    }

    /// <summary>The rows of the padded image that so many rows of the output are made from.</summary>
    public int PaddedRows(int rows) => (rows - 1) * Stride + KernelHeight;

    /// <summary>
    /// The geometry of images [N,H,W,C] and filters [O,kh,kw,C]. With pooling it is that before it, as far as windows of 2x2 reach.
    /// </summary>
    public static ConvGeometry Of(Conv2D op, Signature s)
    {
        s.Expect(op);
        (Shape x, Shape f, Shape y) = (s.Inputs[0].Shape, s.Inputs[1].Shape, s.Output.Shape);
        int window = op.Pool ? 2 : 1;
        return new(x[0], x[1], x[2], x[3], y[1] * window, y[2] * window, y[3], f[1], f[2], op.Stride, 1, op.Padding, op.Padding);
    }

    /// <summary>The geometry of images [N,OH,OW,O] and filters [O,kh,kw,C] in the other direction.</summary>
    public static ConvGeometry Of(Conv2DInputGrad op, Signature s)
    {
        s.Expect(op);
        (Shape y, Shape f, Shape x) = (s.Inputs[0].Shape, s.Inputs[1].Shape, s.Output.Shape);
        return new(y[0], y[1], y[2], y[3], x[1], x[2], x[3], f[1], f[2], 1, op.Stride, f[1] - 1 - op.Padding, f[2] - 1 - op.Padding);
    }

    /// <summary>The forward geometry whose filters' gradient is wanted.</summary>
    public static ConvGeometry Of(Conv2DFilterGrad op, Signature s)
    {
        s.Expect(op);
        (Shape x, Shape y) = (s.Inputs[0].Shape, s.Inputs[1].Shape);
        return new(x[0], x[1], x[2], x[3], y[1], y[2], y[3], op.KernelHeight, op.KernelWidth, op.Stride, 1, op.Padding, op.Padding);
    }

    /// <summary>Writes <paramref name="count"/> rows of the padded image, from <paramref name="first"/> on.</summary>
    public unsafe void Pad(float* image, int first, int count, float* to)
    {
        for (int padded = first; padded < first + count; padded++, to += PaddedRow)
        {
            (int row, int between) = Math.DivRem(padded - PadTop, Spread);
            if (padded < PadTop || between != 0 || row >= Height)
            {
                new Span<float>(to, (int)PaddedRow).Clear();
                continue;
            }

            float* from = image + (nint)row * Width * Channels;
            if (Spread == 1)
            {
                int length = Math.Min(Width, PaddedWidth - PadLeft) * Channels;
                new Span<float>(to, PadLeft * Channels).Clear();
                new ReadOnlySpan<float>(from, length).CopyTo(new Span<float>(to + PadLeft * Channels, length));
                new Span<float>(to + PadLeft * Channels + length, (int)PaddedRow - PadLeft * Channels - length).Clear();
                continue;
            }

            new Span<float>(to, (int)PaddedRow).Clear();
            for (int x = 0; x < Width; x++)
                new ReadOnlySpan<float>(from + (nint)x * Channels, Channels)
                    .CopyTo(new Span<float>(to + (PadLeft + (nint)x * Spread) * Channels, Channels));
        }
    }
}
