namespace GeneratingImages.Cuda;

/// <summary>The convolutions, in C's argument order without the handle.</summary>
public sealed unsafe partial class CudaDNNContext
{
    /// <summary>More algorithms than any direction has.</summary>
    const int MostAlgorithms = 16;

    /// <summary>The algorithms for a convolution, by the library's estimate the fastest first; nothing is run.</summary>
    public DnnAlgorithmPerformance[] GetConvolutionForwardAlgorithm(
        TensorDescriptor xDesc, FilterDescriptor wDesc, ConvolutionDescriptor convDesc, TensorDescriptor yDesc)
    {
        var results = new DnnAlgorithmPerformance[MostAlgorithms];
        int returned;
        fixed (DnnAlgorithmPerformance* pointer = results)
            DnnApi.Check(DnnApi.cudnnGetConvolutionForwardAlgorithm_v7(
                _dnn, xDesc.Desc, wDesc.Desc, convDesc.Desc, yDesc.Desc, MostAlgorithms, out returned, pointer));
        return results[..returned];
    }

    /// <inheritdoc cref="GetConvolutionForwardAlgorithm"/>
    public DnnAlgorithmPerformance[] GetConvolutionBackwardDataAlgorithm(
        FilterDescriptor wDesc, TensorDescriptor dyDesc, ConvolutionDescriptor convDesc, TensorDescriptor dxDesc)
    {
        var results = new DnnAlgorithmPerformance[MostAlgorithms];
        int returned;
        fixed (DnnAlgorithmPerformance* pointer = results)
            DnnApi.Check(DnnApi.cudnnGetConvolutionBackwardDataAlgorithm_v7(
                _dnn, wDesc.Desc, dyDesc.Desc, convDesc.Desc, dxDesc.Desc, MostAlgorithms, out returned, pointer));
        return results[..returned];
    }

    /// <inheritdoc cref="GetConvolutionForwardAlgorithm"/>
    public DnnAlgorithmPerformance[] GetConvolutionBackwardFilterAlgorithm(
        TensorDescriptor xDesc, TensorDescriptor dyDesc, ConvolutionDescriptor convDesc, FilterDescriptor dwDesc)
    {
        var results = new DnnAlgorithmPerformance[MostAlgorithms];
        int returned;
        fixed (DnnAlgorithmPerformance* pointer = results)
            DnnApi.Check(DnnApi.cudnnGetConvolutionBackwardFilterAlgorithm_v7(
                _dnn, xDesc.Desc, dyDesc.Desc, convDesc.Desc, dwDesc.Desc, MostAlgorithms, out returned, pointer));
        return results[..returned];
    }

    /// <summary>Runs and times every algorithm, the fastest first; the output is overwritten. Waits, so never in a capture.</summary>
    public DnnAlgorithmPerformance[] FindConvolutionForwardAlgorithm(
        TensorDescriptor xDesc, ulong x, FilterDescriptor wDesc, ulong w, ConvolutionDescriptor convDesc, TensorDescriptor yDesc, ulong y,
        ulong workspace, long workspaceBytes)
    {
        var results = new DnnAlgorithmPerformance[MostAlgorithms];
        int returned;
        fixed (DnnAlgorithmPerformance* pointer = results)
            DnnApi.Check(DnnApi.cudnnFindConvolutionForwardAlgorithmEx(
                _dnn, xDesc.Desc, x, wDesc.Desc, w, convDesc.Desc, yDesc.Desc, y,
                MostAlgorithms, out returned, pointer, workspace, (nuint)workspaceBytes));
        return results[..returned];
    }

    /// <inheritdoc cref="FindConvolutionForwardAlgorithm"/>
    public DnnAlgorithmPerformance[] FindConvolutionBackwardDataAlgorithm(
        FilterDescriptor wDesc, ulong w, TensorDescriptor dyDesc, ulong dy, ConvolutionDescriptor convDesc, TensorDescriptor dxDesc,
        ulong dx, ulong workspace, long workspaceBytes)
    {
        var results = new DnnAlgorithmPerformance[MostAlgorithms];
        int returned;
        fixed (DnnAlgorithmPerformance* pointer = results)
            DnnApi.Check(DnnApi.cudnnFindConvolutionBackwardDataAlgorithmEx(
                _dnn, wDesc.Desc, w, dyDesc.Desc, dy, convDesc.Desc, dxDesc.Desc, dx,
                MostAlgorithms, out returned, pointer, workspace, (nuint)workspaceBytes));
        return results[..returned];
    }

    /// <inheritdoc cref="FindConvolutionForwardAlgorithm"/>
    public DnnAlgorithmPerformance[] FindConvolutionBackwardFilterAlgorithm(
        TensorDescriptor xDesc, ulong x, TensorDescriptor dyDesc, ulong dy, ConvolutionDescriptor convDesc, FilterDescriptor dwDesc,
        ulong dw, ulong workspace, long workspaceBytes)
    {
        var results = new DnnAlgorithmPerformance[MostAlgorithms];
        int returned;
        fixed (DnnAlgorithmPerformance* pointer = results)
            DnnApi.Check(DnnApi.cudnnFindConvolutionBackwardFilterAlgorithmEx(
                _dnn, xDesc.Desc, x, dyDesc.Desc, dy, convDesc.Desc, dwDesc.Desc, dw,
                MostAlgorithms, out returned, pointer, workspace, (nuint)workspaceBytes));
        return results[..returned];
    }

