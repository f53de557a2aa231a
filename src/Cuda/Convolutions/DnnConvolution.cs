using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>An algorithm, as it was chosen for a convolution.</summary>
/// <param name="Algorithm">In the numbers of its direction.</param>
/// <param name="MathType">The arithmetic the descriptor is set to.</param>
/// <param name="WorkspaceBytes">The scratch memory it takes.</param>
/// <param name="Fused">Whether bias and ReLU are computed in the same call.</param>
readonly record struct DnnChoice(int Algorithm, DnnMathType MathType, long WorkspaceBytes, bool Fused);

/// <summary>
/// One convolution of cuDNN: its descriptors, what can be asked of its direction, and how it is run. Tensors are packed NHWC.
/// </summary>
abstract class DnnConvolution : IDisposable
{
    /// <summary>Describes it; nothing is chosen yet.</summary>
    protected DnnConvolution(CudaDNNContext dnn, ConvolutionKey key, string[] algorithms)
    {
        (Dnn, Key, Algorithms) = (dnn, key, algorithms);
        CudaContext context = dnn.Context;
        Images = new TensorDescriptor(context);
        Filters = new FilterDescriptor(context);
        Results = new TensorDescriptor(context);
        Movement = new ConvolutionDescriptor(context);
        DnnDataType type = key.Precision == Precision.Bf16 ? DnnDataType.BFloat16 : DnnDataType.Float;
        Describe(Images, type, key.Images);
        Filters.SetFilter4dDescriptor(type, DnnTensorFormat.NHWC, key.Filters[0], key.Filters[3], key.Filters[1], key.Filters[2]);
        Describe(Results, type, key.Results);
        Movement.SetConvolution2dDescriptor(
            key.Padding, key.Padding, key.Stride, key.Stride, 1, 1, DnnConvolutionMode.CrossCorrelation, DnnDataType.Float);
        Movement.SetConvolutionMathType(Asked);
    }

    /// <summary>What it computes.</summary>
    public ConvolutionKey Key { get; }

    /// <summary>The algorithm it runs by.</summary>
    public DnnChoice Choice { get; private set; }

    /// <summary>The algorithm's name.</summary>
    public string Name => $"cudnn {Algorithms[Choice.Algorithm]}{(Choice.Fused ? ", bias and relu" : "")}";

    /// <summary>The arithmetic to ask for: by default the library takes TF32 for single precision.</summary>
    public DnnMathType Asked => Key.Precision switch
    {
        Precision.Fp32 => DnnMathType.Fma,
        Precision.Tf32 => DnnMathType.Default,
        _ => DnnMathType.TensorOp,
    };

    /// <summary>The names of the direction's algorithms, by their numbers.</summary>
    public string[] Algorithms { get; }

    protected CudaDNNContext Dnn { get; }

    protected TensorDescriptor Images { get; }

    protected FilterDescriptor Filters { get; }

    protected TensorDescriptor Results { get; }

    protected ConvolutionDescriptor Movement { get; }

    /// <summary>Makes the convolution of a key's direction.</summary>
    public static DnnConvolution Of(CudaDNNContext dnn, ConvolutionKey key) => key.Direction switch
    {
        ConvolutionDirection.Forward => new ForwardConvolution(dnn, key),
        ConvolutionDirection.InputGradient => new InputGradientConvolution(dnn, key),
        _ => new FilterGradientConvolution(dnn, key),
    };

    /// <summary>The algorithms by the library's estimate, fastest first.</summary>
    public abstract DnnAlgorithmPerformance[] Estimate();

    /// <summary>The algorithms by measurement, fastest first; what is computed is overwritten.</summary>
    public abstract DnnAlgorithmPerformance[] Measure(ulong first, ulong second, ulong computed, ulong workspace, long workspaceBytes);

    /// <summary>The scratch memory an algorithm needs; null if it cannot do this convolution.</summary>
    public abstract long? WorkspaceBytes(int algorithm);

    /// <summary>Computes, in cuDNN's stream.</summary>
    public abstract void Run(ulong first, ulong second, ulong computed, ulong workspace);

    /// <summary>Settles on an algorithm.</summary>
    public void Choose(DnnChoice choice)
    {
        Choice = choice;
        Movement.SetConvolutionMathType(choice.MathType);
    }

    public virtual void Dispose()
    {
        Images.Dispose();
        Filters.Dispose();
        Results.Dispose();
        Movement.Dispose();
    }

    protected static void Describe(TensorDescriptor descriptor, DnnDataType type, Shape s) =>
        descriptor.SetTensor4dDescriptor(DnnTensorFormat.NHWC, type, s[0], s[3], s[1], s[2]);
}

