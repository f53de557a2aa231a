namespace GeneratingImages.Cuda;

/// <summary>An array in the device's memory.</summary>
public sealed unsafe class CudaDeviceVariable<T> : IDisposable
    where T : unmanaged
{
    readonly NativeHandle _handle;
    readonly CudaContext _context;

    /// <summary>Allocates it, uninitialised.</summary>
    /// <param name="context">Where.</param>
    /// <param name="size">The number of elements, at least 1.</param>
    /// <exception cref="CudaException"><see cref="CUResult.OutOfMemory"/>: there is not enough.</exception>
    public CudaDeviceVariable(CudaContext context, long size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        (_context, Size) = (context, size);
        context.SetCurrent();
        DriverApi.Check(DriverApi.cuMemAlloc(out ulong pointer, (nuint)checked(size * sizeof(T))));
        _handle = context.Own((nint)pointer, static p => DriverApi.cuMemFree((ulong)p));
        DevicePointer = pointer;
    }

    /// <summary>Its address on the device, aligned to 256 bytes.</summary>
    public ulong DevicePointer { get; }

    /// <summary>The number of elements.</summary>
    public long Size { get; }

    /// <summary>The size in bytes.</summary>
    public long SizeInBytes => Size * sizeof(T);

    /// <summary>Reads or writes one element, each time with a copy that waits: for tests and debugging.</summary>
    public T this[long index]
    {
        get
        {
            T value;
            CopyToHost(new Span<T>(&value, 1), index);
            return value;
        }

        set => CopyToDevice(new ReadOnlySpan<T>(&value, 1), index);
    }

    /// <summary>
    /// Copies from the host and waits. The driver's call alone returns once it has read the source; the write to the device may be under
    /// way in the default stream, for which this project's streams do not wait (CUDA Driver API manual, API synchronization behavior).
    /// </summary>
    /// <param name="source">What to copy.</param>
    /// <param name="start">The first element written.</param>
    /// <exception cref="ArgumentOutOfRangeException">It does not fit.</exception>
    public void CopyToDevice(ReadOnlySpan<T> source, long start = 0)
    {
        ulong to = Address(start, source.Length);
        fixed (T* from = source) DriverApi.Check(DriverApi.cuMemcpyHtoD(to, from, (nuint)source.Length * (nuint)sizeof(T)));
        DriverApi.Check(DriverApi.cuStreamSynchronize(CudaStream.Default));
    }

    /// <summary>Copies to the host and waits for the copy; work in streams must have been waited for.</summary>
    /// <inheritdoc cref="CopyToDevice"/>
    public void CopyToHost(Span<T> destination, long start = 0)
    {
        ulong from = Address(start, destination.Length);
        fixed (T* to = destination) DriverApi.Check(DriverApi.cuMemcpyDtoH(to, from, (nuint)destination.Length * (nuint)sizeof(T)));
    }

    /// <summary>Queues a copy from page-locked memory, which must not change until the stream has got there.</summary>
    public void AsyncCopyToDevice(CudaPageLockedHostMemory<T> source, CudaStream stream)
    {
        ulong to = Address(0, source.Size);
        DriverApi.Check(DriverApi.cuMemcpyHtoDAsync(to, source.PinnedHostPointer, (nuint)source.SizeInBytes, stream.Stream));
    }

    /// <summary>Queues a copy to page-locked memory, which holds it once the stream has got there.</summary>
    public void AsyncCopyToHost(CudaPageLockedHostMemory<T> destination, CudaStream stream)
    {
        ulong from = Address(0, destination.Size);
        DriverApi.Check(DriverApi.cuMemcpyDtoHAsync(destination.PinnedHostPointer, from, (nuint)destination.SizeInBytes, stream.Stream));
    }

    /// <summary>Queues a copy within the device.</summary>
    public void AsyncCopyToDevice(CudaDeviceVariable<T> source, CudaStream stream)
    {
        ulong to = Address(0, source.Size);
        DriverApi.Check(DriverApi.cuMemcpyDtoDAsync(to, source.DevicePointer, (nuint)source.SizeInBytes, stream.Stream));
    }

    /// <summary>Sets every byte.</summary>
    public void MemsetAsync(byte value, CudaStream stream) =>
        DriverApi.Check(DriverApi.cuMemsetD8Async(DevicePointer, value, (nuint)SizeInBytes, stream.Stream));

    /// <summary>Frees the memory.</summary>
    public void Dispose() => _handle.Dispose();

    ulong Address(long start, long count)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, this);
        if (start < 0 || start > Size - count)
            throw new ArgumentOutOfRangeException(nameof(start), $"{count} elements from {start} on leave the device variable of {Size}");
        _context.SetCurrent();
        return DevicePointer + (ulong)start * (ulong)sizeof(T);
    }
}
