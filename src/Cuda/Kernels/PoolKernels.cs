using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>Kernels of <see cref="MaxPool2D"/>, its gradients, and the pooling that ends a convolution.</summary>
static class PoolKernels
{
    const string File = "pool", CodesFile = "pool_codes";

    public static Kernel Select(MaxPool2D op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        Shape s = shapes.Inputs[0].Shape;
        (int images, int height, int width, int channels, int size) = (s[0], s[1], s[2], s[3], op.Size);
        return new DeviceKernel("", at =>
        {
            CudaKernel kernel = device.Kernel(File, "max_pool").ForElements(shapes.Output.Shape.Count);
            (ulong x, ulong y) = (at.Input(0), at.Output.DevicePointer());
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
            (ulong x, ulong y, ulong dy) = (at.Input(0), at.Input(1), at.Input(2));
            ulong dx = at.Output.DevicePointer();
            return stream => kernel.RunAsync(stream, x, y, dy, dx, images, height, width, channels, size);
        });
    }

    public static Kernel Select(MaxUnpool2D op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op, ElementType.Float32, ElementType.UInt8);
        Shape s = shapes.Output.Shape;
        (int images, int height, int width, int channels) = (s[0], s[1], s[2], s[3]);
        return new DeviceKernel("", at =>
        {
            CudaKernel kernel = device.Kernel(CodesFile, "max_unpool").ForElements(shapes.Inputs[0].Shape.Count);
            (ulong dy, ulong codes, ulong dx) = (at.Input(0), at.Input(1), at.Output.DevicePointer());
            return stream => kernel.RunAsync(stream, dy, codes, dx, images, height, width, channels);
        });
    }

    /// <summary>
    /// What is left to do where a library computed a convolution alone that ends with pooling by 2x2: bias, activation, the largest of each
    /// window and, if the side output is wanted, which it was.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <param name="epilogue">Bias and activation.</param>
    /// <param name="results">Where the convolution's bare results lie.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="at">The operation's operands.</param>
    public static Action<CudaStream> Finishing(CudaDevice device, Epilogue epilogue, ulong results, Shape shape, Operands at)
    {
        CudaKernel kernel = device.Kernel(CodesFile, "bias_activate_pool").ForElements(shape.Count / 4);
        (ulong y, ulong codes, ulong bias) = (at.Output.DevicePointer(), at.Side.DevicePointer(), epilogue.Bias ? at.Input(2) : 0);
        (int images, int height, int width, int channels) = (shape[0], shape[1], shape[2], shape[3]);
        int activation = (int)epilogue.Activation;
        return stream => kernel.RunAsync(stream, results, bias, y, codes, images, height, width, channels, activation);
    }
}
