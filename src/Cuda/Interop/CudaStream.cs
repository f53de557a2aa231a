namespace GeneratingImages.Cuda;

/// <summary>A queue of work on the device. It never waits for the legacy default stream, which nothing here uses.</summary>
public sealed class CudaStream : IDisposable
{
    const uint NonBlocking = 1;

    readonly NativeHandle _handle;

    /// <summary>Makes a stream.</summary>
    public CudaStream(CudaContext context)
    {
        Context = context;
        context.SetCurrent();
        DriverApi.Check(DriverApi.cuStreamCreate(out nint stream, NonBlocking));
        _handle = context.Own(stream, static s => DriverApi.cuStreamDestroy(s));
        Stream = stream;
    }

    /// <summary>The context it belongs to.</summary>
    public CudaContext Context { get; }

    /// <summary>The native handle, valid until the stream is disposed of.</summary>
    public nint Stream { get; }

    /// <summary>Waits until all its work is done.</summary>
    /// <exception cref="CudaException">The work failed.</exception>
    public void Synchronize() => DriverApi.Check(DriverApi.cuStreamSynchronize(Stream));

    /// <summary>Whether all its work is done.</summary>
    public bool Query()
    {
        CUResult result = DriverApi.cuStreamQuery(Stream);
        if (result == CUResult.NotReady) return false;
        DriverApi.Check(result, nameof(DriverApi.cuStreamQuery));
        return true;
    }

    /// <summary>Frees it; work already queued is still done.</summary>
    public void Dispose() => _handle.Dispose();
}
