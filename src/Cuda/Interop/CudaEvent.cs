namespace GeneratingImages.Cuda;

/// <summary>A mark in a stream, to wait for or to time by.</summary>
public sealed class CudaEvent : IDisposable
{
    const uint DisableTiming = 2;

    readonly NativeHandle _handle;

    /// <summary>Makes an event.</summary>
    /// <param name="context">Where.</param>
    /// <param name="timing">Whether <see cref="ElapsedTime"/> will be asked; without, waiting costs less.</param>
    public CudaEvent(CudaContext context, bool timing = true)
    {
        context.SetCurrent();
        DriverApi.Check(DriverApi.cuEventCreate(out nint @event, timing ? 0 : DisableTiming));
        _handle = context.Own(@event, static e => DriverApi.cuEventDestroy(e));
        Event = @event;
    }

    /// <summary>The native handle, valid until the event is disposed of.</summary>
    public nint Event { get; }

    /// <summary>The milliseconds between two events that have both passed, to half a microsecond.</summary>
    public static float ElapsedTime(CudaEvent start, CudaEvent end)
    {
        DriverApi.Check(DriverApi.cuEventElapsedTime(out float milliseconds, start.Event, end.Event));
        return milliseconds;
    }

    /// <summary>Marks the stream's present end.</summary>
    public void Record(CudaStream stream) => DriverApi.Check(DriverApi.cuEventRecord(Event, stream.Stream));

    /// <summary>Waits until the stream has passed the mark.</summary>
    public void Synchronize() => DriverApi.Check(DriverApi.cuEventSynchronize(Event));

    /// <summary>Whether the stream has passed the mark.</summary>
    public bool Query()
    {
        CUResult result = DriverApi.cuEventQuery(Event);
        if (result == CUResult.NotReady) return false;
        DriverApi.Check(result, nameof(DriverApi.cuEventQuery));
        return true;
    }

    /// <summary>Frees it.</summary>
    public void Dispose() => _handle.Dispose();
}
