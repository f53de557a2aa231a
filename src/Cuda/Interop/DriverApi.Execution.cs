using System.Runtime.InteropServices;

namespace GeneratingImages.Cuda;

/// <summary>Streams, events, modules, launches and graphs.</summary>
static unsafe partial class DriverApi
{
    [LibraryImport(Library)]
    public static partial CUResult cuStreamCreate(out nint stream, uint flags);

    [LibraryImport(Library, EntryPoint = "cuStreamDestroy_v2")]
    public static partial CUResult cuStreamDestroy(nint stream);

    [LibraryImport(Library)]
    public static partial CUResult cuStreamSynchronize(nint stream);

    [LibraryImport(Library)]
    public static partial CUResult cuStreamQuery(nint stream);

    [LibraryImport(Library)]
    public static partial CUResult cuStreamWaitEvent(nint stream, nint @event, uint flags);

    [LibraryImport(Library)]
    public static partial CUResult cuEventCreate(out nint @event, uint flags);

    [LibraryImport(Library, EntryPoint = "cuEventDestroy_v2")]
    public static partial CUResult cuEventDestroy(nint @event);

    [LibraryImport(Library)]
    public static partial CUResult cuEventRecord(nint @event, nint stream);

    [LibraryImport(Library)]
    public static partial CUResult cuEventSynchronize(nint @event);

    [LibraryImport(Library)]
    public static partial CUResult cuEventQuery(nint @event);

    [LibraryImport(Library)]
    public static partial CUResult cuEventElapsedTime(out float milliseconds, nint start, nint end);

    [LibraryImport(Library)]
    public static partial CUResult cuModuleLoadDataEx(out nint module, byte* image, uint count, int* options, void** values);

    [LibraryImport(Library)]
    public static partial CUResult cuModuleUnload(nint module);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial CUResult cuModuleGetFunction(out nint function, nint module, string name);

    [LibraryImport(Library)]
    public static partial CUResult cuFuncGetAttribute(out int value, FunctionAttribute attribute, nint function);

    [LibraryImport(Library)]
    public static partial CUResult cuFuncSetAttribute(nint function, FunctionAttribute attribute, int value);

    /// <summary>Since CUDA 12.4.</summary>
    [LibraryImport(Library)]
    public static partial CUResult cuFuncGetParamInfo(nint function, nuint index, out nuint offset, out nuint size);

    [LibraryImport(Library)]
    public static partial CUResult cuOccupancyMaxActiveBlocksPerMultiprocessor(
        out int blocks, nint function, int blockSize, nuint sharedBytes);

    [LibraryImport(Library)]
    public static partial CUResult cuLaunchKernel(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, nint stream,
        void** arguments, void** extra);

    [LibraryImport(Library, EntryPoint = "cuStreamBeginCapture_v2")]
    public static partial CUResult cuStreamBeginCapture(nint stream, CaptureMode mode);

    [LibraryImport(Library)]
    public static partial CUResult cuStreamEndCapture(nint stream, out nint graph);

    [LibraryImport(Library)]
    public static partial CUResult cuGraphInstantiateWithFlags(out nint exec, nint graph, ulong flags);

    [LibraryImport(Library)]
    public static partial CUResult cuGraphGetNodes(nint graph, nint* nodes, out nuint count);

    [LibraryImport(Library)]
    public static partial CUResult cuGraphUpload(nint exec, nint stream);

    [LibraryImport(Library)]
    public static partial CUResult cuGraphLaunch(nint exec, nint stream);

    [LibraryImport(Library)]
    public static partial CUResult cuGraphExecDestroy(nint exec);

    [LibraryImport(Library)]
    public static partial CUResult cuGraphDestroy(nint graph);
}

/// <summary>Function attributes (CUfunction_attribute).</summary>
enum FunctionAttribute
{
    MaxThreadsPerBlock = 0,
    LocalBytes = 3,
    Registers = 4,
    MaxDynamicSharedBytes = 8,
}

/// <summary>What other calls may do while a stream is captured (CUstreamCaptureMode).</summary>
enum CaptureMode
{
    /// <summary>Calls that may wait or allocate are refused in every thread.</summary>
    Global = 0,

    /// <summary>They are refused in the capturing thread only.</summary>
    ThreadLocal = 1,
}
