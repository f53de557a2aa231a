using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>
/// How a convolution is run on tensors in single precision. In bfloat16 the factors are rounded into the workspace first and the result
/// widened from there: what is kept, parameters above all, stays in single precision.
/// </summary>
sealed class ConvolutionRun
{
    // What the library may expect of any operand.
    const int Alignment = 256;
    const string File = "bfloat16";

    readonly CudaDevice _device;
    readonly DnnConvolution _convolution;
    readonly bool _rounds;
    readonly long _firstAt, _secondAt, _computedAt;

    /// <summary>Lays out the workspace: the algorithm's, then the tensors in bfloat16.</summary>
    public ConvolutionRun(CudaDevice device, DnnConvolution convolution)
    {
        (_device, _convolution, _rounds) = (device, convolution, convolution.Key.Precision == Precision.Bf16);
        WorkspaceBytes = convolution.Choice.WorkspaceBytes;
        if (!_rounds) return;
        (Shape first, Shape second) = convolution.Key.Factors;
        _firstAt = Aligned(WorkspaceBytes);
        _secondAt = _firstAt + Aligned(first.Count * sizeof(ushort));
        _computedAt = _secondAt + Aligned(second.Count * sizeof(ushort));
        WorkspaceBytes = _computedAt + convolution.Key.Computed.Count * sizeof(ushort);
    }

    /// <summary>The workspace it takes, in bytes.</summary>
    public long WorkspaceBytes { get; }

    /// <summary>A size, rounded up so that another operand may follow.</summary>
    public static long Aligned(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;

    /// <summary>Ties it to addresses.</summary>
    public Action<CudaStream> Bind(ulong first, ulong second, ulong computed, ulong workspace)
    {
        DnnConvolution convolution = _convolution;
        if (!_rounds) return _ => convolution.Run(first, second, computed, workspace);
        (Shape firstShape, Shape secondShape) = convolution.Key.Factors;
        (ulong a, ulong b, ulong c) = (workspace + (ulong)_firstAt, workspace + (ulong)_secondAt, workspace + (ulong)_computedAt);
        Action<CudaStream> roundFirst = Convert("to_bfloat16", first, a, firstShape.Count);
        Action<CudaStream> roundSecond = Convert("to_bfloat16", second, b, secondShape.Count);
        Action<CudaStream> widen = Convert("from_bfloat16", c, computed, convolution.Key.Computed.Count);
        return stream =>
        {
            roundFirst(stream);
            roundSecond(stream);
            convolution.Run(a, b, c, workspace);
            widen(stream);
        };
    }

    Action<CudaStream> Convert(string function, ulong from, ulong to, long count)
    {
        CudaKernel kernel = _device.Kernel(File, function).ForElements(count);
        return stream => kernel.RunAsync(stream, from, to, count);
    }
}
