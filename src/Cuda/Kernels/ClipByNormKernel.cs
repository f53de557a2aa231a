using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>The kernel of <see cref="ClipByNorm"/>: the blocks' sums of squares, the factor from them, the product.</summary>
static class ClipByNormKernel
{
    // Vectors worth a thread, and the blocks whose sums one more block adds.
    const int VectorsPerThread = 4, MostBlocks = LaunchSizes.BlockSize;

    public static Kernel Select(ClipByNorm op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        long count = shapes.Output.Shape.Count;
        int blocks = (int)Math.Clamp(count / (LaunchSizes.BlockSize * LaunchSizes.Vector * VectorsPerThread), 1, MostBlocks);
        return new DeviceKernel(
            "",
            at =>
            {
                CudaKernel summing = device.Kernel("clip", "square_sums"), dividing = device.Kernel("clip", "clip_factor");
                CudaKernel scaling = device.Kernel("clip", "scale_by").ForElements(count);
                summing.GridDimensions = blocks;
                (ulong x, ulong y, ulong sums) = (at.Input(0), at.Output.DevicePointer(), at.Workspace.DevicePointer());
                ulong factor = sums + (ulong)blocks * sizeof(double);
                return stream =>
                {
                    summing.RunAsync(stream, x, sums, count);
                    dividing.RunAsync(stream, sums, blocks, op.MaxNorm);
                    scaling.RunAsync(stream, x, factor, y, count);
                };
            },
            (blocks + 1) * sizeof(double));
    }
}
