namespace GeneratingImages.Cuda;

/// <summary>A queue of work on the device. It never waits for the legacy default stream.</summary>
public sealed class CudaStream : IDisposable
{
    /// <summary>The handle of the legacy default stream, in which copies run that name no stream.</summary>
    internal const nint Default = 0;

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

    /// <summary>Lets later work of this stream wait for what an event recorded.</summary>
    public void WaitEvent(CudaEvent @event) => DriverApi.Check(DriverApi.cuStreamWaitEvent(Stream, @event.Event, 0));

    /// <summary>
    /// Records what a function queues in this stream, without running it. The function must not wait, nor allocate on the device.
    /// </summary>
    /// <exception cref="CudaException">Something that cannot be captured was called; the stream is usable again.</exception>
    public CudaGraph Capture(Action queue)
    {
        DriverApi.Check(DriverApi.cuStreamBeginCapture(Stream, CaptureMode.ThreadLocal));
        try
        {
            queue();
        }
        catch
        {
            // The capture has to end whatever happened in it; the first error is the one to tell.
            if (DriverApi.cuStreamEndCapture(Stream, out nint broken) == CUResult.Success && broken != 0) DriverApi.cuGraphDestroy(broken);
            throw;
        }

        DriverApi.Check(DriverApi.cuStreamEndCapture(Stream, out nint graph));
        return new CudaGraph(Context, graph);
    }

    /// <summary>Frees it; work already queued is still done.</summary>
    public void Dispose() => _handle.Dispose();
}
