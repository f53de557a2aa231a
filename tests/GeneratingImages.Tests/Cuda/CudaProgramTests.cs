using GeneratingImages.Core;
using GeneratingImages.Cuda;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Tests.Training;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Cuda;

/// <summary>What a training step costs on the device, and how the backend fails, counted and planted by the simulated device.</summary>
[Collection(typeof(SimulatedDeviceCollection))]
public sealed class CudaProgramTests : IDisposable
{
    static readonly Shape s_image = Shape.Of(8, 8, 3);

    readonly TemporaryFolder _cache = new();
    readonly List<string> _notices = [];

    public CudaProgramTests()
    {
        SimulatedCuda.UseLibraries();
        SimulatedDevice.Reset();
    }

    [Fact]
    public void ATrainingStepIsOneGraphLaunchAndAllocatesNothing()
    {
        using CudaBackend backend = Open();
        using TrainingSession session = Start(backend);
        for (int i = 0; i < 6; i++) session.Step();
        session.Wait();
        string[] counters =
        [
            "graph_launches", "kernel_launches", "vendor_launches", "allocations", "frees", "host_allocations", "copies_to_device",
            "copies_to_host", "synchronisations", "captures", "modules_loaded",
        ];
        long[] before = [.. counters.Select(SimulatedDevice.Count)];
        const int Steps = 3;
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Steps; i++) session.Step();
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        long[] spent = [.. counters.Select(SimulatedDevice.Count).Zip(before, (after, b) => after - b)];
        Assert.Equal([Steps, .. new long[counters.Length - 1]], spent);
        Assert.Equal(0, bytes);
    }

    [Fact]
    public void TheFirstRunLaunchesTheSecondCaptures()
    {
        using CudaBackend backend = Open();
        using TrainingSession session = Start(backend);
        session.Step();
        Assert.Equal((0L, 0L), (SimulatedDevice.Count("captures"), SimulatedDevice.Count("graph_launches")));
        session.Step();
        Assert.Equal((1L, 1L), (SimulatedDevice.Count("captures"), SimulatedDevice.Count("graph_launches")));
        session.Step();
        Assert.Equal((1L, 2L), (SimulatedDevice.Count("captures"), SimulatedDevice.Count("graph_launches")));
        Assert.Empty(_notices);
    }

    [Fact]
    public void ARefusedCaptureIsSaidOnceAndStepsAreLaunchedOneByOne()
    {
        float[] captured = Train(5);
        SimulatedDevice.Reset();
        SimulatedDevice.Set("refuse_capture", 1);
        float[] launched = Train(5);
        Assert.Equal(captured, launched);
        string notice = Assert.Single(_notices);
        Assert.Contains("launched call by call, since they cannot be captured as a graph: ", notice, StringComparison.Ordinal);
        Assert.Contains("cuStreamBeginCapture", notice, StringComparison.Ordinal);
        Assert.Equal(0, SimulatedDevice.Count("graph_launches"));
    }

    [Fact]
    public void TooLittleMemoryIsSaidWithWhatItWasFor()
    {
        using CudaBackend backend = Open();
        SimulatedDevice.Set("out_of_memory_after", 1 << 20);
        OutOfMemoryException e = Assert.Throws<OutOfMemoryException>(() => backend.Reserve(5_000_000, "results of one step"));
        Assert.StartsWith("5 MB for results of one step could not be reserved on the device, ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AKernelThatFailsNamesItsLayer()
    {
        using CudaBackend backend = Open();
        using TrainingSession session = Start(backend);
        SimulatedDevice.Set("lose_context_at", SimulatedDevice.Count("kernels_run") + 3);
        CudaException e = Assert.Throws<CudaException>(() => session.Step((_, _) => { }));
        Assert.True(e.IsSticky);
        Assert.Contains("Conv2D [10,8,8,3]", e.Message, StringComparison.Ordinal);
        Assert.StartsWith("encoder/", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFailureInAGraphComesOutAtTheNextRead()
    {
        using CudaBackend backend = Open();
        using TrainingSession session = Start(backend);
        for (int i = 0; i < 3; i++) session.Step();
        session.Wait();
        SimulatedDevice.Set("lose_context_at", SimulatedDevice.Count("kernels_run") + 3);
        session.Step();
        CudaException e = Assert.Throws<CudaException>(session.Wait);
        Assert.Contains("the device context is lost", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NewMemoryIsZero()
    {
        using CudaBackend backend = Open();
        using Arena arena = backend.Reserve(1000, "a test");
        var bytes = new byte[1000];
        Array.Fill(bytes, (byte)1);
        backend.Read(new Slice(arena, 0, 1000), bytes);
        Assert.DoesNotContain(bytes, b => b != 0);
    }

    [Fact]
    public void SlicesThatDoNotFitAreRefused()
    {
        using CudaBackend backend = Open();
        Arena arena = backend.Reserve(100, "a test");
        Assert.Contains("leaves its arena 'a test' of 100 bytes", Fails(new Slice(arena, 50, 51), 51), StringComparison.Ordinal);
        Assert.Contains("11 bytes are to be copied, the slice in 'a test' has 10", Fails(new(arena, 0, 10), 11), StringComparison.Ordinal);
        Assert.Contains("lies in no arena", Fails(default, 0), StringComparison.Ordinal);
        arena.Dispose();
        Assert.Throws<ObjectDisposedException>(() => backend.Read(new Slice(arena, 0, 10), new byte[10]));

        string Fails(Slice slice, int bytes) => Assert.Throws<ArgumentException>(() => backend.Write(slice, new byte[bytes])).Message;
    }

    [Fact]
    public void NothingOutlivesTheBackend()
    {
        CudaContext context;
        long before = SimulatedDevice.Count("live_handles");
        using (CudaBackend backend = Open())
        {
            context = backend.Device.Context;
            using TrainingSession session = Start(backend);
            for (int i = 0; i < 3; i++) session.Step();
        }

        Assert.Equal(0, context.LiveObjects);
        Assert.Equal((0L, 0L), (SimulatedDevice.Count("live_allocations"), SimulatedDevice.Count("leaked_allocations")));
        Assert.Equal(before, SimulatedDevice.Count("live_handles"));
    }

    public void Dispose()
    {
        SimulatedDevice.Reset();
        _cache.Dispose();
    }

    CudaBackend Open() => new(notice: _notices.Add, cacheFolder: _cache.Root);

    /// <summary>The deep model, small: every kind of operation, cuDNN's and our own convolutions among them.</summary>
    static TrainingSession Start(CudaBackend backend) => new(
        new Experiment
        {
            Data = GeneratedImages.Split(s_image, 200),
            Objective = new Reconstruction(Autoencoders.Deep(s_image, 6, [4, 8]), ReconstructionTask.Complete, new Adam()),
            BatchSize = 10,
        },
        backend);

    float[] Train(int steps)
    {
        using CudaBackend backend = Open();
        using TrainingSession session = Start(backend);
        for (int i = 0; i < steps; i++) session.Step();
        return [.. session.Parameters.All.SelectMany(p => session.Parameters.Read(p.Path))];
    }
}