/// <summary>Images and filters give results; with bias and ReLU in the same call where the library can.</summary>
sealed class ForwardConvolution : DnnConvolution
{
    static readonly string[] s_algorithms =
        ["implicit gemm", "implicit precomp gemm", "gemm", "direct", "fft", "fft tiling", "winograd", "winograd nonfused"];

    readonly TensorDescriptor _bias;
    readonly ActivationDescriptor _relu;

    public ForwardConvolution(CudaDNNContext dnn, ConvolutionKey key)
        : base(dnn, key, s_algorithms)
    {
        _bias = new TensorDescriptor(dnn.Context);
        _relu = new ActivationDescriptor(dnn.Context);
        DnnDataType type = key.Precision == Precision.Bf16 ? DnnDataType.BFloat16 : DnnDataType.Float;
        Describe(_bias, type, Shape.Of(1, 1, 1, key.Results[3]));
        _relu.SetActivationDescriptor(DnnActivationMode.Relu);
    }

    public override DnnAlgorithmPerformance[] Estimate() => Dnn.GetConvolutionForwardAlgorithm(Images, Filters, Movement, Results);

    public override DnnAlgorithmPerformance[] Measure(ulong first, ulong second, ulong computed, ulong workspace, long workspaceBytes) =>
        Dnn.FindConvolutionForwardAlgorithm(Images, first, Filters, second, Movement, Results, computed, workspace, workspaceBytes);

    public override long? WorkspaceBytes(int algorithm) =>
        Dnn.GetConvolutionForwardWorkspaceSize(Images, Filters, Movement, Results, algorithm);

    public override void Run(ulong first, ulong second, ulong computed, ulong workspace) =>
        Dnn.ConvolutionForward(
            1, Images, first, Filters, second, Movement, Choice.Algorithm, workspace, Choice.WorkspaceBytes, 0, Results, computed);

    /// <summary>Computes max(0, convolution + bias).</summary>
    public void RunFused(ulong images, ulong filters, ulong bias, ulong results, ulong workspace) =>
        Dnn.ConvolutionBiasActivationForward(
            1, Images, images, Filters, filters, Movement, Choice.Algorithm, workspace, Choice.WorkspaceBytes, 0, Results, results,
            _bias, bias, _relu, Results, results);

    public override void Dispose()
    {
        base.Dispose();
        _bias.Dispose();
        _relu.Dispose();
    }
}

/// <summary>Results and filters give images.</summary>
sealed class InputGradientConvolution(CudaDNNContext dnn, ConvolutionKey key) : DnnConvolution(dnn, key, s_algorithms)
{
    static readonly string[] s_algorithms = ["algo 0", "algo 1", "fft", "fft tiling", "winograd", "winograd nonfused"];

    public override DnnAlgorithmPerformance[] Estimate() => Dnn.GetConvolutionBackwardDataAlgorithm(Filters, Results, Movement, Images);

    public override DnnAlgorithmPerformance[] Measure(ulong first, ulong second, ulong computed, ulong workspace, long workspaceBytes) =>
        Dnn.FindConvolutionBackwardDataAlgorithm(Filters, second, Results, first, Movement, Images, computed, workspace, workspaceBytes);

    public override long? WorkspaceBytes(int algorithm) =>
        Dnn.GetConvolutionBackwardDataWorkspaceSize(Filters, Results, Movement, Images, algorithm);

    public override void Run(ulong first, ulong second, ulong computed, ulong workspace) =>
        Dnn.ConvolutionBackwardData(
            1, Filters, second, Results, first, Movement, Choice.Algorithm, workspace, Choice.WorkspaceBytes, 0, Images, computed);
}

/// <summary>Images and results give filters.</summary>
sealed class FilterGradientConvolution(CudaDNNContext dnn, ConvolutionKey key) : DnnConvolution(dnn, key, s_algorithms)
{
    static readonly string[] s_algorithms = ["algo 0", "algo 1", "fft", "algo 3", "winograd", "winograd nonfused", "fft tiling"];

    public override DnnAlgorithmPerformance[] Estimate() => Dnn.GetConvolutionBackwardFilterAlgorithm(Images, Results, Movement, Filters);

    public override DnnAlgorithmPerformance[] Measure(ulong first, ulong second, ulong computed, ulong workspace, long workspaceBytes) =>
        Dnn.FindConvolutionBackwardFilterAlgorithm(Images, first, Results, second, Movement, Filters, computed, workspace, workspaceBytes);

    public override long? WorkspaceBytes(int algorithm) =>
        Dnn.GetConvolutionBackwardFilterWorkspaceSize(Images, Results, Movement, Filters, algorithm);

    public override void Run(ulong first, ulong second, ulong computed, ulong workspace) =>
        Dnn.ConvolutionBackwardFilter(
            1, Images, first, Results, second, Movement, Choice.Algorithm, workspace, Choice.WorkspaceBytes, 0, Filters, computed);
}
