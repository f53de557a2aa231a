using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>Kernels of optimisers, counters and sums: what they change is inputs, and their outputs stay as they are.</summary>
static class StateKernels
{
    public static Kernel Select(AdamStep op, Signature shapes, CudaDevice device)
    {
        long count = Expect(op, shapes);
        return new DeviceKernel("", at =>
        {
            CudaKernel kernel = device.Kernel("optimizers", "adam").ForElements(count);
            (ulong values, ulong first, ulong second) = (at.Input(0), at.Input(1), at.Input(2));
            (ulong gradients, ulong steps, ulong loss) = (at.Input(3), at.Input(4), at.Input(5));
            int inside = op.Place == EpsilonPlace.InsideCorrection ? 1 : 0;
            return stream => kernel.RunAsync(
                stream, values, first, second, gradients, steps, loss, op.Rate.Peak, op.Rate.WarmUpSteps, op.Rate.Steps,
                op.Beta1, op.Beta2, op.Epsilon, op.WeightDecay, inside, count);
        });
    }

    public static Kernel Select(AdamaxStep op, Signature shapes, CudaDevice device)
    {
        long count = Expect(op, shapes);
        return new DeviceKernel("", at =>
        {
            CudaKernel kernel = device.Kernel("optimizers", "adamax").ForElements(count);
            (ulong values, ulong first, ulong second) = (at.Input(0), at.Input(1), at.Input(2));
            (ulong gradients, ulong steps, ulong loss) = (at.Input(3), at.Input(4), at.Input(5));
            return stream => kernel.RunAsync(
                stream, values, first, second, gradients, steps, loss, op.Rate.Peak, op.Rate.WarmUpSteps, op.Rate.Steps,
                op.Beta1, op.Beta2, op.Epsilon, op.WeightDecay, count);
        });
    }

    public static Kernel Select(Increment op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op, ElementType.Int32);
        return new DeviceKernel("", at =>
        {
            CudaKernel kernel = OneThread(device, "increment");
            ulong counter = at.Input(0);
            return stream => kernel.RunAsync(stream, counter, op.By);
        });
    }

    public static Kernel Select(Accumulate op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op, ElementType.Float64, ElementType.Float32);
        return new DeviceKernel("", at =>
        {
            CudaKernel kernel = OneThread(device, "accumulate");
            (ulong sum, ulong term) = (at.Input(0), at.Input(1));
            return stream => kernel.RunAsync(stream, sum, term, op.Weight);
        });
    }

    static CudaKernel OneThread(CudaDevice device, string function)
    {
        CudaKernel kernel = device.Kernel("state", function);
        kernel.BlockDimensions = 1;
        return kernel;
    }

    static long Expect(OptimizerStep op, Signature shapes)
    {
        shapes.Expect(op, ElementType.Float32, ElementType.Float32, ElementType.Float32, ElementType.Float32, ElementType.Int32);
        return shapes.Inputs[0].Shape.Count;
    }
}
