using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>Kernels of sums, biases, activations and their gradients.</summary>
static class PointwiseKernels
{
    const string File = "pointwise";

    public static Kernel Select(Add op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        long count = shapes.Output.Shape.Count;
        return new DeviceKernel("", at =>
        {
            CudaKernel kernel = device.Kernel(File, "add").ForElements(count);
            (ulong x, ulong y, ulong sum) = (at.Input(0), at.Input(1), at.Output.DevicePointer());
            return stream => kernel.RunAsync(stream, x, y, sum, count);
        });
    }

    public static Kernel Select(Activate op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        return new DeviceKernel("", at => Finishing(
            device, new Epilogue(Activation: op.Kind), at.Input(0), 0, at.Output.DevicePointer(), shapes.Output.Shape));
    }

    public static Kernel Select(AddBias op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        return new DeviceKernel("", at => Finishing(
            device, new Epilogue(Bias: true), at.Input(0), at.Input(1), at.Output.DevicePointer(), shapes.Output.Shape));
    }

    /// <summary>
    /// What is left to do where a library computed a product alone: the bias along the last axis and the activation, in place; nothing if
    /// the epilogue is empty.
    /// </summary>
    public static Action<CudaStream> Finishing(CudaDevice device, Epilogue epilogue, ulong bias, ulong result, Shape shape) =>
        epilogue == default ? static _ => { } : Finishing(device, epilogue, result, bias, result, shape);

    public static Kernel Select(ActivateGrad op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        Shape shape = shapes.Output.Shape;
        if (!op.Bias)
            return new DeviceKernel("", at => ActivatingBack(
                device, op.Kind, at.Input(0), at.Input(1), at.Output.DevicePointer(), shape.Count));
        var sums = new ColumnSums(device, shape.Count, shape.Rank > 0 ? shape[^1] : 1);
        return new DeviceKernel(
            "with bias",
            at => sums.BindActivationGrad(
                op.Kind, at.Input(0), at.Input(1), at.Output.DevicePointer(), at.Side.DevicePointer(),
                at.Workspace.DevicePointer()),
            sums.WorkspaceBytes);
    }

    /// <summary>An activation's gradient <paramref name="dx"/> from its output and the gradient of that, whose place it may take.</summary>
    public static Action<CudaStream> ActivatingBack(CudaDevice device, Activation kind, ulong y, ulong dy, ulong dx, long count)
    {
        CudaKernel kernel = device.Kernel(File, "activate_grad_elements").ForElements(count);
        int activation = (int)kind;
        return stream => kernel.RunAsync(stream, y, dy, dx, activation, count);
    }

    public static Kernel Select(BiasGrad op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        Shape shape = shapes.Inputs[0].Shape;
        var sums = new ColumnSums(device, shape.Count, shape[^1]);
        return new DeviceKernel(
            "", at => sums.Bind(at.Input(0), at.Output.DevicePointer(), at.Workspace.DevicePointer()), sums.WorkspaceBytes);
    }

    static Action<CudaStream> Finishing(CudaDevice device, Epilogue epilogue, ulong x, ulong bias, ulong y, Shape shape)
    {
        (int activation, long count) = ((int)epilogue.Activation, shape.Count);
        if (!epilogue.Bias)
        {
            CudaKernel activate = device.Kernel(File, "activate_elements").ForElements(count);
            return stream => activate.RunAsync(stream, x, y, activation, count);
        }

        CudaKernel kernel = device.Kernel(File, "bias_activate").ForElements(count);
        int channels = shape[^1];
        return stream => kernel.RunAsync(stream, x, bias, y, channels, activation, count);
    }
}
