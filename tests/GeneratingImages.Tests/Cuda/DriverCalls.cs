namespace GeneratingImages.Tests.Cuda;

/// <summary>The driver's functions as the simulator's own tests call them: by their exported names, with none of the product's
/// code.</summary>
static unsafe class DriverCalls
{
    public static int Init() => ((delegate* unmanaged<uint, int>)At("cuInit"))(0);

    public static int DriverVersion(out int version) => ((delegate* unmanaged<out int, int>)At("cuDriverGetVersion"))(out version);

    public static int DeviceCount(out int count) => ((delegate* unmanaged<out int, int>)At("cuDeviceGetCount"))(out count);

    public static int Attribute(out int value, int attribute) =>
        ((delegate* unmanaged<out int, int, int, int>)At("cuDeviceGetAttribute"))(out value, attribute, 0);

    public static int Retain(out nint context) => ((delegate* unmanaged<out nint, int, int>)At("cuDevicePrimaryCtxRetain"))(out context, 0);

    public static int Release() => ((delegate* unmanaged<int, int>)At("cuDevicePrimaryCtxRelease_v2"))(0);

    public static int SetCurrent(nint context) => ((delegate* unmanaged<nint, int>)At("cuCtxSetCurrent"))(context);

    public static int ContextSynchronize() => ((delegate* unmanaged<int>)At("cuCtxSynchronize"))();

    public static int StreamCreate(out nint stream, uint flags) =>
        ((delegate* unmanaged<out nint, uint, int>)At("cuStreamCreate"))(out stream, flags);

    public static int StreamDestroy(nint stream) => ((delegate* unmanaged<nint, int>)At("cuStreamDestroy_v2"))(stream);

    public static int StreamSynchronize(nint stream) => ((delegate* unmanaged<nint, int>)At("cuStreamSynchronize"))(stream);

    public static int StreamQuery(nint stream) => ((delegate* unmanaged<nint, int>)At("cuStreamQuery"))(stream);

    public static int StreamWaitEvent(nint stream, nint e) =>
        ((delegate* unmanaged<nint, nint, uint, int>)At("cuStreamWaitEvent"))(stream, e, 0);

    public static int EventCreate(out nint e, uint flags) => ((delegate* unmanaged<out nint, uint, int>)At("cuEventCreate"))(out e, flags);

    public static int EventRecord(nint e, nint stream) => ((delegate* unmanaged<nint, nint, int>)At("cuEventRecord"))(e, stream);

    public static int EventQuery(nint e) => ((delegate* unmanaged<nint, int>)At("cuEventQuery"))(e);

    public static int EventSynchronize(nint e) => ((delegate* unmanaged<nint, int>)At("cuEventSynchronize"))(e);

    public static int EventElapsedTime(out float ms, nint start, nint end) =>
        ((delegate* unmanaged<out float, nint, nint, int>)At("cuEventElapsedTime"))(out ms, start, end);

    public static int Alloc(out ulong address, long bytes) =>
        ((delegate* unmanaged<out ulong, nuint, int>)At("cuMemAlloc_v2"))(out address, (nuint)bytes);

    public static int Free(ulong address) => ((delegate* unmanaged<ulong, int>)At("cuMemFree_v2"))(address);

    public static int AllocAsync(out ulong address, long bytes, nint stream) =>
        ((delegate* unmanaged<out ulong, nuint, nint, int>)At("cuMemAllocAsync"))(out address, (nuint)bytes, stream);

    public static int FreeAsync(ulong address, nint stream) =>
        ((delegate* unmanaged<ulong, nint, int>)At("cuMemFreeAsync"))(address, stream);

    public static int MemInfo(out nuint free, out nuint total) =>
        ((delegate* unmanaged<out nuint, out nuint, int>)At("cuMemGetInfo_v2"))(out free, out total);

    public static int HostAlloc(out nint p, long bytes) =>
        ((delegate* unmanaged<out nint, nuint, uint, int>)At("cuMemHostAlloc"))(out p, (nuint)bytes, 0);

