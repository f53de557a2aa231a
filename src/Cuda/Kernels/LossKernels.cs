using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>Kernels of <see cref="MeanSquaredError"/> and <see cref="MeanSquaredErrorGrad"/>.</summary>
static class LossKernels
{
    // Vectors worth a thread, and the blocks whose sums one more block adds.
    const int VectorsPerThread = 4, MostBlocks = LaunchSizes.BlockSize;

    public static Kernel Select(MeanSquaredError op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        long count = shapes.Inputs[0].Shape.Count;
        int blocks = (int)Math.Clamp(count / (LaunchSizes.BlockSize * LaunchSizes.Vector * VectorsPerThread), 1, MostBlocks);
        return new DeviceKernel(
            "",
            at =>
            {
                CudaKernel summing = device.Kernel("loss", "squared_error_sums"), dividing = device.Kernel("loss", "mean_of_sums");
                summing.GridDimensions = blocks;
                (ulong prediction, ulong target, ulong sums) = (at.Input(0), at.Input(1), at.Workspace.DevicePointer());
                ulong mean = at.Output.DevicePointer();
                return stream =>
                {
                    summing.RunAsync(stream, prediction, target, sums, count);
                    dividing.RunAsync(stream, sums, mean, blocks, count);
                };
            },
            blocks * sizeof(double));
    }

    public static Kernel Select(MeanSquaredErrorGrad op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        long count = shapes.Output.Shape.Count;
        return new DeviceKernel("", at =>
        {
            CudaKernel kernel = device.Kernel("loss", "squared_error_grad").ForElements(count);
            (ulong prediction, ulong target, ulong gradient) = (at.Input(0), at.Input(1), at.Input(2));
            (ulong result, float factor) = (at.Output.DevicePointer(), (float)(2.0 / count));
            return stream => kernel.RunAsync(stream, prediction, target, gradient, result, factor, count);
        });
    }
}
