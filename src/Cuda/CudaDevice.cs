namespace GeneratingImages.Cuda;

/// <summary>What kernels need of a device: its context, the one stream all work is queued in, and its code by name.</summary>
public sealed class CudaDevice : IDisposable
{
    readonly Func<CudaDevice, string, CudaModule> _build;
    readonly Dictionary<string, CudaModule> _modules = [];

    /// <summary>Opens a device.</summary>
    /// <param name="deviceId">Which, from 0.</param>
    /// <param name="precision">In what arithmetic products are computed.</param>
    /// <param name="build">Makes the module of a kernel file, by its name without an extension.</param>
    /// <exception cref="CudaLibraryException">There is no driver.</exception>
    /// <exception cref="CudaException">There is no such device, or it does not work.</exception>
    public CudaDevice(int deviceId, Precision precision, Func<CudaDevice, string, CudaModule> build)
    {
        (Precision, _build) = (precision, build);
        Context = new CudaContext(deviceId);
        Properties = Context.GetDeviceInfo();
        Stream = new CudaStream(Context);
    }

    /// <summary>The device's primary context.</summary>
    public CudaContext Context { get; }

    /// <summary>What the device is and can do.</summary>
    public CudaDeviceProperties Properties { get; }

    /// <summary>The stream that all work is queued in.</summary>
    public CudaStream Stream { get; }

    /// <summary>In what arithmetic products are computed.</summary>
    public Precision Precision { get; }

    /// <summary>A function of a kernel file; each call gives an object of its own, with its own launch sizes.</summary>
    /// <param name="file">The file's name without an extension, such as <c>pool</c>.</param>
    /// <param name="function">The function's name.</param>
    public CudaKernel Kernel(string file, string function)
    {
        if (!_modules.TryGetValue(file, out CudaModule? module)) _modules[file] = module = _build(this, file);
        return new CudaKernel(function, module);
    }

    /// <summary>Gives everything back.</summary>
    public void Dispose()
    {
        foreach (CudaModule module in _modules.Values) module.Dispose();
        _modules.Clear();
        Stream.Dispose();
        Context.Dispose();
    }
}
