using System.Runtime.CompilerServices;
using GeneratingImages.Cuda;

namespace GeneratingImages.Tests.Cuda;

/// <summary>Contexts, streams, events, memory, modules, kernels and graphs, each on the simulated device.</summary>
[Collection(typeof(SimulatedDeviceCollection))]
public class DriverTypesTests
{
    [Fact]
    public void TheDeviceIsDescribed()
    {
        using var cuda = new SimulatedCuda();
        CudaDeviceProperties device = cuda.Context.GetDeviceInfo();
        Assert.Equal(1, CudaContext.GetDeviceCount());
        Assert.Equal(12080, CudaContext.GetDriverVersion());
        Assert.Equal(("Simulated device", new Version(9, 0)), (device.DeviceName, device.ComputeCapability));
        Assert.Equal((2L << 30, 48 << 10), (device.TotalGlobalMemory, device.SharedMemoryPerBlock));
        Assert.Equal((4, 1024, 32), (device.MultiProcessorCount, device.MaxThreadsPerBlock, device.WarpSize));
        Assert.InRange(cuda.Context.GetFreeDeviceMemorySize(), 1, 2L << 30);
    }

    [Fact]
    public void MemoryIsCopiedBothWays()
    {
        using var cuda = new SimulatedCuda();
        float[] values = DriverSession.Numbers(1000, seed: 1);
        using CudaDeviceVariable<float> memory = cuda.Upload<float>(values);
        Assert.Equal((1000, 4000), (memory.Size, memory.SizeInBytes));
        Assert.Equal(values, cuda.Download(memory));
        memory.CopyToDevice([1, 2], start: 998);
        Assert.Equal((2, values[997]), (memory[999], memory[997]));
        memory[0] = 7;
        Assert.Equal(7, memory[0]);
        memory.MemsetAsync(0, cuda.Stream);
        Assert.All(cuda.Download(memory), value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(0, 11)]
    [InlineData(10, 1)]
    [InlineData(-1, 1)]
    [InlineData(long.MaxValue, 1)]
    public void CopiesOutsideTheMemoryAreRefused(long start, int count)
    {
        using var cuda = new SimulatedCuda();
        using var memory = new CudaDeviceVariable<int>(cuda.Context, 10);
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.CopyToDevice(new int[count], start));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.CopyToHost(new int[count], start));
    }

    [Fact]
    public void MemoryThatWasFreedIsRefused()
    {
        using var cuda = new SimulatedCuda();
        var memory = new CudaDeviceVariable<int>(cuda.Context, 10);
        memory.Dispose();
        memory.Dispose();
        Assert.Throws<ObjectDisposedException>(() => memory.CopyToDevice([1]));
    }

    [Fact]
    public void PageLockedMemoryIsCopiedInTheStream()
    {
        using var cuda = new SimulatedCuda();
        using var from = new CudaPageLockedHostMemory<int>(cuda.Context, 3);
        using var to = new CudaPageLockedHostMemory<int>(cuda.Context, 3);
        using var first = new CudaDeviceVariable<int>(cuda.Context, 3);
        using var second = new CudaDeviceVariable<int>(cuda.Context, 3);
        ((int[])[1, 2, 3]).CopyTo(from.Span);
        to.Span.Clear();
        first.AsyncCopyToDevice(from, cuda.Stream);
        second.AsyncCopyToDevice(first, cuda.Stream);
        second.AsyncCopyToHost(to, cuda.Stream);
        Assert.Equal([0, 0, 0], to.Span.ToArray());
        Assert.False(cuda.Stream.Query());
        cuda.Stream.Synchronize();
        Assert.True(cuda.Stream.Query());
        Assert.Equal([1, 2, 3], to.Span.ToArray());
    }

    [Fact]
    public void KernelsAreLaunchedWithTypedArguments()
    {
        using var cuda = new SimulatedCuda();
        float[] a = DriverSession.Numbers(1001, seed: 2), b = DriverSession.Numbers(1001, seed: 3);
        using CudaDeviceVariable<float> x = cuda.Upload<float>(a), y = cuda.Upload<float>(b);
        CudaKernel add = cuda.Kernel("pointwise", "add");
        add.SetComputeSize(1001);
        Assert.Equal((new Dim3(256), new Dim3(4)), (add.BlockDimensions, add.GridDimensions));
        add.RunAsync(cuda.Stream, x.DevicePointer, y.DevicePointer, y.DevicePointer, 1001L);
        Assert.Equal(a.Zip(b, (p, q) => p + q), cuda.Download(y));
        Assert.InRange(add.MaxThreadsPerBlock, 256, 1024);
        Assert.InRange(add.BlocksPerMultiprocessor(), 1, 32);
        Assert.Equal(0, add.LocalMemory);
    }

    [Fact]
    public void ArgumentsOfTheWrongSizeOrNumberAreRefused()
    {
        using var cuda = new SimulatedCuda();
        CudaKernel add = cuda.Kernel("pointwise", "add");
        string size = Assert.Throws<ArgumentException>(() => add.RunAsync(cuda.Stream, 0UL, 0UL, 0UL, 1000)).Message;
        Assert.Equal("kernel add: argument 3 has 4 bytes, the kernel takes 8", size);
        string few = Assert.Throws<ArgumentException>(() => add.RunAsync(cuda.Stream, 0UL, 0UL, 0UL)).Message;
        Assert.Equal("kernel add takes more than 3 arguments, 3 are given", few);
        string many = Assert.Throws<ArgumentException>(() => add.RunAsync(cuda.Stream, 0UL, 0UL, 0UL, 1L, 1L)).Message;
        Assert.Equal("kernel add takes only 4 arguments, 5 are given", many);
        string large = Assert.Throws<ArgumentException>(() => add.RunAsync(cuda.Stream, 1m, 0UL, 0UL, 1L)).Message;
        Assert.StartsWith("argument 0 is a Decimal of 16 bytes", large, StringComparison.Ordinal);
        Assert.Equal(0, SimulatedDevice.Count("kernel_launches"));
    }

    [Fact]
    public void WhatIsNotInAModuleIsNamed()
    {
        using var cuda = new SimulatedCuda();
        CudaException e = Assert.Throws<CudaException>(() => cuda.Kernel("pointwise", "subtract"));
        Assert.Equal(CUResult.NotFound, e.CudaError);
        Assert.Equal("CUDA_ERROR_NOT_FOUND (500) in cuModuleGetFunction: named symbol not found: kernel subtract", e.Message);
    }

    [Fact]
    public void AnImageThatIsNoneIsRefused()
    {
        using var cuda = new SimulatedCuda();
        CudaException e = Assert.Throws<CudaException>(() => cuda.Context.LoadModulePTX("no code"u8));
        Assert.StartsWith("CUDA_ERROR_INVALID_IMAGE (200) in cuModuleLoadDataEx: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALaunchThatIsTooLargeGivesItsSizes()
    {
        using var cuda = new SimulatedCuda();
        CudaKernel add = cuda.Kernel("pointwise", "add");
        add.BlockDimensions = 2048;
        CudaException e = Assert.Throws<CudaException>(() => add.RunAsync(cuda.Stream, 0UL, 0UL, 0UL, 1L));
        Assert.Contains("kernel add, grid 1x1x1, block 2048x1x1", e.Message, StringComparison.Ordinal);
        Assert.False(e.IsSticky);
    }

    [Fact]
    public void EventsMarkAndTimeAStream()
    {
        using var cuda = new SimulatedCuda();
        using var start = new CudaEvent(cuda.Context);
        using var end = new CudaEvent(cuda.Context);
        using var other = new CudaStream(cuda.Context);
        using CudaDeviceVariable<int> memory = cuda.Upload<int>(1, 2, 3);
        start.Record(cuda.Stream);
        memory.MemsetAsync(0, cuda.Stream);
        end.Record(cuda.Stream);
        other.WaitEvent(end);
        Assert.False(end.Query());
        end.Synchronize();
        Assert.True(end.Query());
        Assert.InRange(CudaEvent.ElapsedTime(start, end), 0, 60_000);
        other.Synchronize();
    }

    [Fact]
    public void ACaptureIsReplayedAsOftenAsLaunched()
    {
        using var cuda = new SimulatedCuda();
        using CudaDeviceVariable<int> counter = cuda.Upload(0);
        CudaKernel increment = cuda.Kernel("state", "increment");
        using CudaGraph graph = cuda.Stream.Capture(() =>
        {
            increment.RunAsync(cuda.Stream, counter.DevicePointer, 1);
            increment.RunAsync(cuda.Stream, counter.DevicePointer, 10);
        });
        Assert.Equal(2, graph.NodeCount);
        using CudaGraphExec exec = graph.Instantiate();
        exec.Upload(cuda.Stream);
        Assert.Equal(0, cuda.Download(counter)[0]);
        for (int i = 0; i < 3; i++) exec.Launch(cuda.Stream);
        Assert.Equal(33, cuda.Download(counter)[0]);
        Assert.Equal((3, 0), (SimulatedDevice.Count("graph_launches"), SimulatedDevice.Count("kernel_launches")));
    }

    [Fact]
    public void ACallThatMayNotBeCapturedEndsTheCaptureAndLeavesTheStreamUsable()
    {
        using var cuda = new SimulatedCuda();
        CudaException e = Assert.Throws<CudaException>(() => cuda.Stream.Capture(() => _ = new CudaDeviceVariable<int>(cuda.Context, 1)));
        Assert.Equal(CUResult.StreamCaptureUnsupported, e.CudaError);
        cuda.Stream.Synchronize();
        using CudaGraph empty = cuda.Stream.Capture(() => { });
        Assert.Equal(0, empty.NodeCount);
    }

    [Fact]
    public void TooMuchMemoryIsAnErrorThatLeavesTheContextUsable()
    {
        using var cuda = new SimulatedCuda();
        CudaException e = Assert.Throws<CudaException>(() => new CudaDeviceVariable<float>(cuda.Context, 1L << 30));
        Assert.Equal(CUResult.OutOfMemory, e.CudaError);
        Assert.Equal("CUDA_ERROR_OUT_OF_MEMORY (2) in cuMemAlloc: out of memory", e.Message);
        Assert.False(e.IsSticky);
        new CudaDeviceVariable<float>(cuda.Context, 16).Dispose();
    }

    [Theory]
    [InlineData(700, CUResult.IllegalAddress)]
    [InlineData(716, CUResult.MisalignedAddress)]
    [InlineData(719, CUResult.LaunchFailed)]
    public void ALostContextIsSaidToBeLost(int status, CUResult error)
    {
        using var cuda = new SimulatedCuda();
        SimulatedDevice.Set("lose_context_at", 1);
        SimulatedDevice.Set("lose_context_with", status);
        using CudaDeviceVariable<int> counter = cuda.Upload(0);
        cuda.Kernel("state", "increment").RunAsync(cuda.Stream, counter.DevicePointer, 1);
        CudaException e = Assert.Throws<CudaException>(cuda.Stream.Synchronize);
        Assert.Equal(error, e.CudaError);
        Assert.True(e.IsSticky);
        const string Lost = "the device context is lost and this process cannot use the device any more: start it again";
        Assert.EndsWith(Lost, e.Message, StringComparison.Ordinal);
        Assert.Equal(error, Assert.Throws<CudaException>(() => new CudaStream(cuda.Context)).CudaError);
        CudaException during = e.During("encoder/conv1: Conv2D");
        Assert.StartsWith("encoder/conv1: Conv2D: CUDA_ERROR_", during.Message, StringComparison.Ordinal);
        Assert.True(during.IsSticky);
    }

    [Fact]
    public void NothingOutlivesItsContext()
    {
        SimulatedCuda.UseLibraries();
        long before = SimulatedDevice.Count("live_handles");
        using (var cuda = new SimulatedCuda())
        {
            UseOneOfEach(cuda);
            Assert.Equal(1, cuda.Context.LiveObjects); // The stream.
        }

        Assert.Equal((0L, before), (SimulatedDevice.Count("live_allocations"), SimulatedDevice.Count("live_handles")));
    }

    [Fact]
    public void TheContextWaitsForWhatWasMadeInIt()
    {
        SimulatedCuda.UseLibraries();
        SimulatedDevice.Reset();
        var context = new CudaContext();
        var memory = new CudaDeviceVariable<int>(context, 10);
        context.Dispose();
        Assert.Equal(1, context.LiveObjects);
        memory.Dispose();
        Assert.Equal((0, 0L), (context.LiveObjects, SimulatedDevice.Count("leaked_allocations")));
        SimulatedDevice.Reset();
    }

    [Fact]
    public void WhatNobodyDisposesOfIsFreedByTheFinaliser()
    {
        using var cuda = new SimulatedCuda();
        Forget(cuda);
        for (int i = 0; i < 50 && cuda.Context.LiveObjects > 1; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(1, cuda.Context.LiveObjects);
        Assert.Equal(0, SimulatedDevice.Count("live_allocations"));
    }

    [Fact]
    public async Task EveryThreadMayDisposeAndCopy()
    {
        using var cuda = new SimulatedCuda();
        CudaDeviceVariable<int> memory = cuda.Upload(1, 2, 3);
        int[] read = await Task.Factory.StartNew(
            () =>
            {
                var values = new int[3];
                memory.CopyToHost(values);
                memory.Dispose();
                return values;
            },
            TaskCreationOptions.LongRunning);
        Assert.Equal([1, 2, 3], read);
        Assert.Equal(0, SimulatedDevice.Count("live_allocations"));
    }

    [Fact]
    public void ADeviceThatIsNotThereIsRefused()
    {
        using var cuda = new SimulatedCuda();
        Assert.Equal(CUResult.InvalidDevice, Assert.Throws<CudaException>(() => new CudaContext(7)).CudaError);
    }

    static void UseOneOfEach(SimulatedCuda cuda)
    {
        using var stream = new CudaStream(cuda.Context);
        using var @event = new CudaEvent(cuda.Context, timing: false);
        using var pinned = new CudaPageLockedHostMemory<byte>(cuda.Context, 10);
        using var memory = new CudaDeviceVariable<byte>(cuda.Context, 10);
        using CudaModule module = cuda.Module("state");
        using CudaGraph graph = stream.Capture(() => memory.MemsetAsync(1, stream));
        using CudaGraphExec exec = graph.Instantiate();
        Assert.Equal(8, cuda.Context.LiveObjects);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Forget(SimulatedCuda cuda)
    {
        _ = new CudaDeviceVariable<byte>(cuda.Context, 10);
        _ = new CudaStream(cuda.Context);
    }
}
