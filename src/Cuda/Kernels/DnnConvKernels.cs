using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>
/// Kernels of the three convolutions by cuDNN. Its calls queue their work in the device's one stream, which the handle was given.
/// Algorithms are chosen by <see cref="AlgorithmSearch"/>: by measurement, where all other kernels of the project are chosen by shape.
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
        if (!convolution.Choice.Fused) return WithEnding(device, convolution, ending);
        return new DeviceKernel(
            convolution.Name,
            at =>
            {
                var forward = (ForwardConvolution)convolution;
                (ulong images, ulong filters) = (at.Inputs[0].DevicePointer(), at.Inputs[1].DevicePointer());
                ulong bias = at.Inputs[2].DevicePointer(), results = at.Output.DevicePointer(), workspace = at.Workspace.DevicePointer();
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
        return WithEnding(device, convolution, new ConvEnding(op, shapes, device));
    }

    public static Kernel Select(Conv2DFilterGrad op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        DnnConvolution convolution = device.Convolutions.Get(new ConvolutionKey(
            ConvolutionDirection.FilterGradient, shapes.Inputs[0].Shape, shapes.Output.Shape, shapes.Inputs[1].Shape, op.Stride, op.Padding,
            device.Precision, Relu: false));
        var run = new ConvolutionRun(device, convolution);
        return new DeviceKernel(
            convolution.Name,
            at => run.Bind(
                at.Inputs[0].DevicePointer(), at.Inputs[1].DevicePointer(), at.Output.DevicePointer(), at.Workspace.DevicePointer()),
            run.WorkspaceBytes);
    }

    /// <summary>The convolution, then what is left to do in passes of its own.</summary>
    static DeviceKernel WithEnding(CudaDevice device, DnnConvolution convolution, ConvEnding ending)
    {
        var run = new ConvolutionRun(device, convolution);
        long offset = ending.WorkspaceBytes == 0 ? run.WorkspaceBytes : ConvolutionRun.Aligned(run.WorkspaceBytes);
        return new DeviceKernel(
            convolution.Name + ending.Suffix,
            at =>
            {
                (ulong first, ulong second) = (at.Inputs[0].DevicePointer(), at.Inputs[1].DevicePointer());
                ulong workspace = at.Workspace.DevicePointer(), rest = workspace + (ulong)offset;
                Action<CudaStream> compute = run.Bind(first, second, ending.Results(at, rest), workspace);
                Action<CudaStream> finish = ending.Bind(at, rest);
                return stream =>
                {
                    compute(stream);
                    finish(stream);
                };
            },
            offset + ending.WorkspaceBytes);
    }
}
