using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>
/// Kernels of the three convolutions by cuDNN. Its calls queue their work in the device's one stream, which the handle was given. Algorithms
/// are chosen by <see cref="AlgorithmSearch"/>: by measurement, where every other kernel of the project is chosen by shape alone.
/// </summary>
static class DnnConvKernels
{
    public static Kernel Select(Conv2D op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        (Shape x, Shape f) = (shapes.Inputs[0].Shape, shapes.Inputs[1].Shape);
        Shape bare = new Conv2D(op.Stride, op.Padding).Infer([x, f]);
        var ending = new ConvEnding(op, shapes, bare, device);
        bool relu = ending.IsEpilogue && op.Epilogue is { Bias: true, Activation: Activation.Relu } && device.Precision != Precision.Bf16;
        DnnConvolution convolution = device.Convolutions.Get(
            new ConvolutionKey(ConvolutionDirection.Forward, x, f, bare, op.Stride, op.Padding, device.Precision, relu));
        if (!convolution.Choice.Fused) return WithEnding(convolution, ending);
        return new DeviceKernel(
            convolution.Name,
            at =>
            {
                var forward = (ForwardConvolution)convolution;
                (ulong images, ulong filters, ulong bias) = (at.Inputs[0].DevicePointer(), at.Inputs[1].DevicePointer(), at.Inputs[2].DevicePointer());
                (ulong results, ulong workspace) = (at.Output.DevicePointer(), at.Workspace.DevicePointer());
                return _ => forward.RunFused(images, filters, bias, results, workspace);
            },
            convolution.Choice.WorkspaceBytes);
    }

    public static Kernel Select(Conv2DInputGrad op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        DnnConvolution convolution = device.Convolutions.Get(new ConvolutionKey(
            ConvolutionDirection.InputGradient, shapes.Output.Shape, shapes.Inputs[1].Shape, shapes.Inputs[0].Shape, op.Stride, op.Padding,
            device.Precision, Relu: false));
        return WithEnding(convolution, new ConvEnding(op, shapes, device));
    }

    public static Kernel Select(Conv2DFilterGrad op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        DnnConvolution convolution = device.Convolutions.Get(new ConvolutionKey(
            ConvolutionDirection.FilterGradient, shapes.Inputs[0].Shape, shapes.Output.Shape, shapes.Inputs[1].Shape, op.Stride, op.Padding,
            device.Precision, Relu: false));
        return new DeviceKernel(
            convolution.Name,
            at =>
            {
                (ulong images, ulong results, ulong filters) = (at.Inputs[0].DevicePointer(), at.Inputs[1].DevicePointer(), at.Output.DevicePointer());
                ulong workspace = at.Workspace.DevicePointer();
                return _ => convolution.Run(images, results, filters, workspace);
            },
            convolution.Choice.WorkspaceBytes);
    }

    /// <summary>The convolution, then what is left to do in passes of its own.</summary>
    static DeviceKernel WithEnding(DnnConvolution convolution, ConvEnding ending)
    {
        const int Alignment = 256; // What the library may expect of any operand.
        long offset = ending.WorkspaceBytes == 0
            ? convolution.Choice.WorkspaceBytes
            : (convolution.Choice.WorkspaceBytes + Alignment - 1) / Alignment * Alignment;
        return new DeviceKernel(
            convolution.Name + ending.Suffix,
            at =>
            {
                (ulong first, ulong second, ulong workspace) = (at.Inputs[0].DevicePointer(), at.Inputs[1].DevicePointer(), at.Workspace.DevicePointer());
                ulong results = ending.Results(at, workspace + (ulong)offset);
                Action<CudaStream> finish = ending.Bind(at, workspace + (ulong)offset);
                return stream =>
                {
                    convolution.Run(first, second, results, workspace);
                    finish(stream);
                };
            },
            offset + ending.WorkspaceBytes);
    }
}
