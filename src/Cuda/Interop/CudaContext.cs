using System.Runtime.InteropServices;

namespace GeneratingImages.Cuda;

/// <summary>
/// A device's primary context, the one that cuBLAS, cuDNN and every other library in the process use too. It lasts until it is disposed
/// of and everything made in it is gone.
/// </summary>
public sealed class CudaContext : IDisposable
{
    /// <summary>Initialises the driver and retains the device's primary context, current on this thread.</summary>
    /// <param name="deviceId">The device, from 0.</param>
    /// <exception cref="CudaLibraryException">There is no driver.</exception>
    /// <exception cref="CudaException">The driver refuses; <see cref="CUResult.NoDevice"/> if there is none.</exception>
    public CudaContext(int deviceId = 0)
    {
        Initialize();
        DriverApi.Check(DriverApi.cuDeviceGet(out int device, deviceId));
        DeviceId = deviceId;
        Handle = new ContextHandle(device);
        SetCurrent();
    }

    /// <summary>The device's number.</summary>
    public int DeviceId { get; }

    /// <summary>How many objects made in this context have not been freed.</summary>
    public int LiveObjects => Handle.Live;

    internal ContextHandle Handle { get; }

    /// <summary>The number of devices.</summary>
    /// <exception cref="CudaLibraryException">There is no driver.</exception>
    public static int GetDeviceCount()
    {
        Initialize();
        DriverApi.Check(DriverApi.cuDeviceGetCount(out int count));
        return count;
    }

    /// <summary>The newest CUDA version the driver serves: 12040 for 12.4.</summary>
    /// <exception cref="CudaLibraryException">There is no driver.</exception>
    public static int GetDriverVersion()
    {
        NativeLibraries.Find(NativeLibraries.Driver);
        DriverApi.Check(DriverApi.cuDriverGetVersion(out int version));
        return version;
    }

    /// <summary>What a device is and can do.</summary>
    public static CudaDeviceProperties GetDeviceInfo(int deviceId)
    {
        Initialize();
        DriverApi.Check(DriverApi.cuDeviceGet(out int device, deviceId));
        return CudaDeviceProperties.Read(device);
    }

    /// <summary>What this device is and can do.</summary>
    public CudaDeviceProperties GetDeviceInfo() => GetDeviceInfo(DeviceId);

    /// <summary>Makes the context current on this thread, as every thread that calls must.</summary>
    public void SetCurrent() => DriverApi.Check(DriverApi.cuCtxSetCurrent(Handle.Raw));

    /// <summary>Waits until all work in the context is done.</summary>
    public void Synchronize()
    {
        SetCurrent();
        DriverApi.Check(DriverApi.cuCtxSynchronize());
    }

    /// <summary>The device's free memory in bytes.</summary>
    public long GetFreeDeviceMemorySize()
    {
        SetCurrent();
        DriverApi.Check(DriverApi.cuMemGetInfo(out nuint free, out _));
        return (long)free;
    }

    /// <summary>Loads a cubin.</summary>
    /// <exception cref="CudaException">It does not suit the device.</exception>
    public CudaModule LoadModule(ReadOnlySpan<byte> cubin) => new(this, cubin);

    /// <summary>Loads PTX, which the driver compiles for the device.</summary>
    /// <exception cref="CudaException">The driver cannot compile it; the message has its log.</exception>
    public CudaModule LoadModulePTX(ReadOnlySpan<byte> ptx) => new(this, ptx);

    /// <summary>Gives the context back once everything made in it has been freed.</summary>
    public void Dispose() => Handle.Dispose();

    internal NativeHandle Own(nint value, Action<nint> free) => new(Handle, value, free);

    static void Initialize()
    {
        NativeLibraries.Find(NativeLibraries.Driver);
        DriverApi.Check(DriverApi.cuInit(0));
    }
}

/// <summary>What a device is and can do.</summary>
/// <param name="DeviceName">Its name, such as <c>NVIDIA H100 PCIe</c>.</param>
/// <param name="ComputeCapability">Its architecture: 9.0 is sm_90.</param>
/// <param name="TotalGlobalMemory">Memory in bytes.</param>
/// <param name="MultiProcessorCount">Multiprocessors.</param>
/// <param name="ClockRate">Clock in kHz.</param>
/// <param name="MemoryClockRate">Memory clock in kHz.</param>
/// <param name="GlobalMemoryBusWidth">Width of the memory bus in bits.</param>
/// <param name="L2CacheSize">Second-level cache in bytes.</param>
/// <param name="MaxThreadsPerBlock">Threads a block may have.</param>
/// <param name="MaxThreadsPerMultiProcessor">Threads a multiprocessor holds.</param>
/// <param name="SharedMemoryPerBlock">Shared memory a block may have without asking for more, in bytes.</param>
/// <param name="SharedMemoryPerBlockOptin">Shared memory a block may have at most, in bytes.</param>
/// <param name="WarpSize">Threads in a warp.</param>
public sealed record CudaDeviceProperties(
    string DeviceName,
    Version ComputeCapability,
    long TotalGlobalMemory,
    int MultiProcessorCount,
    int ClockRate,
    int MemoryClockRate,
    int GlobalMemoryBusWidth,
    int L2CacheSize,
    int MaxThreadsPerBlock,
    int MaxThreadsPerMultiProcessor,
    int SharedMemoryPerBlock,
    int SharedMemoryPerBlockOptin,
    int WarpSize)
{
    const int NameBytes = 256;

    /// <summary>The oldest architecture served, Turing: the PTX that is carried is for it, and CUDA 13 knows no older one.</summary>
    public static readonly Version OldestArchitecture = new(7, 5);

    /// <summary>Why the device cannot be used, null if it can.</summary>
    public string? Problem => ComputeCapability < OldestArchitecture
        ? $"{DeviceName} has compute capability {ComputeCapability}, at least {OldestArchitecture} (Turing, 2018) is needed"
        : null;

    internal static unsafe CudaDeviceProperties Read(int device)
    {
        byte* name = stackalloc byte[NameBytes];
        DriverApi.Check(DriverApi.cuDeviceGetName(name, NameBytes, device));
        DriverApi.Check(DriverApi.cuDeviceTotalMem(out nuint bytes, device));
        int Get(DeviceAttribute attribute)
        {
            DriverApi.Check(DriverApi.cuDeviceGetAttribute(out int value, attribute, device));
            return value;
        }

        return new CudaDeviceProperties(
            Marshal.PtrToStringUTF8((nint)name) ?? "",
            new Version(Get(DeviceAttribute.ComputeCapabilityMajor), Get(DeviceAttribute.ComputeCapabilityMinor)),
            (long)bytes,
            Get(DeviceAttribute.MultiprocessorCount),
            Get(DeviceAttribute.ClockKilohertz),
            Get(DeviceAttribute.MemoryClockKilohertz),
            Get(DeviceAttribute.MemoryBusWidth),
            Get(DeviceAttribute.L2CacheBytes),
            Get(DeviceAttribute.MaxThreadsPerBlock),
            Get(DeviceAttribute.MaxThreadsPerMultiprocessor),
            Get(DeviceAttribute.SharedMemoryPerBlock),
            Get(DeviceAttribute.SharedMemoryPerBlockOptin),
            Get(DeviceAttribute.WarpSize));
    }
}