    public static int FreeHost(nint p) => ((delegate* unmanaged<nint, int>)At("cuMemFreeHost"))(p);

    public static int ToDevice(ulong to, void* from, long bytes) =>
        ((delegate* unmanaged<ulong, void*, nuint, int>)At("cuMemcpyHtoD_v2"))(to, from, (nuint)bytes);

    public static int ToHost(void* to, ulong from, long bytes) =>
        ((delegate* unmanaged<void*, ulong, nuint, int>)At("cuMemcpyDtoH_v2"))(to, from, (nuint)bytes);

    public static int ToDeviceAsync(ulong to, void* from, long bytes, nint stream) =>
        ((delegate* unmanaged<ulong, void*, nuint, nint, int>)At("cuMemcpyHtoDAsync_v2"))(to, from, (nuint)bytes, stream);

    public static int ToHostAsync(void* to, ulong from, long bytes, nint stream) =>
        ((delegate* unmanaged<void*, ulong, nuint, nint, int>)At("cuMemcpyDtoHAsync_v2"))(to, from, (nuint)bytes, stream);

    public static int Memset32(ulong to, uint value, long count, nint stream) =>
        ((delegate* unmanaged<ulong, uint, nuint, nint, int>)At("cuMemsetD32Async"))(to, value, (nuint)count, stream);

    public static int ModuleLoad(out nint module, byte* image) =>
        ((delegate* unmanaged<out nint, byte*, uint, int*, void**, int>)At("cuModuleLoadDataEx"))(out module, image, 0, null, null);

    public static int ModuleUnload(nint module) => ((delegate* unmanaged<nint, int>)At("cuModuleUnload"))(module);

    public static int GetFunction(out nint function, nint module, string name)
    {
        fixed (byte* n = SimulatedDevice.Utf8(name))
            return ((delegate* unmanaged<out nint, nint, byte*, int>)At("cuModuleGetFunction"))(out function, module, n);
    }

    public static int ParamInfo(nint function, int index, out nuint offset, out nuint size) =>
        ((delegate* unmanaged<nint, nuint, out nuint, out nuint, int>)At("cuFuncGetParamInfo"))(
            function, (nuint)index, out offset, out size);

    public static int SetFunctionAttribute(nint function, int attribute, int value) =>
        ((delegate* unmanaged<nint, int, int, int>)At("cuFuncSetAttribute"))(function, attribute, value);

    public static int Launch(nint function, uint grid, uint block, uint shared, nint stream, void** parameters) =>
        ((delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)At("cuLaunchKernel"))(
            function, grid, 1, 1, block, 1, 1, shared, stream, parameters, null);

    public static int BeginCapture(nint stream, int mode) =>
        ((delegate* unmanaged<nint, int, int>)At("cuStreamBeginCapture_v2"))(stream, mode);

    public static int EndCapture(nint stream, out nint graph) =>
        ((delegate* unmanaged<nint, out nint, int>)At("cuStreamEndCapture"))(stream, out graph);

    public static int IsCapturing(nint stream, out int status) =>
        ((delegate* unmanaged<nint, out int, int>)At("cuStreamIsCapturing"))(stream, out status);

    public static int Instantiate(out nint instance, nint graph) =>
        ((delegate* unmanaged<out nint, nint, ulong, int>)At("cuGraphInstantiateWithFlags"))(out instance, graph, 0);

    public static int GraphLaunch(nint instance, nint stream) =>
        ((delegate* unmanaged<nint, nint, int>)At("cuGraphLaunch"))(instance, stream);

    public static int GraphNodes(nint graph, out nuint count)
    {
        count = 0;
        return ((delegate* unmanaged<nint, void**, ref nuint, int>)At("cuGraphGetNodes"))(graph, null, ref count);
    }

    static nint At(string name) => SimulatedDevice.Export(name);
}
