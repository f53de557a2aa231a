using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>Kernels of <see cref="MaxPool2D"/> and <see cref="MaxPool2DGrad"/>.</summary>
static class PoolKernels
{
    const string File = "pool";

    public static Kernel Select(MaxPool2D op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        Shape s = shapes.Inputs[0].Shape;
        (int images, int height, int width, int channels, int size) = (s[0], s[1], s[2], s[3], op.Size);
        return new DeviceKernel("", at =>
        {
            CudaKernel kernel = device.Kernel(File, "max_pool").ForElements(shapes.Output.Shape.Count);
            (ulong x, ulong y) = (at.Inputs[0].DevicePointer(), at.Output.DevicePointer());
            return stream => kernel.RunAsync(stream, x, y, images, height, width, channels, size);
        });
    }

    public static Kernel Select(MaxPool2DGrad op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        Shape s = shapes.Inputs[0].Shape;
        (int images, int height, int width, int channels, int size) = (s[0], s[1], s[2], s[3], op.Size);
        return new DeviceKernel("", at =>
        {
            CudaKernel kernel = device.Kernel(File, "max_pool_grad").ForElements(shapes.Inputs[1].Shape.Count);
            (ulong x, ulong y, ulong dy) = (at.Inputs[0].DevicePointer(), at.Inputs[1].DevicePointer(), at.Inputs[2].DevicePointer());
            ulong dx = at.Output.DevicePointer();
            return stream => kernel.RunAsync(stream, x, y, dy, dx, images, height, width, channels, size);
        });
    }
}
