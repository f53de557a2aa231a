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
        bool relu = op is { Pool: false, Epilogue: { Bias: true, Activation: Activation.Relu } } && device.Precision != Precision.Bf16;
        DnnConvolution convolution = device.Convolutions.Get(
            new ConvolutionKey(ConvolutionDirection.Forward, x, f, bare, op.Stride, op.Padding, device.Precision, relu));
        if (op.Pool) return WithPooling(device, convolution, op.Epilogue, bare);
        if (!convolution.Choice.Fused) return WithEpilogue(device, convolution, op.Epilogue, shapes);
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
        return WithEpilogue(device, convolution, op.Epilogue, shapes);
    }

    public static Kernel Select(Conv2DFilterGrad op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        DnnConvolution convolution = device.Convolutions.Get(new ConvolutionKey(
            ConvolutionDirection.FilterGradient, shapes.Inputs[0].Shape, shapes.Output.Shape, shapes.Inputs[1].Shape, op.Stride, op.Padding,
            device.Precision, Relu: false));
        return WithEpilogue(device, convolution, default, shapes);
    }

    /// <summary>The convolution into the workspace, then bias, activation and pooling in a pass of their own.</summary>
    static DeviceKernel WithPooling(CudaDevice device, DnnConvolution convolution, Epilogue epilogue, Shape bare)
    {
        const int Alignment = 256; // What the library may expect of any operand.
        long offset = (convolution.Choice.WorkspaceBytes + Alignment - 1) / Alignment * Alignment;
        return new DeviceKernel(
            $"{convolution.Name}, pooled",
            at =>
            {
                (ulong images, ulong filters, ulong workspace) = (at.Inputs[0].DevicePointer(), at.Inputs[1].DevicePointer(), at.Workspace.DevicePointer());
                ulong results = workspace + (ulong)offset;
                Action<CudaStream> finish = PoolKernels.Finishing(device, epilogue, results, bare, at);
                return stream =>
                {
                    convolution.Run(images, filters, results, workspace);
                    finish(stream);
                };
            },
            offset + bare.Count * sizeof(float));
    }

    /// <summary>The convolution, then bias and activation in a pass of their own, if there are any.</summary>
    static DeviceKernel WithEpilogue(CudaDevice device, DnnConvolution convolution, Epilogue epilogue, Signature shapes) => new(
        convolution.Name,
        at =>
        {
            (ulong first, ulong second, ulong computed) = (at.Inputs[0].DevicePointer(), at.Inputs[1].DevicePointer(), at.Output.DevicePointer());
            ulong workspace = at.Workspace.DevicePointer();
            ulong bias = epilogue.Bias ? at.Inputs[2].DevicePointer() : 0;
            Action<CudaStream> finish = PointwiseKernels.Finishing(device, epilogue, bias, computed, shapes.Output.Shape);
            return stream =>
            {
                convolution.Run(first, second, computed, workspace);
                finish(stream);
            };
        },
        convolution.Choice.WorkspaceBytes);
}
