using System.Runtime.InteropServices;

namespace GeneratingImages.Cuda;

/// <summary>Code on the device: a cubin, or PTX that the driver compiled for it.</summary>
public sealed unsafe class CudaModule : IDisposable
{
    const int LogBytes = 8192;
    const int ErrorLogBuffer = 5, ErrorLogBufferBytes = 6;

    readonly NativeHandle _handle;

    /// <summary>Loads an image.</summary>
    /// <param name="context">Where.</param>
    /// <param name="image">A cubin, a fat binary, or PTX text.</param>
    /// <exception cref="CudaException">The driver refuses it; the message has its log.</exception>
    public CudaModule(CudaContext context, ReadOnlySpan<byte> image)
    {
        Context = context;
        context.SetCurrent();
        // PTX must end with a zero; binaries carry their size.
        byte[] terminated = [.. image, 0];
        byte* log = stackalloc byte[LogBytes];
        log[0] = 0;
        int* options = stackalloc int[] { ErrorLogBuffer, ErrorLogBufferBytes };
        // An integer option travels in the pointer itself.
        void** values = stackalloc void*[] { log, (void*)LogBytes };
        fixed (byte* pointer = terminated)
        {
            CUResult result = DriverApi.cuModuleLoadDataEx(out nint module, pointer, 2, options, values);
            if (result != CUResult.Success)
                throw new CudaException(result, nameof(DriverApi.cuModuleLoadDataEx), Marshal.PtrToStringUTF8((nint)log)?.Trim() ?? "");
            _handle = context.Own(module, static m => DriverApi.cuModuleUnload(m));
            Module = module;
        }
    }

    /// <summary>The context it belongs to.</summary>
    public CudaContext Context { get; }

    /// <summary>The native handle, valid until the module is disposed of.</summary>
    public nint Module { get; }

    /// <summary>Unloads the code; its kernels are then gone.</summary>
    public void Dispose() => _handle.Dispose();
}
