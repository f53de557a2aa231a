using GeneratingImages.Core;
using static GeneratingImages.Cuda.LaunchSizes;

namespace GeneratingImages.Cuda;

/// <summary>
/// A transposed convolution of stride 1 with bias and ReLU, as an ordinary convolution with turned filters: cuDNN finishes only that one in
/// the same call, which saves a pass over the results. Turning the filters reads and writes as much as the filters are.
/// </summary>
static class TurnedConvKernel
{
    // A block's tile of filters.cu: 32 x 32 numbers, by 8 rows of threads.
    const int Tile = 32, TileThreads = 8;

    /// <summary>The kernel, or null where the library could not finish the convolution either.</summary>
    public static Kernel? Select(Conv2DInputGrad op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        (Shape y, Shape f) = (shapes.Inputs[0].Shape, shapes.Inputs[1].Shape);
        bool finishes = op is { Stride: 1, Back: Activation.None, Epilogue: { Bias: true, Activation: Activation.Relu } };
        if (!finishes || f[1] != f[2] || device.Precision == Precision.Bf16) return null;
        Shape turned = Shape.Of(f[3], f[1], f[2], f[0]);
        DnnConvolution convolution = device.Convolutions.Get(new ConvolutionKey(
            ConvolutionDirection.Forward, y, turned, shapes.Output.Shape, 1, f[1] - 1 - op.Padding, device.Precision, Relu: true));
        if (!convolution.Choice.Fused) return null;
        long offset = ConvolutionRun.Aligned(convolution.Choice.WorkspaceBytes);
        return new DeviceKernel(
            $"{convolution.Name}, filters turned",
            at =>
            {
                CudaKernel turning = device.Kernel("filters", "turn_filters");
                turning.BlockDimensions = new(Tile, TileThreads, 1);
                (int outputs, int taps, int inputs) = (f[0], f[1] * f[2], f[3]);
                turning.GridDimensions = new((uint)CeilingDivide(inputs, Tile), (uint)CeilingDivide(outputs, Tile), (uint)taps);
                var forward = (ForwardConvolution)convolution;
                (ulong images, ulong filters, ulong bias) = (at.Input(0), at.Input(1), at.Input(2));
                (ulong results, ulong workspace) = (at.Output.DevicePointer(), at.Workspace.DevicePointer());
                ulong turnedFilters = workspace + (ulong)offset;
                return stream =>
                {
                    turning.RunAsync(stream, filters, turnedFilters, outputs, taps, inputs);
                    forward.RunFused(images, turnedFilters, bias, results, workspace);
                };
            },
            offset + turned.Count * sizeof(float));
    }
}
