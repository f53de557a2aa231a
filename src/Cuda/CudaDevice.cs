namespace GeneratingImages.Cuda;

/// <summary>What kernels need of a device: its context, the one stream all work is queued in, and its code by name.</summary>
public sealed class CudaDevice : IDisposable
{
    readonly Func<CudaDevice, string, CudaModule> _build;
    readonly Dictionary<string, CudaModule> _modules = [];
    readonly Dictionary<string, CudaKernel> _kernels = [];
    CudaDeviceVariable<byte>? _blasWorkspace;
    CudaBlas? _blas;
    CudaDNNContext? _dnn;

    /// <summary>Opens a device.</summary>
    /// <param name="deviceId">Which, from 0.</param>
    /// <param name="precision">In what arithmetic products are computed.</param>
    /// <param name="cacheFolder">Where chosen algorithms are kept.</param>
    /// <param name="build">Makes the module of a kernel file, by its name without an extension.</param>
    /// <exception cref="CudaLibraryException">There is no driver.</exception>
    /// <exception cref="CudaException">There is no such device, or it does not work.</exception>
    public CudaDevice(int deviceId, Precision precision, string cacheFolder, Func<CudaDevice, string, CudaModule> build)
    {
        (Precision, _build) = (precision, build);
        Context = new CudaContext(deviceId);
        Properties = Context.GetDeviceInfo();
        Stream = new CudaStream(Context);
        Convolutions = new DnnConvolutions(this, cacheFolder);
    }

    /// <summary>The device's primary context.</summary>
    public CudaContext Context { get; }

    /// <summary>What the device is and can do.</summary>
    public CudaDeviceProperties Properties { get; }

    /// <summary>The stream that all work is queued in.</summary>
    public CudaStream Stream { get; }

    /// <summary>In what arithmetic products are computed.</summary>
    public Precision Precision { get; }

    /// <summary>cuBLAS in the stream, made when first asked for: its handle takes time and memory.</summary>
    /// <exception cref="CudaLibraryException">cuBLAS was not found.</exception>
    public CudaBlas Blas => _blas ??= OpenBlas();

    /// <summary>cuDNN in the stream, made when first asked for.</summary>
    /// <exception cref="CudaLibraryException">cuDNN was not found.</exception>
    public CudaDNNContext Dnn => _dnn ??= OpenDnn();

    /// <summary>The convolutions by cuDNN, by their shapes.</summary>
    internal DnnConvolutions Convolutions { get; }

    /// <summary>The functions that were taken from kernel files so far, by name: what reports of registers and spills go through.</summary>
    public IReadOnlyDictionary<string, CudaKernel> Kernels => _kernels;

    /// <summary>A function of a kernel file; each call gives an object of its own, with its own launch sizes.</summary>
    /// <param name="file">The file's name without an extension, such as <c>pool</c>.</param>
    /// <param name="function">The function's name.</param>
    public CudaKernel Kernel(string file, string function)
    {
        if (!_modules.TryGetValue(file, out CudaModule? module)) _modules[file] = module = _build(this, file);
        return _kernels[function] = new CudaKernel(function, module);
    }

    /// <summary>Gives everything back.</summary>
    public void Dispose()
    {
        foreach (CudaModule module in _modules.Values) module.Dispose();
        _modules.Clear();
        Convolutions.Dispose();
        _dnn?.Dispose();
        _blas?.Dispose();
        _blasWorkspace?.Dispose();
        Stream.Dispose();
        Context.Dispose();
    }

    CudaBlas OpenBlas()
    {
        // What cuBLAS takes for itself by default: 32 MiB from Hopper on, 4 MiB before (cuBLAS documentation, cublasSetWorkspace).
        _blasWorkspace = new CudaDeviceVariable<byte>(Context, (Properties.ComputeCapability.Major >= 9 ? 32 : 4) << 20);
        var blas = new CudaBlas(Context);
        blas.SetStream(Stream, _blasWorkspace);
        blas.MathMode = Precision == Precision.Tf32 ? MathMode.TF32TensorOpMath : MathMode.DefaultMath;
        return blas;
    }

    CudaDNNContext OpenDnn()
    {
        var dnn = new CudaDNNContext(Context);
        dnn.SetStream(Stream);
        return dnn;
    }
}
