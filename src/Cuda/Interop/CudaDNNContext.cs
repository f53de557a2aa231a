namespace GeneratingImages.Cuda;

/// <summary>cuDNN on one device: a handle, which belongs to one thread at a time, and its stream.</summary>
public sealed partial class CudaDNNContext : IDisposable
{
    readonly NativeHandle _handle;
    readonly nint _dnn;

    /// <summary>Initialises cuDNN in a context.</summary>
    /// <exception cref="CudaLibraryException">cuDNN was not found.</exception>
    public CudaDNNContext(CudaContext context)
    {
        NativeLibraries.Find(NativeLibraries.Dnn);
        Context = context;
        context.SetCurrent();
        DnnApi.Check(DnnApi.cudnnCreate(out _dnn));
        _handle = context.Own(_dnn, static h => DnnApi.cudnnDestroy(h));
    }

    /// <summary>The context it belongs to.</summary>
    public CudaContext Context { get; }

    /// <summary>The library's version, such as 8.9.7 or 9.6.0.</summary>
    /// <exception cref="CudaLibraryException">cuDNN was not found.</exception>
    public static Version Version
    {
        get
        {
            NativeLibraries.Find(NativeLibraries.Dnn);
            return VersionOf(DnnApi.cudnnGetVersion());
        }
    }

    /// <summary>The CUDA version the library was made for.</summary>
    /// <exception cref="CudaLibraryException">cuDNN was not found.</exception>
    public static int CudaVersion
    {
        get
        {
            NativeLibraries.Find(NativeLibraries.Dnn);
            return (int)DnnApi.cudnnGetCudartVersion();
        }
    }

    /// <summary>Sets the stream that later calls queue their work in.</summary>
    public void SetStream(CudaStream stream) => DnnApi.Check(DnnApi.cudnnSetStream(_dnn, stream.Stream));

    /// <summary>Frees the handle.</summary>
    public void Dispose() => _handle.Dispose();

    /// <summary>A version number as people write it: up to 8.9 thousands count majors, from 9.0 on ten thousands.</summary>
    internal static Version VersionOf(nuint number)
    {
        const int FirstOfNine = 90000;
        int version = (int)number, major = version >= FirstOfNine ? 10000 : 1000;
        return new Version(version / major, version % major / 100, version % 100);
    }
}
