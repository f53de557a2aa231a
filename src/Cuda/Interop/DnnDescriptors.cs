namespace GeneratingImages.Cuda;

/// <summary>A tensor's type, layout and sizes as cuDNN wants them.</summary>
public sealed class TensorDescriptor : IDisposable
{
    readonly NativeHandle _handle;

    /// <summary>Makes an empty descriptor.</summary>
    public TensorDescriptor(CudaContext context)
    {
        DnnApi.Check(DnnApi.cudnnCreateTensorDescriptor(out nint descriptor));
        _handle = context.Own(descriptor, static d => DnnApi.cudnnDestroyTensorDescriptor(d));
        Desc = descriptor;
    }

    /// <summary>The native handle, valid until this is disposed of.</summary>
    public nint Desc { get; }

    /// <summary>Describes a packed tensor; sizes are named n, c, h, w whatever the layout.</summary>
    public void SetTensor4dDescriptor(DnnTensorFormat format, DnnDataType type, int n, int c, int h, int w) =>
        DnnApi.Check(DnnApi.cudnnSetTensor4dDescriptor(Desc, format, type, n, c, h, w), $"{type} {format}, n {n}, c {c}, h {h}, w {w}");

    /// <summary>Frees it.</summary>
    public void Dispose() => _handle.Dispose();
}

/// <summary>Filters' type, layout and sizes as cuDNN wants them.</summary>
public sealed class FilterDescriptor : IDisposable
{
    readonly NativeHandle _handle;

    /// <summary>Makes an empty descriptor.</summary>
    public FilterDescriptor(CudaContext context)
    {
        DnnApi.Check(DnnApi.cudnnCreateFilterDescriptor(out nint descriptor));
        _handle = context.Own(descriptor, static d => DnnApi.cudnnDestroyFilterDescriptor(d));
        Desc = descriptor;
    }

    /// <summary>The native handle, valid until this is disposed of.</summary>
    public nint Desc { get; }

    /// <summary>Describes filters: k outputs, c inputs, h by w.</summary>
    public void SetFilter4dDescriptor(DnnDataType type, DnnTensorFormat format, int k, int c, int h, int w) =>
        DnnApi.Check(DnnApi.cudnnSetFilter4dDescriptor(Desc, type, format, k, c, h, w), $"{type} {format}, k {k}, c {c}, h {h}, w {w}");

    /// <summary>Frees it.</summary>
    public void Dispose() => _handle.Dispose();
}

/// <summary>How filters move over an image, and in what arithmetic.</summary>
public sealed class ConvolutionDescriptor : IDisposable
{
    readonly NativeHandle _handle;

    /// <summary>Makes an empty descriptor.</summary>
    public ConvolutionDescriptor(CudaContext context)
    {
        DnnApi.Check(DnnApi.cudnnCreateConvolutionDescriptor(out nint descriptor));
        _handle = context.Own(descriptor, static d => DnnApi.cudnnDestroyConvolutionDescriptor(d));
        Desc = descriptor;
    }

    /// <summary>The native handle, valid until this is disposed of.</summary>
    public nint Desc { get; }

    /// <summary>Describes the movement; padding is the same on opposite sides.</summary>
    public void SetConvolution2dDescriptor(
        int padH, int padW, int strideH, int strideW, int dilationH, int dilationW, DnnConvolutionMode mode, DnnDataType compute) =>
        DnnApi.Check(
            DnnApi.cudnnSetConvolution2dDescriptor(Desc, padH, padW, strideH, strideW, dilationH, dilationW, mode, compute),
            $"padding {padH}x{padW}, stride {strideH}x{strideW}");

    /// <summary>Sets the arithmetic.</summary>
    public void SetConvolutionMathType(DnnMathType type) => DnnApi.Check(DnnApi.cudnnSetConvolutionMathType(Desc, type), $"{type}");

    /// <summary>Frees it.</summary>
    public void Dispose() => _handle.Dispose();
}

/// <summary>An activation for the fused convolution.</summary>
public sealed class ActivationDescriptor : IDisposable
{
    readonly NativeHandle _handle;

    /// <summary>Makes an empty descriptor.</summary>
    public ActivationDescriptor(CudaContext context)
    {
        DnnApi.Check(DnnApi.cudnnCreateActivationDescriptor(out nint descriptor));
        _handle = context.Own(descriptor, static d => DnnApi.cudnnDestroyActivationDescriptor(d));
        Desc = descriptor;
    }

    /// <summary>The native handle, valid until this is disposed of.</summary>
    public nint Desc { get; }

    /// <summary>Describes an activation; a NaN stays one.</summary>
    public void SetActivationDescriptor(DnnActivationMode mode)
    {
        const int PropagateNan = 1;
        DnnApi.Check(DnnApi.cudnnSetActivationDescriptor(Desc, mode, PropagateNan, 0), $"{mode}");
    }

    /// <summary>Frees it.</summary>
    public void Dispose() => _handle.Dispose();
}
