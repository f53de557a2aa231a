using GeneratingImages.Core;
using GeneratingImages.Cpu;

namespace GeneratingImages.Bench.Kernels;

/// <summary>The three convolutions of a layer.</summary>
public enum Pass
{
    /// <summary>With bias and ReLU.</summary>
    Forward,

    /// <summary>The transposed convolution.</summary>
    InputGrad,

    /// <summary>The gradient of the filters.</summary>
    FilterGrad,
}

/// <summary>Kernels at the shapes of the models.</summary>
static class KernelCases
{
    /// <summary>A convolution that keeps the size, batch 32.</summary>
    public static KernelRun Conv(Pass pass, int size, int channels, int outChannels, int kernel, int batch = 32)
    {
        int padding = kernel / 2;
        InstructionSet isa = InstructionSets.Best;
        Shape x = Shape.Of(batch, size, size, channels), f = Shape.Of(outChannels, kernel, kernel, channels);
        Shape y = Shape.Of(batch, size, size, outChannels);
        double flops = 2.0 * y.Count * kernel * kernel * channels;
        return pass switch
        {
            Pass.Forward => new(
                s => ConvKernel.Select(new Conv2D(1, padding, new Epilogue(true, Activation.Relu)), s, isa, 1),
                y,
                flops,
                x,
                f,
                Shape.Of(outChannels)),
            Pass.InputGrad => new(s => ConvKernel.Select(new Conv2DInputGrad(size, size, 1, padding), s, isa, 1), x, flops, y, f),
            _ => new(s => FilterGradKernel.Select(new Conv2DFilterGrad(kernel, kernel, 1, padding), s, isa, 1), f, flops, x, y),
        };
    }

    /// <summary>A matrix product [m,k] x [k,n], either side stored transposed.</summary>
    public static KernelRun MatMul(int m, int k, int n, bool transposeA = false, bool transposeB = false) => new(
        s => MatMulKernel.Select(new MatMul(transposeA, transposeB), s, InstructionSets.Best, 1),
        Shape.Of(m, n), 2.0 * m * n * k, transposeA ? Shape.Of(k, m) : Shape.Of(m, k), transposeB ? Shape.Of(n, k) : Shape.Of(k, n));
}
