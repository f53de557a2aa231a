namespace GeneratingImages.Cuda;

/// <summary>Memory of the host that the device copies from and to by itself, while the host goes on.</summary>
public sealed unsafe class CudaPageLockedHostMemory<T> : IDisposable
    where T : unmanaged
{
    readonly NativeHandle _handle;

    /// <summary>Allocates it, uninitialised.</summary>
    /// <param name="context">The context whose device copies.</param>
    /// <param name="size">The number of elements, at least 1.</param>
    public CudaPageLockedHostMemory(CudaContext context, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        Size = size;
        context.SetCurrent();
        DriverApi.Check(DriverApi.cuMemHostAlloc(out void* pointer, (nuint)SizeInBytes, 0));
        _handle = context.Own((nint)pointer, static p => DriverApi.cuMemFreeHost((void*)p));
        PinnedHostPointer = (T*)pointer;
    }

    /// <summary>The first element.</summary>
    public T* PinnedHostPointer { get; private set; }

    /// <summary>The number of elements.</summary>
    public int Size { get; }

    /// <summary>The size in bytes.</summary>
    public long SizeInBytes => (long)Size * sizeof(T);

    /// <summary>The memory.</summary>
    /// <exception cref="ObjectDisposedException">It was freed.</exception>
    public Span<T> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(PinnedHostPointer is null, this);
            return new Span<T>(PinnedHostPointer, Size);
        }
    }

    /// <summary>Frees it; no copy may be under way.</summary>
    public void Dispose()
    {
        PinnedHostPointer = null;
        _handle.Dispose();
    }
}
