using System.Runtime.InteropServices;

namespace GeneratingImages.Cuda;

/// <summary>Memory of the device, page-locked memory of the host, and copies.</summary>
static unsafe partial class DriverApi
{
    [LibraryImport(Library, EntryPoint = "cuMemAlloc_v2")]
    public static partial CUResult cuMemAlloc(out ulong pointer, nuint bytes);

    [LibraryImport(Library, EntryPoint = "cuMemFree_v2")]
    public static partial CUResult cuMemFree(ulong pointer);

    [LibraryImport(Library, EntryPoint = "cuMemcpyHtoD_v2")]
    public static partial CUResult cuMemcpyHtoD(ulong to, void* from, nuint bytes);

    [LibraryImport(Library, EntryPoint = "cuMemcpyDtoH_v2")]
    public static partial CUResult cuMemcpyDtoH(void* to, ulong from, nuint bytes);

    [LibraryImport(Library, EntryPoint = "cuMemcpyHtoDAsync_v2")]
    public static partial CUResult cuMemcpyHtoDAsync(ulong to, void* from, nuint bytes, nint stream);

    [LibraryImport(Library, EntryPoint = "cuMemcpyDtoHAsync_v2")]
    public static partial CUResult cuMemcpyDtoHAsync(void* to, ulong from, nuint bytes, nint stream);

    [LibraryImport(Library, EntryPoint = "cuMemcpyDtoDAsync_v2")]
    public static partial CUResult cuMemcpyDtoDAsync(ulong to, ulong from, nuint bytes, nint stream);

    [LibraryImport(Library)]
    public static partial CUResult cuMemsetD8Async(ulong to, byte value, nuint count, nint stream);

    [LibraryImport(Library)]
    public static partial CUResult cuMemHostAlloc(out void* pointer, nuint bytes, uint flags);

    [LibraryImport(Library)]
    public static partial CUResult cuMemFreeHost(void* pointer);
}
