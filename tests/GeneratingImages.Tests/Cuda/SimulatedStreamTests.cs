namespace GeneratingImages.Tests.Cuda;

/// <summary>Order and laziness of the simulated streams, copies and events.</summary>
[Collection(typeof(SimulatedDeviceCollection))]
public sealed unsafe class SimulatedStreamTests : IDisposable
{
    const int NotReady = 600, InvalidHandle = 400;

    readonly DriverSession _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Work_runs_only_when_something_waits()
    {
        ulong x = _device.Upload(1), y = _device.Upload(10);
        _device.Launch("planted_add", 1, 1, x, y, 1);
        float stale;
        DriverSession.Ok(DriverCalls.ToHost(&stale, y, 4));
        Assert.Equal(10, stale);
        Assert.Equal([11], _device.Download(y, 1));
        Assert.Equal(1, SimulatedDevice.Count("kernel_launches"));
    }

    [Fact]
    public void Synchronous_copies_wait_for_blocking_streams_alone()
    {
        DriverSession.Ok(DriverCalls.StreamCreate(out nint blocking, flags: 0));
        ulong x = _device.Upload(1);
        DriverSession.Ok(DriverCalls.Memset32(x, 0x40000000, 1, blocking));
        float seen;
        DriverSession.Ok(DriverCalls.ToHost(&seen, x, 4));
        Assert.Equal(2, seen);
    }

    [Fact]
    public void A_source_is_read_when_the_copy_runs_and_without_a_stream_at_once()
    {
        ulong x = _device.Upload(0), y = _device.Upload(0), z = _device.Upload(0);
        DriverSession.Ok(DriverCalls.HostAlloc(out nint locked, 4));
        float pageable = 1;
        *(float*)locked = 1;
        DriverSession.Ok(DriverCalls.ToDeviceAsync(x, (void*)locked, 4, _device.Stream));
        DriverSession.Ok(DriverCalls.ToDeviceAsync(y, &pageable, 4, _device.Stream));
        DriverSession.Ok(DriverCalls.ToDevice(z, &pageable, 4));
        *(float*)locked = 2;
        pageable = 2;
        Assert.Equal([2], _device.Download(x, 1));
        Assert.Equal([2], _device.Download(y, 1));
        Assert.Equal([1], _device.Download(z, 1));
    }

    /// <summary>What is copied without a stream is not there yet for one that does not wait for the default stream.</summary>
    [Fact]
    public void A_pageable_copy_may_be_under_way_when_the_call_returns()
    {
        ulong x = _device.Upload(0), y = _device.Upload(0);
        float value = 5;
        DriverSession.Ok(DriverCalls.ToDevice(x, &value, 4));
        _device.Launch("planted_add", 1, 1, x, y, 1);
        Assert.Equal([0], _device.Download(y, 1));
        DriverSession.Ok(DriverCalls.StreamSynchronize(0));
        _device.Launch("planted_add", 1, 1, x, y, 1);
        Assert.Equal([5], _device.Download(y, 1));
    }

    [Fact]
    public void Copy_to_page_locked_memory_ends_with_a_wait_and_one_to_pageable_memory_at_once()
    {
        ulong x = _device.Upload(7);
        DriverSession.Ok(DriverCalls.HostAlloc(out nint locked, 4));
        *(float*)locked = 0;
        DriverSession.Ok(DriverCalls.ToHostAsync((void*)locked, x, 4, _device.Stream));
        Assert.Equal(0, *(float*)locked);
        float pageable = 0;
        DriverSession.Ok(DriverCalls.ToHostAsync(&pageable, x, 4, _device.Stream));
        Assert.Equal((7, 7), (pageable, *(float*)locked));
        DriverSession.Ok(DriverCalls.FreeHost(locked));
    }

