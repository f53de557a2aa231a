using GeneratingImages.Core;
using static GeneratingImages.Cuda.LaunchSizes;

namespace GeneratingImages.Cuda;

/// <summary>
/// The gradient of filters where images or gradients have 1 or 3 channels, see <see cref="NarrowConvKernels"/>: each block adds a share of
/// the rows of all images, <see cref="ColumnSums"/> adds the shares.
/// </summary>
static class NarrowFilterGradKernel
{
    // Lanes of a warp have a channel each; rows worth a share; blocks that keep any device busy.
    const int Lanes = 32, RowsPerShare = 4, MostShares = 512;

    // Shared memory that any device gives any kernel.
    const int MostSharedBytes = 48 * 1024;

    /// <summary>The sides of a gradient: the narrow one, the wide one, and how the narrow one's window lies.</summary>
    readonly record struct Sides(int Narrow, int Wide, Shape NarrowShape, Shape WideShape, int Pad, bool Turned);

    /// <summary>The kernel, or null where no side is narrow or a row of it is too long.</summary>
    public static Kernel? Select(Conv2DFilterGrad op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        if (!NarrowConvKernels.Fits(op.KernelHeight, op.KernelWidth, op.Stride)) return null;
        (Shape x, Shape y, int size) = (shapes.Inputs[0].Shape, shapes.Inputs[1].Shape, op.KernelHeight);
        Sides? sides = NarrowConvKernels.IsNarrow(x[3]) ? new(0, 1, x, y, op.Padding, false)
            : NarrowConvKernels.IsNarrow(y[3]) ? new(1, 0, y, x, size - 1 - op.Padding, true)
            : null;
        return sides is { } s && SharedBytes(s, size) <= MostSharedBytes ? Kernel(s, size, device) : null;
    }

    static DeviceKernel Kernel(Sides sides, int size, CudaDevice device)
    {
        (Shape narrow, Shape wide) = (sides.NarrowShape, sides.WideShape);
        int groups = CeilingDivide(wide[3], Lanes), results = checked(wide[3] * size * size * narrow[3]);
        int shares = Math.Clamp(wide[0] * wide[1] / RowsPerShare, 1, Math.Max(1, MostShares / groups));
        return new DeviceKernel("direct narrow", Bind, shares == 1 ? 0 : (long)shares * results * sizeof(float));

        Action<CudaStream> Bind(Operands at)
        {
            CudaKernel first = device.Kernel("narrow_filter_grad", $"filter_grad_{NarrowConvKernels.Named(narrow[3], size)}");
            first.BlockDimensions = size * Lanes;
            first.GridDimensions = new((uint)shares, (uint)groups, 1);
            first.DynamicSharedMemory = SharedBytes(sides, size);
            (ulong narrowAt, ulong wideAt) = (at.Input(sides.Narrow), at.Input(sides.Wide));
            (ulong output, ulong workspace) = (at.Output.DevicePointer(), at.Workspace.DevicePointer());
            ulong sums = shares == 1 ? output : workspace;
            (int images, int height, int width) = (narrow[0], narrow[1], narrow[2]);
            (int wideHeight, int wideWidth, int channels) = (wide[1], wide[2], wide[3]);
            (int pad, int turned) = (sides.Pad, sides.Turned ? 1 : 0);
            Action<CudaStream> second = ColumnSums.BindSecond(device, output, workspace, shares, results);
            return stream =>
            {
                first.RunAsync(stream, narrowAt, wideAt, sums, images, height, width, wideHeight, wideWidth, channels, pad, turned);
                second(stream);
            };
        }
    }

    /// <summary>The rows of the narrow side under a row of windows, as narrow_filter_grad.cu lays them out.</summary>
    static int SharedBytes(Sides sides, int size)
    {
        int channels = sides.NarrowShape[3], columns = CeilingDivide(sides.WideShape[2], Vector) * Vector;
        int row = columns * channels + CeilingDivide((Vector + size - 1) * channels, Vector) * Vector;
        return size * CeilingDivide(row, Vector) * Vector * sizeof(float);
    }
}
