using GeneratingImages.Cuda;

namespace GeneratingImages.Tests.Cuda;

/// <summary>The product's own CUDA types on the simulated device, which is put back before and after.</summary>
sealed class SimulatedCuda : IDisposable
{
    readonly List<CudaModule> _modules = [];

    /// <summary>Lets the product find the simulated libraries, and opens the device.</summary>
    public SimulatedCuda()
    {
        UseLibraries();
        SimulatedDevice.Reset();
        Context = new CudaContext();
        Stream = new CudaStream(Context);
    }

    public CudaContext Context { get; }

    public CudaStream Stream { get; }

    /// <summary>Makes this process take the simulated libraries for CUDA's; those it has loaded it keeps.</summary>
    public static void UseLibraries()
    {
        (string Name, string Value)[] variables =
            [(SearchPlaces.FoldersVariable, SimulatedDevice.Folder), (SearchPlaces.DriverVariable, SimulatedDevice.Driver)];
        string?[] before = [.. variables.Select(v => Environment.GetEnvironmentVariable(v.Name))];
        foreach ((string name, string value) in variables) Environment.SetEnvironmentVariable(name, value);
        foreach (string library in CudaInstallation.Needed.Append(NativeLibraries.RuntimeCompiler)) NativeLibraries.TryFind(library, out _);
        for (int i = 0; i < before.Length; i++) Environment.SetEnvironmentVariable(variables[i].Name, before[i]);
    }

    /// <summary>A function of a kernel file.</summary>
    public CudaKernel Kernel(string file, string name) => new(name, Module(file));

    /// <summary>The module of a kernel file, from the PTX that the product carries.</summary>
    public CudaModule Module(string file)
    {
        CudaModule module = Context.LoadModulePTX(KernelSources.Ptx(file));
        _modules.Add(module);
        return module;
    }

    /// <summary>New device memory with these numbers.</summary>
    public CudaDeviceVariable<T> Upload<T>(params ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var memory = new CudaDeviceVariable<T>(Context, values.Length);
        memory.CopyToDevice(values);
        return memory;
    }

    /// <summary>What device memory holds once the stream is through.</summary>
    public T[] Download<T>(CudaDeviceVariable<T> memory)
        where T : unmanaged
    {
        Stream.Synchronize();
        var values = new T[memory.Size];
        memory.CopyToHost(values);
        return values;
    }

    public void Dispose()
    {
        foreach (CudaModule module in _modules) module.Dispose();
        Stream.Dispose();
        Context.Dispose();
        SimulatedDevice.Reset();
    }
}