    /// <summary>Of two streams without an event between them either may come first; with one, only one order is left.</summary>
    [Theory]
    [InlineData(false, 0, 3f)]
    [InlineData(false, 1, 5f)]
    [InlineData(true, 0, 3f)]
    [InlineData(true, 1, 3f)]
    public void Streams_run_in_either_order_unless_an_event_binds_them(bool bound, int descending, float expected)
    {
        SimulatedDevice.Set("descending", descending);
        DriverSession.Ok(DriverCalls.StreamCreate(out nint other, flags: 1));
        DriverSession.Ok(DriverCalls.EventCreate(out nint done, 2));
        ulong x = _device.Upload(0);
        DriverSession.Ok(DriverCalls.Memset32(x, BitConverter.SingleToUInt32Bits(5), 1, _device.Stream));
        if (bound)
        {
            DriverSession.Ok(DriverCalls.EventRecord(done, _device.Stream));
            DriverSession.Ok(DriverCalls.StreamWaitEvent(other, done));
        }

        DriverSession.Ok(DriverCalls.Memset32(x, BitConverter.SingleToUInt32Bits(3), 1, other));
        DriverSession.Ok(DriverCalls.ContextSynchronize());
        Assert.Equal([expected], _device.Download(x, 1));
    }

    [Fact]
    public void Events_are_reached_in_order_and_time_passes_between_them()
    {
        DriverSession.Ok(DriverCalls.EventCreate(out nint start, 0));
        DriverSession.Ok(DriverCalls.EventCreate(out nint end, 0));
        ulong x = _device.Upload(new float[4096]), sums = _device.Upload(0);
        Assert.Equal(0, DriverCalls.EventQuery(start));
        Assert.Equal(InvalidHandle, DriverCalls.EventElapsedTime(out _, start, end));
        DriverSession.Ok(DriverCalls.EventRecord(start, _device.Stream));
        _device.Launch("planted_block_sum", 1, 256, x, sums, 4096L);
        DriverSession.Ok(DriverCalls.EventRecord(end, _device.Stream));
        Assert.Equal(NotReady, DriverCalls.EventElapsedTime(out _, start, end));
        DriverSession.Ok(DriverCalls.EventSynchronize(start));
        Assert.Equal(0, SimulatedDevice.Count("kernels_run"));
        DriverSession.Ok(DriverCalls.EventSynchronize(end));
        DriverSession.Ok(DriverCalls.EventElapsedTime(out float ms, start, end));
        Assert.True(ms > 0, $"{ms} ms");
    }

    [Fact]
    public void Events_without_timing_give_no_time()
    {
        DriverSession.Ok(DriverCalls.EventCreate(out nint e, 2));
        DriverSession.Ok(DriverCalls.EventRecord(e, _device.Stream));
        DriverSession.Ok(DriverCalls.EventSynchronize(e));
        Assert.Equal(InvalidHandle, DriverCalls.EventElapsedTime(out _, e, e));
    }

    [Fact]
    public void Polling_gets_on()
    {
        ulong x = _device.Upload(1), y = _device.Upload(1);
        for (int i = 0; i < 3; i++) _device.Launch("planted_add", 1, 1, x, y, 1);
        int polls = 0;
        while (DriverCalls.StreamQuery(_device.Stream) == NotReady) polls++;
        Assert.Equal(3, polls);
        Assert.Equal([4], _device.Download(y, 1));
    }

    [Fact]
    public void Arguments_are_copied_at_the_launch()
    {
        ulong x = _device.Upload(1, 1), y = _device.Upload(0, 0);
        nint add = _device.Function("planted_add");
        int n = 1;
        void** parameters = stackalloc void*[] { &x, &y, &n };
        DriverSession.Ok(DriverCalls.Launch(add, 1, 32, 0, _device.Stream, parameters));
        n = 2;
        Assert.Equal([1, 0], _device.Download(y, 2));
    }

    [Fact]
    public void Destroyed_streams_are_no_handles()
    {
        DriverSession.Ok(DriverCalls.StreamCreate(out nint other, flags: 1));
        DriverSession.Ok(DriverCalls.StreamDestroy(other));
        Assert.Equal(InvalidHandle, DriverCalls.StreamSynchronize(other));
    }
}
