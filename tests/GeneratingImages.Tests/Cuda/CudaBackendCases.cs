using GeneratingImages.Core;
using GeneratingImages.Cuda;
using GeneratingImages.Reference;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Tests.Ops;

namespace GeneratingImages.Tests.Cuda;

/// <summary>The CUDA backend on the simulated device, opened when first asked for.</summary>
public sealed class CudaUnderTest : IDisposable
{
    readonly TemporaryFolder _cache = new();
    CudaBackend? _backend;

    /// <summary>The backend; cuts the calling test short where the simulated device cannot be built.</summary>
    public CudaBackend Backend
    {
        get
        {
            if (_backend is not null) return _backend;
            SimulatedCuda.UseLibraries();
            SimulatedDevice.Reset();
            return _backend = Open(Precision.Fp32);
        }
    }

    /// <summary>A backend of its own on the same device.</summary>
    public CudaBackend Open(Precision precision) => new(precision: precision, cacheFolder: _cache.Root);

    public void Dispose()
    {
        _backend?.Dispose();
        _cache.Dispose();
    }
}

/// <summary>
/// Every case of every operation on the CUDA backend against the reference in double precision. The threads of a block and the blocks of a
/// grid run first to last and last to first: what depends on an order that devices do not keep shows in the bits.
/// </summary>
[Collection(typeof(SimulatedDeviceCollection))]
public class CudaBackendCases(CudaUnderTest cuda) : IClassFixture<CudaUnderTest>
{
    public static TheoryData<OpCase> All => [.. BackendChecks.Cases];

    public static TheoryData<OpCase> Overwriting => [.. BackendChecks.Overwriting];

    [Theory]
    [MemberData(nameof(All), DisableDiscoveryEnumeration = true)]
    public void ResultsEqualTheReference(OpCase opCase) => BackendChecks.ResultsEqualTheReference(cuda.Backend, opCase);

    /// <summary>The first run launches, the second captures and replays, the third only replays.</summary>
    [Theory]
    [MemberData(nameof(All), DisableDiscoveryEnumeration = true)]
    public void ResultsHaveTheSameBitsCapturedOrNotAndInEveryOrderOfThreads(OpCase opCase)
    {
        byte[][][] ascending = BackendChecks.Run(cuda.Backend, opCase, times: 3), descending;
        Assert.Equal(ascending[0], ascending[1]);
        Assert.Equal(ascending[0], ascending[2]);
        SimulatedDevice.Set("descending", 1);
        try
        {
            descending = BackendChecks.Run(cuda.Backend, opCase);
        }
        finally
        {
            SimulatedDevice.Set("descending", 0);
        }

        Assert.Equal(ascending[0], descending[0]);
    }

    [Theory]
    [MemberData(nameof(Overwriting), DisableDiscoveryEnumeration = true)]
    public void ResultsInPlaceOfAnInputHaveTheSameBits(OpCase opCase) => Assert.Equal(
        BackendChecks.Run(cuda.Backend, opCase)[0],
        BackendChecks.Run(cuda.Backend, opCase, inPlace: true)[0]);

    [Fact]
    public void TheDeviceHasAKernelForEveryOperation() => BackendChecks.CoversEveryOperation(cuda.Backend.Operations);

    /// <summary>A kernel that no case launches is tested by nothing: cases belong to its shapes.</summary>
    [Fact]
    public void EveryKernelOfEveryFileHasACase()
    {
        CudaBackend single = cuda.Backend;
        using CudaBackend rounding = cuda.Open(Precision.Bf16);
        CudaBackend[] backends = [single, rounding];
        foreach (CudaBackend backend in backends)
            foreach (OpCase opCase in BackendChecks.Cases)
                new BackendCall(backend, opCase, Expected.Of(opCase).Inputs, inPlace: false).Dispose();
        Assert.Equal(
            KernelSources.Files.SelectMany(KernelNames.Of).Order(StringComparer.Ordinal),
            backends.SelectMany(backend => backend.Device.Kernels.Keys).Distinct().Order(StringComparer.Ordinal));
    }
}
