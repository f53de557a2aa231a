using GeneratingImages.Core;
using static GeneratingImages.Cuda.LaunchSizes;

namespace GeneratingImages.Cuda;

/// <summary>
/// Direct convolutions where images or results have 1 or 3 channels, as the ends of a model for grey or coloured images do: square filters
/// of 3 or 5, stride 1. A general library fills such channels up to 4 or 8, and reads and computes that much more.
/// </summary>
static class NarrowConvKernels
{
    /// <summary>
    /// A convolution or, with the filters turned, a transposed one as a convolution: arXiv 1603.07285, section 4. Channels are those of
    /// what it reads and what it writes.
    /// </summary>
    readonly record struct Geometry(
        int Images, int Height, int Width, int Channels, int OutChannels, int Size, int Pad, bool Turned)
    {
        public int OutHeight => Height + 2 * Pad - Size + 1;

        public int OutWidth => Width + 2 * Pad - Size + 1;
    }

    /// <summary>The kernel of a convolution, or null where no side is narrow.</summary>
    public static Kernel? Select(Conv2D op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        (Shape x, Shape f) = (shapes.Inputs[0].Shape, shapes.Inputs[1].Shape);
        var g = new Geometry(x[0], x[1], x[2], x[3], f[0], f[1], op.Padding, false);
        var ending = new ConvEnding(op, shapes, Shape.Of(g.Images, g.OutHeight, g.OutWidth, g.OutChannels), device);
        return Fits(f[1], f[2], op.Stride) ? Select(g, op.Epilogue, op.Pool, ending, device) : null;
    }

    /// <summary>The kernel of a transposed convolution, or null where no side is narrow.</summary>
    public static Kernel? Select(Conv2DInputGrad op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        (Shape y, Shape f) = (shapes.Inputs[0].Shape, shapes.Inputs[1].Shape);
        var g = new Geometry(y[0], y[1], y[2], y[3], f[3], f[1], f[1] - 1 - op.Padding, true);
        return Fits(f[1], f[2], op.Stride) ? Select(g, op.Epilogue, false, new ConvEnding(op, shapes, device), device) : null;
    }

    /// <summary>Whether a kernel is compiled for such filters.</summary>
    public static bool Fits(int kernelHeight, int kernelWidth, int stride) =>
        stride == 1 && kernelHeight == kernelWidth && kernelHeight is 3 or 5;

    /// <summary>Whether a kernel is compiled for so many channels.</summary>
    public static bool IsNarrow(int channels) => channels is 1 or 3;

    /// <summary>How kernels for so many channels are named.</summary>
    public static string Named(int channels, int size) => $"{channels}_channel{(channels > 1 ? "s" : "")}_{size}x{size}";

    /// <summary>Both kernels do bias and activation, the first pooling too; an activation's gradient is left to the ending.</summary>
    static Kernel? Select(Geometry g, Epilogue epilogue, bool pool, ConvEnding ending, CudaDevice device)
    {
        if (IsNarrow(g.Channels)) return Finished("direct from narrow", at => FromNarrow(g, epilogue, pool, device, at));
        // Pooled results have channels by fours, so they are never the narrow side.
        return IsNarrow(g.OutChannels) ? Finished("direct to narrow", at => ToNarrow(g, epilogue, device, at)) : null;

        Kernel Finished(string variant, Func<Operands, Action<CudaStream>> bind)
        {
            if (pool || ending.IsEpilogue) return new DeviceKernel(variant + ending.Suffix, bind);
            return new DeviceKernel(
                variant + ending.Suffix,
                at =>
                {
                    (Action<CudaStream> convolve, Action<CudaStream> finish) = (bind(at), ending.Bind(at, at.Workspace.DevicePointer()));
                    return stream =>
                    {
                        convolve(stream);
                        finish(stream);
                    };
                },
                ending.WorkspaceBytes);
        }
    }

    static Action<CudaStream> FromNarrow(Geometry g, Epilogue epilogue, bool pool, CudaDevice device, Operands at)
    {
        // The sizes are those of conv_from_narrow.cu: tiles of 64 channels and 16 pixels in a row; a thread has 4 in each of 2 rows.
        const int Channels = 64, Columns = 16, PatchColumns = 4, PatchRows = 2, FewestLanes = 4;
        int lanes = FewestLanes;
        while (lanes < Channels / Vector && lanes * Vector < g.OutChannels) lanes *= 2;
        int rows = BlockSize / lanes / (Columns / PatchColumns) * PatchRows;
        int row = (Columns - PatchColumns) * g.Channels + CeilingDivide((PatchColumns + g.Size - 1) * g.Channels, Vector) * Vector;
        int filters = g.Size * g.Size * g.Channels * Channels;

        CudaKernel kernel = device.Kernel("conv_from_narrow", $"conv_from_{Named(g.Channels, g.Size)}");
        kernel.DynamicSharedMemory = (filters + (rows + g.Size - 1) * row) * sizeof(float);
        long tiles = (long)g.Images * CeilingDivide(g.OutHeight, rows) * CeilingDivide(g.OutWidth, Columns);
        kernel.GridDimensions = new((uint)Math.Min(tiles, MostBlocks), (uint)CeilingDivide(g.OutChannels, Channels), 1);
        (ulong x, ulong f, ulong y) = (at.Input(0), at.Input(1), at.Output.DevicePointer());
        ulong bias = epilogue.Bias ? at.Input(2) : 0;
        (ulong codes, int pools) = (at.Side.DevicePointer(), pool ? 1 : 0);
        (int turned, int activation) = (g.Turned ? 1 : 0, (int)epilogue.Activation);
        return stream => kernel.RunAsync(
            stream, x, f, bias, y, codes, g.Images, g.Height, g.Width, g.OutChannels, g.Pad, turned, activation, pools, lanes);
    }

    static Action<CudaStream> ToNarrow(Geometry g, Epilogue epilogue, CudaDevice device, Operands at)
    {
        // The tile's sizes are those of conv_to_narrow.cu: 8 x 32 pixels with margins up to 36, 16 channels at a time.
        const int Rows = 8, Columns = 32, TileColumns = 36, Channels = 16, Apart = 4;
        int plane = (Rows + g.Size - 1) * TileColumns + Apart, row = CeilingDivide(g.Size, Vector) * Vector;

        CudaKernel kernel = device.Kernel("conv_to_narrow", $"conv_to_{Named(g.OutChannels, g.Size)}");
        kernel.DynamicSharedMemory = Channels * (plane + g.Size * g.OutChannels * row) * sizeof(float);
        long tiles = (long)g.Images * CeilingDivide(g.OutHeight, Rows) * CeilingDivide(g.OutWidth, Columns);
        kernel.GridDimensions = (int)Math.Min(tiles, MostBlocks);
        (ulong x, ulong f, ulong y) = (at.Input(0), at.Input(1), at.Output.DevicePointer());
        ulong bias = epilogue.Bias ? at.Input(2) : 0;
        (int turned, int activation) = (g.Turned ? 1 : 0, (int)epilogue.Activation);
        return stream => kernel.RunAsync(
            stream, x, f, bias, y, g.Images, g.Height, g.Width, g.Channels, g.OutHeight, g.OutWidth, g.Pad, turned, activation);
    }
}
