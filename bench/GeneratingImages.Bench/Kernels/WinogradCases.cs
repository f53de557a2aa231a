using GeneratingImages.Core;
using GeneratingImages.Cpu;

namespace GeneratingImages.Bench.Kernels;

/// <summary>Winograd's convolution whether the table chooses it or not.</summary>
static class WinogradCases
{
    /// <summary>See <see cref="KernelCases.Conv"/>.</summary>
    public static KernelRun Conv(Pass pass, int size, int channels, int outChannels, int kernel, WinogradVariant variant, int batch = 32)
    {
        int padding = kernel / 2;
        Shape x = Shape.Of(batch, size, size, channels), y = Shape.Of(batch, size, size, outChannels);
        Shape f = Shape.Of(outChannels, kernel, kernel, channels);
        double flops = 2.0 * y.Count * kernel * kernel * channels;
        var forward = new Conv2D(1, padding, new Epilogue(true, Activation.Relu));
        var inputGrad = new Conv2DInputGrad(size, size, 1, padding);
        var filterGrad = new Conv2DFilterGrad(kernel, kernel, 1, padding);
        return pass switch
        {
            Pass.Forward => new(
                s => new WinogradConvKernel(ConvGeometry.Of(forward, s), false, ConvEnding.Of(forward), variant, 1),
                y, flops, x, f, Shape.Of(outChannels)),
            Pass.InputGrad => new(s => new WinogradConvKernel(ConvGeometry.Of(inputGrad, s), true, default, variant, 1), x, flops, y, f),
            _ => new(s => new WinogradFilterGradKernel(ConvGeometry.Of(filterGrad, s), variant, 1), f, flops, x, y),
        };
    }

    /// <summary>The variant of the kernel that the backend chooses.</summary>
    public static string Chosen(Pass pass, int size, int channels, int outChannels, int kernel, int batch)
    {
        int padding = kernel / 2;
        Shape x = Shape.Of(batch, size, size, channels), y = Shape.Of(batch, size, size, outChannels);
        Shape f = Shape.Of(outChannels, kernel, kernel, channels);
        using var backend = new CpuBackend(1);
        return (pass switch
        {
            Pass.Forward => backend.Select(new Conv2D(1, padding), Types(x, f, y)),
            Pass.InputGrad => backend.Select(new Conv2DInputGrad(size, size, 1, padding), Types(y, f, x)),
            _ => backend.Select(new Conv2DFilterGrad(kernel, kernel, 1, padding), Types(x, y, f)),
        }).Variant;
    }

    static Signature Types(Shape first, Shape second, Shape output) =>
        new([new(first, ElementType.Float32), new(second, ElementType.Float32)], new(output, ElementType.Float32));
}
