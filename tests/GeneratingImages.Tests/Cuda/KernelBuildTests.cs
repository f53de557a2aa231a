using GeneratingImages.Cuda;
using GeneratingImages.Tests.Figures;

namespace GeneratingImages.Tests.Cuda;

/// <summary>The ways to a module, from the cache to the carried PTX, each taken when those before it fail.</summary>
[Collection(typeof(SimulatedDeviceCollection))]
public sealed class KernelBuildTests : IDisposable
{
    const string File = "state", Function = "increment";
    const long BuiltinsMissing = 7;

    readonly TemporaryFolder _cache = new();

    public KernelBuildTests()
    {
        SimulatedCuda.UseLibraries();
        SimulatedDevice.Reset();
    }

    public void Dispose()
    {
        SimulatedDevice.Reset();
        _cache.Dispose();
    }

    [Fact]
    public void WhatWasCompiledOnceIsLoadedFromTheCache()
    {
        Assert.Equal("NVRTC 12.8 for sm_90", Build());
        Assert.Equal(1, SimulatedDevice.Count("programs_compiled"));
        Assert.Equal("NVRTC 12.8 for sm_90, cached", Build());
        Assert.Equal(1, SimulatedDevice.Count("programs_compiled"));
    }

    [Fact]
    public void ADamagedFileInTheCacheIsMadeAnew()
    {
        Build();
        string file = Directory.GetFiles(_cache.Root).Single();
        System.IO.File.WriteAllText(file, "no cubin");
        Assert.Equal("NVRTC 12.8 for sm_90", Build());
        Assert.Equal("NVRTC 12.8 for sm_90, cached", Build());
    }

    [Fact]
    public void AnotherDeviceGetsCodeOfItsOwn()
    {
        Build();
        SimulatedDevice.Reset();
        SimulatedDevice.Set("compute_capability", 86);
        Assert.Equal("NVRTC 12.8 for sm_86", Build());
        Assert.Equal(2, Directory.GetFiles(_cache.Root).Length);
    }

    [Fact]
    public void ADeviceThatTheCompilerDoesNotKnowGetsPtx()
    {
        SimulatedDevice.Set("compute_capability", 103);
        Assert.Equal("NVRTC 12.8 for compute_101", Build());
        Assert.Empty(Directory.GetFiles(_cache.Root));
    }

    [Fact]
    public void WithoutAWorkingCompilerTheCarriedPtxIsLoaded()
    {
        SimulatedDevice.Set("nvrtc_refuses", BuiltinsMissing);
        string origin = Build();
        Assert.StartsWith("carried PTX (NVRTC_ERROR_BUILTIN_OPERATION_FAILURE (7)", origin, StringComparison.Ordinal);
        Assert.Contains("refused, as planned", origin, StringComparison.Ordinal);
    }

    [Fact]
    public void WhereNothingWorksEveryAttemptIsNamed()
    {
        SimulatedDevice.Set("nvrtc_refuses", BuiltinsMissing);
        SimulatedDevice.Set("compute_capability", 70);
        var e = Assert.Throws<CudaException>(Build);
        Assert.StartsWith("kernel file state.cu: NVRTC_ERROR_BUILTIN_OPERATION_FAILURE", e.Message, StringComparison.Ordinal);
        Assert.Contains("the carried PTX: CUDA_ERROR_NO_BINARY_FOR_GPU", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADeviceThatIsTooOldIsRefused()
    {
        SimulatedDevice.Set("compute_capability", 70);
        string refusal = Assert.Throws<NotSupportedException>(() => new CudaBackend(cacheFolder: _cache.Root)).Message;
        Assert.Contains("compute capability 7.0, at least 7.5 (Turing, 2018) is needed", refusal, StringComparison.Ordinal);
        Assert.Equal(refusal, CudaInstallation.Look().Problem);
    }

    /// <summary>Every kernel file, as the program carries it, by NVRTC and as PTX: names and parameters are those of the sources.</summary>
    [Fact]
    public void EveryFileBuildsBothWays()
    {
        foreach (long refuse in new[] { 0, BuiltinsMissing })
        {
            SimulatedDevice.Reset();
            SimulatedDevice.Set("nvrtc_refuses", refuse);
            var modules = new KernelModules(_cache[$"{refuse}"]);
            using var device = new CudaDevice(0, Precision.Fp32, _cache.Root, modules.Build);
            foreach (string file in KernelSources.Files) _ = device.Kernel(file, KernelNames.Of(file)[0]);
            Assert.Equal(KernelSources.Files, modules.Origins.Keys.Order(StringComparer.Ordinal));
            Assert.All(modules.Origins.Values, origin => Assert.Equal(refuse != 0, origin.StartsWith("carried", StringComparison.Ordinal)));
        }
    }

    /// <summary>Opens the device, takes a kernel, and tells where it came from.</summary>
    string Build()
    {
        var modules = new KernelModules(_cache.Root);
        using var device = new CudaDevice(0, Precision.Fp32, _cache.Root, modules.Build);
        _ = device.Kernel(File, Function);
        return modules.Origins[File];
    }
}
