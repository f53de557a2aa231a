using GeneratingImages.Tests.Figures;
using GeneratingImages.Tests.Runner;

namespace GeneratingImages.Tests.Cuda;

/// <summary>Contexts, memory and the failures that tests can plant.</summary>
[Collection(typeof(SimulatedDeviceCollection))]
public sealed unsafe class SimulatedFailureTests : IDisposable
{
    const int InvalidValue = 1, OutOfMemory = 2, NotInitialized = 3, NoDevice = 100, InvalidContext = 201, Destroyed = 709;

    readonly DriverSession _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Nothing_works_before_initialisation_or_without_a_current_context()
    {
        SimulatedDevice.Reset();
        Assert.Equal(NotInitialized, DriverCalls.DeviceCount(out _));
        Assert.Equal(0, DriverCalls.DriverVersion(out int version));
        Assert.Equal(12080, version);
        DriverSession.Ok(DriverCalls.Init());
        Assert.Equal(InvalidContext, DriverCalls.Alloc(out _, 16));
        DriverSession.Ok(DriverCalls.Retain(out nint context));
        DriverSession.Ok(DriverCalls.SetCurrent(context));
        DriverSession.Ok(DriverCalls.Alloc(out _, 16));
        int elsewhere = 0;
        var thread = new Thread(() => elsewhere = DriverCalls.Alloc(out _, 16));
        thread.Start();
        thread.Join();
        Assert.Equal(InvalidContext, elsewhere);
        DriverSession.Ok(DriverCalls.Release());
        Assert.Equal(Destroyed, DriverCalls.Alloc(out _, 16));
        Assert.Equal(InvalidContext, DriverCalls.Release());
    }

    [Fact]
    public void Device_describes_itself()
    {
        int Attribute(int attribute)
        {
            DriverSession.Ok(DriverCalls.Attribute(out int value, attribute));
            return value;
        }

        Assert.Equal((9, 0, 32, 1024), (Attribute(75), Attribute(76), Attribute(10), Attribute(1)));
        Assert.Equal(InvalidValue, DriverCalls.Attribute(out _, 9999));
        SimulatedDevice.Set("compute_capability", 86);
        Assert.Equal((8, 6), (Attribute(75), Attribute(76)));
    }

    [Fact]
    public void Errors_of_kernels_stay_until_the_context_is_released()
    {
        ulong y = _device.Upload(new float[10]);
        _device.Launch("planted_overrun", 1, 32, y, 10);
        _device.Fails(700);
        Assert.Equal(700, DriverCalls.Alloc(out _, 16));
        Assert.Equal(700, DriverCalls.StreamSynchronize(_device.Stream));
        Assert.Equal(700, DriverCalls.Free(y));
        DriverSession.Ok(DriverCalls.Release());
        DriverSession.Ok(DriverCalls.Retain(out _));
        DriverSession.Ok(DriverCalls.Alloc(out _, 16));
    }

    [Theory, InlineData(700), InlineData(719)]
    public void Context_can_be_lost_at_a_launch(int status)
    {
        ulong x = _device.Upload(1), y = _device.Upload(0);
        SimulatedDevice.Set("lose_context_at", 3);
        SimulatedDevice.Set("lose_context_with", status);
        for (int i = 0; i < 2; i++) _device.Launch("planted_add", 1, 1, x, y, 1);
        Assert.Equal([2], _device.Download(y, 1));
        _device.Launch("planted_add", 1, 1, x, y, 1);
        _device.Fails(status, "planted_add: the context was lost, as planned");
    }

    [Fact]
    public void Memory_runs_out()
    {
        SimulatedDevice.Set("out_of_memory_after", 1000);
        DriverSession.Ok(DriverCalls.Alloc(out ulong x, 600));
        Assert.Equal(OutOfMemory, DriverCalls.Alloc(out _, 401));
        DriverSession.Ok(DriverCalls.MemInfo(out nuint free, out nuint total));
        Assert.Equal((400u, 2u << 30), (free, total));
        DriverSession.Ok(DriverCalls.Alloc(out _, 400));
        DriverSession.Ok(DriverCalls.Free(x));
        DriverSession.Ok(DriverCalls.Alloc(out _, 600));
        Assert.Equal(InvalidValue, DriverCalls.Alloc(out _, 0));
    }

    [Fact]
    public void No_device_is_said_at_initialisation()
    {
        SimulatedDevice.Reset();
        SimulatedDevice.Set("no_device", 1);
        Assert.Equal(NoDevice, DriverCalls.Init());
    }

    [Fact]
    public void What_is_not_freed_is_counted_when_the_context_ends()
    {
        DriverSession.Ok(DriverCalls.Alloc(out _, 100));
        DriverSession.Ok(DriverCalls.Alloc(out ulong freed, 200));
        DriverSession.Ok(DriverCalls.Free(freed));
        Assert.Equal((1, 100), (SimulatedDevice.Count("live_allocations"), SimulatedDevice.Count("live_bytes")));
        DriverSession.Ok(DriverCalls.Release());
        Assert.Equal((1, 100), (SimulatedDevice.Count("leaked_allocations"), SimulatedDevice.Count("leaked_bytes")));
        Assert.Equal(0, SimulatedDevice.Count("live_handles"));
    }

    [Fact]
    public void Freeing_twice_or_an_inner_address_is_refused()
    {
        DriverSession.Ok(DriverCalls.Alloc(out ulong x, 100));
        Assert.Equal(InvalidValue, DriverCalls.Free(x + 4));
        DriverSession.Ok(DriverCalls.Free(x));
        Assert.Equal(InvalidValue, DriverCalls.Free(x));
        DriverSession.Ok(DriverCalls.Free(0));
    }

    [Fact]
    public void Copies_beyond_an_allocation_are_refused()
    {
        ulong x = _device.Upload(1, 2);
        float* four = stackalloc float[4];
        Assert.Equal(InvalidValue, DriverCalls.ToHost(four, x, 12));
        Assert.Equal(InvalidValue, DriverCalls.ToDeviceAsync(x + 4, four, 8, _device.Stream));
        Assert.Contains("are not all in one live allocation: inside an allocation of 8 bytes", SimulatedDevice.Diagnostic,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Freed_in_the_stream_then_used_is_an_illegal_address()
    {
        ulong x = _device.Upload(1), y = _device.Upload(1);
        DriverSession.Ok(DriverCalls.FreeAsync(x, _device.Stream));
        _device.Launch("planted_add", 1, 1, x, y, 1);
        _device.Fails(700, "argument 0 is no live device pointer: inside a freed allocation of 4 bytes");
    }

    /// <summary>A child process takes its settings from the environment and leaves its counters in a file.</summary>
    [Fact]
    public void Child_processes_are_told_by_the_environment()
    {
        using var folder = new TemporaryFolder();
        Outcome outcome = Genimg.RunProcess(
            new Dictionary<string, string?>
            {
                ["GENIMG_CUDA"] = SimulatedDevice.Folder,
                ["GENIMG_CUDA_DRIVER"] = SimulatedDevice.Driver,
                ["GENIMG_CUDASIM_COMPUTE_CAPABILITY"] = "86",
                ["GENIMG_CUDASIM_REPORT"] = folder["report"],
            },
            "devices");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Matches(@"Simulated device .* 8\.6 ", outcome.Output);
        Assert.Contains("kernel_launches 0\n", File.ReadAllText(folder["report"]), StringComparison.Ordinal);
    }
}
