using System.Runtime.InteropServices;

namespace GeneratingImages.Cuda;

/// <summary>A device's primary context, held until it is disposed of and all that was made in it has been freed.</summary>
sealed class ContextHandle : SafeHandle
{
    readonly int _device;
    int _live;

    public ContextHandle(int device)
        : base(0, ownsHandle: true)
    {
        DriverApi.Check(DriverApi.cuDevicePrimaryCtxRetain(out nint context, device));
        _device = device;
        SetHandle(context);
        Raw = context;
    }

    /// <summary>The context itself.</summary>
    public nint Raw { get; }

    /// <summary>How many objects made in the context have not been freed.</summary>
    public int Live => Volatile.Read(ref _live);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Keeps the context for one more object.</summary>
    public void Enter()
    {
        bool entered = false;
        DangerousAddRef(ref entered);
        Interlocked.Increment(ref _live);
    }

    /// <summary>One object is gone.</summary>
    public void Leave()
    {
        Interlocked.Decrement(ref _live);
        DangerousRelease();
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => DriverApi.cuDevicePrimaryCtxRelease(_device) == CUResult.Success;
}

/// <summary>
/// A native object, freed once: when its owner is disposed of, or by the finaliser if nobody did. It keeps its context, if it has one,
/// until then, and makes it current to free, since a finaliser's thread has none.
/// </summary>
sealed class NativeHandle : SafeHandle
{
    readonly ContextHandle? _context;
    readonly Action<nint> _free;

    public NativeHandle(ContextHandle? context, nint value, Action<nint> free)
        : base(0, ownsHandle: true)
    {
        (_context, _free) = (context, free);
        context?.Enter();
        SetHandle(value);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        if (_context is null)
        {
            _free(handle);
            return true;
        }

        DriverApi.cuCtxGetCurrent(out nint before);
        DriverApi.cuCtxSetCurrent(_context.Raw);
        _free(handle);
        DriverApi.cuCtxSetCurrent(before);
        _context.Leave();
        return true;
    }
}