    /// <summary>The workspace an algorithm needs for a convolution, in bytes; null if it cannot do it.</summary>
    public long? GetConvolutionForwardWorkspaceSize(
        TensorDescriptor xDesc, FilterDescriptor wDesc, ConvolutionDescriptor convDesc, TensorDescriptor yDesc, int algorithm) =>
        DnnApi.cudnnGetConvolutionForwardWorkspaceSize(_dnn, xDesc.Desc, wDesc.Desc, convDesc.Desc, yDesc.Desc, algorithm, out nuint bytes)
        == DnnApi.Success ? (long)bytes : null;

    /// <inheritdoc cref="GetConvolutionForwardWorkspaceSize"/>
    public long? GetConvolutionBackwardDataWorkspaceSize(
        FilterDescriptor wDesc, TensorDescriptor dyDesc, ConvolutionDescriptor convDesc, TensorDescriptor dxDesc, int algorithm) =>
        DnnApi.cudnnGetConvolutionBackwardDataWorkspaceSize(
            _dnn, wDesc.Desc, dyDesc.Desc, convDesc.Desc, dxDesc.Desc, algorithm, out nuint bytes) == DnnApi.Success ? (long)bytes : null;

    /// <inheritdoc cref="GetConvolutionForwardWorkspaceSize"/>
    public long? GetConvolutionBackwardFilterWorkspaceSize(
        TensorDescriptor xDesc, TensorDescriptor dyDesc, ConvolutionDescriptor convDesc, FilterDescriptor dwDesc, int algorithm) =>
        DnnApi.cudnnGetConvolutionBackwardFilterWorkspaceSize(
            _dnn, xDesc.Desc, dyDesc.Desc, convDesc.Desc, dwDesc.Desc, algorithm, out nuint bytes) == DnnApi.Success ? (long)bytes : null;

    /// <summary>y = alpha conv(x, w) + beta y.</summary>
    public void ConvolutionForward(
        float alpha, TensorDescriptor xDesc, ulong x, FilterDescriptor wDesc, ulong w, ConvolutionDescriptor convDesc, int algorithm,
        ulong workspace, long workspaceBytes, float beta, TensorDescriptor yDesc, ulong y) =>
        DnnApi.Check(DnnApi.cudnnConvolutionForward(
            _dnn, &alpha, xDesc.Desc, x, wDesc.Desc, w, convDesc.Desc, algorithm, workspace, (nuint)workspaceBytes, &beta, yDesc.Desc, y));

    /// <summary>dx = alpha (the gradient of the convolution's input) + beta dx: the transposed convolution of dy.</summary>
    public void ConvolutionBackwardData(
        float alpha, FilterDescriptor wDesc, ulong w, TensorDescriptor dyDesc, ulong dy, ConvolutionDescriptor convDesc, int algorithm,
        ulong workspace, long workspaceBytes, float beta, TensorDescriptor dxDesc, ulong dx) =>
        DnnApi.Check(DnnApi.cudnnConvolutionBackwardData(
            _dnn, &alpha, wDesc.Desc, w, dyDesc.Desc, dy, convDesc.Desc, algorithm, workspace, (nuint)workspaceBytes,
            &beta, dxDesc.Desc, dx));

    /// <summary>dw = alpha (the gradient of the filters) + beta dw.</summary>
    public void ConvolutionBackwardFilter(
        float alpha, TensorDescriptor xDesc, ulong x, TensorDescriptor dyDesc, ulong dy, ConvolutionDescriptor convDesc, int algorithm,
        ulong workspace, long workspaceBytes, float beta, FilterDescriptor dwDesc, ulong dw) =>
        DnnApi.Check(DnnApi.cudnnConvolutionBackwardFilter(
            _dnn, &alpha, xDesc.Desc, x, dyDesc.Desc, dy, convDesc.Desc, algorithm, workspace, (nuint)workspaceBytes,
            &beta, dwDesc.Desc, dw));

    /// <summary>y = activation(alpha1 conv(x, w) + alpha2 z + bias).</summary>
    public void ConvolutionBiasActivationForward(
        float alpha1, TensorDescriptor xDesc, ulong x, FilterDescriptor wDesc, ulong w, ConvolutionDescriptor convDesc, int algorithm,
        ulong workspace, long workspaceBytes, float alpha2, TensorDescriptor zDesc, ulong z, TensorDescriptor biasDesc, ulong bias,
        ActivationDescriptor activationDesc, TensorDescriptor yDesc, ulong y) =>
        DnnApi.Check(DnnApi.cudnnConvolutionBiasActivationForward(
            _dnn, &alpha1, xDesc.Desc, x, wDesc.Desc, w, convDesc.Desc, algorithm, workspace, (nuint)workspaceBytes,
            &alpha2, zDesc.Desc, z, biasDesc.Desc, bias, activationDesc.Desc, yDesc.Desc, y));
}
