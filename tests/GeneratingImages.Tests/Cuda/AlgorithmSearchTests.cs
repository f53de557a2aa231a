using GeneratingImages.Core;
using GeneratingImages.Cuda;
using GeneratingImages.Tests.Figures;

namespace GeneratingImages.Tests.Cuda;

/// <summary>Which of cuDNN's algorithms is taken, and how the choice is kept.</summary>
[Collection(typeof(SimulatedDeviceCollection))]
public sealed class AlgorithmSearchTests : IDisposable
{
    const int AllAlgorithms = 1023;

    static readonly ConvolutionKey s_forward = Key(ConvolutionDirection.Forward);

    readonly TemporaryFolder _cache = new();

    public AlgorithmSearchTests()
    {
        SimulatedCuda.UseLibraries();
        SimulatedDevice.Reset();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void OnlyAlgorithmsThatRepeatTheirBitsAreTaken(int direction)
    {
        ConvolutionKey key = Key((ConvolutionDirection)direction);
        using CudaBackend backend = Open();
        DnnConvolution convolution = backend.Device.Convolutions.Get(key);
        DnnAlgorithmPerformance taken = convolution.Estimate().Single(o => o.Algorithm == convolution.Choice.Algorithm);
        Assert.Equal((0, 1), (taken.Status, taken.Determinism));
        Assert.Equal(DnnMathType.Fma, convolution.Choice.MathType);
    }

    [Fact]
    public void ARefusedAlgorithmGivesWayToAnother()
    {
        int first = Choose().Algorithm;
        SimulatedDevice.Reset();
        SimulatedDevice.Set("refuse_algorithms", 1 << first);
        File.Delete(CacheFile);
        Assert.NotEqual(first, Choose().Algorithm);
    }

    [Fact]
    public void WhereAllAreRefusedTheConvolutionAndTheReasonsAreNamed()
    {
        SimulatedDevice.Set("refuse_algorithms", AllAlgorithms);
        using CudaBackend backend = Open();
        NoKernelException e = Assert.Throws<NoKernelException>(() => backend.Device.Convolutions.Get(s_forward));
        Assert.Contains("Forward [2,8,8,8] [16,3,3,8] stride 1 padding 1", e.Message, StringComparison.Ordinal);
        Assert.Contains("NOT_SUPPORTED", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutMemoryToMeasureInTheEstimateDecides()
    {
        using CudaBackend backend = Open();
        _ = backend.Device.Dnn;
        SimulatedDevice.Set("out_of_memory_after", SimulatedDevice.Count("live_bytes") + 4096);
        DnnChoice choice = backend.Device.Convolutions.Get(s_forward).Choice;
        Assert.InRange(choice.Algorithm, 0, 7);
        Assert.False(choice.Fused);
    }

    [Fact]
    public void AChoiceIsMadeOnceAndKept()
    {
        DnnChoice first = Choose();
        string line = Assert.Single(File.ReadAllLines(CacheFile));
        Assert.StartsWith($"{s_forward}\t{first.Algorithm}\t", line, StringComparison.Ordinal);

        SimulatedDevice.Reset();
        Assert.Equal(first, Choose());
        // A measurement waits for the device; a kept choice does not.
        Assert.Equal(0, SimulatedDevice.Count("synchronisations"));
    }

    [Fact]
    public void LinesThatCannotBeReadOrDoNotHoldAreMeasuredAnew()
    {
        DnnChoice first = Choose();
        string[] lines = ["", "no line", $"{s_forward}\t99\tFma\t0\tFalse", $"{s_forward}\t{first.Algorithm}\tFma\t12345\tFalse"];
        foreach (string line in lines)
        {
            File.WriteAllText(CacheFile, line);
            SimulatedDevice.Reset();
            Assert.Equal(first, Choose());
        }
    }

    [Fact]
    public void BiasAndReluAreFusedWhereTheLibraryCan()
    {
        using CudaBackend backend = Open();
        DnnConvolution fused = backend.Device.Convolutions.Get(s_forward with { Relu = true });
        Assert.True(fused.Choice.Fused);
        Assert.EndsWith(", bias and relu", fused.Name, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        SimulatedDevice.Reset();
        _cache.Dispose();
    }

    string CacheFile => Assert.Single(Directory.GetFiles(_cache.Root, "convolutions-*.txt"));

    static ConvolutionKey Key(ConvolutionDirection direction) =>
        new(direction, Shape.Of(2, 8, 8, 8), Shape.Of(16, 3, 3, 8), Shape.Of(2, 8, 8, 16), 1, 1, Precision.Fp32, Relu: false);

    CudaBackend Open() => new(cacheFolder: _cache.Root);

    DnnChoice Choose()
    {
        using CudaBackend backend = Open();
        return backend.Device.Convolutions.Get(s_forward).Choice;
    }
}
