namespace GeneratingImages.Cuda;

/// <summary>
/// The convolutions a device was asked for, each with its algorithm, chosen once for a shape. They last as long as the device, so that
/// plans of the same shapes share them.
/// </summary>
sealed class DnnConvolutions(CudaDevice device, string cacheFolder) : IDisposable
{
    readonly Dictionary<ConvolutionKey, DnnConvolution> _known = [];
    readonly AlgorithmSearch _search = new(device);
    AlgorithmCache? _cache;

    /// <summary>The convolution of a shape, ready to run.</summary>
    /// <exception cref="Core.NoKernelException">cuDNN has no algorithm for it.</exception>
    public DnnConvolution Get(ConvolutionKey key)
    {
        if (_known.TryGetValue(key, out DnnConvolution? known)) return known;
        _cache ??= new AlgorithmCache(cacheFolder, device.Properties.DeviceName, CudaDNNContext.Version);
        DnnConvolution convolution = DnnConvolution.Of(device.Dnn, key);
        try
        {
            if (_cache.Read(key) is { } kept && Holds(convolution, kept))
            {
                convolution.Choose(kept);
            }
            else
            {
                DnnChoice choice = _search.Choose(convolution);
                convolution.Choose(choice);
                _cache.Write(key, choice);
            }
        }
        catch
        {
            convolution.Dispose();
            throw;
        }

        _known[key] = convolution;
        return convolution;
    }

    public void Dispose()
    {
        foreach (DnnConvolution convolution in _known.Values) convolution.Dispose();
        _known.Clear();
    }

    /// <summary>Whether a kept choice still is what the library says of the algorithm.</summary>
    static bool Holds(DnnConvolution convolution, DnnChoice kept)
    {
        if (kept.Algorithm >= convolution.Algorithms.Length || kept.MathType is < DnnMathType.Default or > DnnMathType.Fma) return false;
        convolution.Choose(kept);
        return convolution.WorkspaceBytes(kept.Algorithm) == kept.WorkspaceBytes;
    }
}
