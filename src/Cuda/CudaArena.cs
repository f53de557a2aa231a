using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>Zeroed memory of the device, aligned to 256 bytes.</summary>
public sealed class CudaArena : Arena
{
    readonly CudaDeviceVariable<byte> _memory;

    /// <summary>Reserves the memory and queues its zeroing.</summary>
    /// <exception cref="OutOfMemoryException">There is not enough.</exception>
    public CudaArena(CudaDevice device, long bytes, string purpose)
        : base(bytes, purpose)
    {
        try
        {
            _memory = new CudaDeviceVariable<byte>(device.Context, bytes);
        }
        catch (CudaException e) when (e.CudaError == CUResult.OutOfMemory)
        {
            long free = device.Context.GetFreeDeviceMemorySize();
            throw new OutOfMemoryException(
                $"{bytes / 1e6:F0} MB for {purpose} could not be reserved on the device, {free / 1e6:F0} MB are free", e);
        }

        Pointer = _memory.DevicePointer;
        _memory.MemsetAsync(0, device.Stream);
    }

    /// <summary>The address of the first byte on the device; 0 once the memory is given back.</summary>
    public ulong Pointer { get; private set; }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Pointer = 0;
        _memory.Dispose();
    }
}

/// <summary>Addresses of slices.</summary>
public static class SliceExtensions
{
    /// <summary>The address on the device of the slice's first byte; 0 for no slice.</summary>
    public static ulong DevicePointer(this Slice slice) => slice.Arena is null ? 0 : ((CudaArena)slice.Arena).Pointer + (ulong)slice.Offset;
}
