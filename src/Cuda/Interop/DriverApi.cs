using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GeneratingImages.Cuda;

/// <summary>
/// The driver's functions that are used, as the CUDA Driver API manual gives them. A function's exported name carries the version of its
/// signature (<c>_v2</c>). Libraries are 64-bit only, where systems have one calling convention, so none is named.
/// </summary>
static unsafe partial class DriverApi
{
    const string Library = NativeLibraries.Driver;

    /// <summary>Throws what a call answered, unless it worked.</summary>
    public static void Check(CUResult result, [CallerArgumentExpression(nameof(result))] string call = "")
    {
        if (result != CUResult.Success) throw new CudaException(result, FunctionOf(call));
    }

    /// <summary>The function in an expression such as <c>DriverApi.cuInit(0)</c>.</summary>
    public static string FunctionOf(string call)
    {
        int end = call.IndexOf('(');
        string callee = end < 0 ? call : call[..end];
        return callee[(callee.LastIndexOf('.') + 1)..];
    }

    /// <summary>The error by which the context is lost; <see cref="CUResult.Unknown"/> if it is not. Asks without waiting.</summary>
    public static CUResult LossOfContext()
    {
        CUResult result = cuStreamQuery(CudaStream.Default);
        return CudaException.Sticky(result) ? result : CUResult.Unknown;
    }

    /// <summary>A status' name and text, as the driver has them.</summary>
    public static (string Name, string Text) Explain(CUResult error)
    {
        byte* name = null, text = null;
        if (NativeLibraries.TryFind(NativeLibraries.Driver, out _))
        {
            cuGetErrorName(error, &name);
            cuGetErrorString(error, &text);
        }

        return (Marshal.PtrToStringUTF8((nint)name) ?? error.ToString(), Marshal.PtrToStringUTF8((nint)text) ?? "no text");
    }

    [LibraryImport(Library)]
    public static partial CUResult cuInit(uint flags);

    [LibraryImport(Library)]
    public static partial CUResult cuDriverGetVersion(out int version);

    [LibraryImport(Library)]
    public static partial CUResult cuGetErrorName(CUResult error, byte** name);

    [LibraryImport(Library)]
    public static partial CUResult cuGetErrorString(CUResult error, byte** text);

    [LibraryImport(Library)]
    public static partial CUResult cuDeviceGetCount(out int count);

    [LibraryImport(Library)]
    public static partial CUResult cuDeviceGet(out int device, int ordinal);

    [LibraryImport(Library)]
    public static partial CUResult cuDeviceGetName(byte* name, int length, int device);

    [LibraryImport(Library)]
    public static partial CUResult cuDeviceGetAttribute(out int value, DeviceAttribute attribute, int device);

    [LibraryImport(Library, EntryPoint = "cuDeviceTotalMem_v2")]
    public static partial CUResult cuDeviceTotalMem(out nuint bytes, int device);

    [LibraryImport(Library, EntryPoint = "cuMemGetInfo_v2")]
    public static partial CUResult cuMemGetInfo(out nuint free, out nuint total);

    [LibraryImport(Library)]
    public static partial CUResult cuDevicePrimaryCtxRetain(out nint context, int device);

    [LibraryImport(Library, EntryPoint = "cuDevicePrimaryCtxRelease_v2")]
    public static partial CUResult cuDevicePrimaryCtxRelease(int device);

    [LibraryImport(Library)]
    public static partial CUResult cuCtxSetCurrent(nint context);

    [LibraryImport(Library)]
    public static partial CUResult cuCtxGetCurrent(out nint context);

    [LibraryImport(Library)]
    public static partial CUResult cuCtxSynchronize();
}

/// <summary>Device attributes (CUdevice_attribute).</summary>
enum DeviceAttribute
{
    MaxThreadsPerBlock = 1,
    SharedMemoryPerBlock = 8,
    WarpSize = 10,
    ClockKilohertz = 13,
    MultiprocessorCount = 16,
    MemoryClockKilohertz = 36,
    MemoryBusWidth = 37,
    L2CacheBytes = 38,
    MaxThreadsPerMultiprocessor = 39,
    ComputeCapabilityMajor = 75,
    ComputeCapabilityMinor = 76,
    SharedMemoryPerBlockOptin = 97,
}
