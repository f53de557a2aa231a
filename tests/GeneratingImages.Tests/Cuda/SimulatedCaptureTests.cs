namespace GeneratingImages.Tests.Cuda;

/// <summary>Capture, replay, and what ends a capture.</summary>
[Collection(typeof(SimulatedDeviceCollection))]
public sealed unsafe class SimulatedCaptureTests : IDisposable
{
    const int InvalidValue = 1, NotSupported = 801, Unsupported = 900, Invalidated = 901, Unjoined = 904, Isolation = 905, Implicit = 906;

    const int Captured = 907, WrongThread = 908;

    const int Global = 0, ThreadLocal = 1, Relaxed = 2;

    readonly DriverSession _device = new();
    readonly ulong _x, _y;

    public SimulatedCaptureTests() => (_x, _y) = (_device.Upload(1), _device.Upload(0));

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Captured_work_runs_at_each_replay_and_not_before()
    {
        DriverSession.Ok(DriverCalls.BeginCapture(_device.Stream, ThreadLocal));
        DriverSession.Ok(DriverCalls.IsCapturing(_device.Stream, out int status));
        Assert.Equal(1, status);
        Add();
        Add();
        DriverSession.Ok(DriverCalls.EndCapture(_device.Stream, out nint graph));
        DriverSession.Ok(DriverCalls.GraphNodes(graph, out nuint nodes));
        Assert.Equal(2u, nodes);
        DriverSession.Ok(DriverCalls.Instantiate(out nint instance, graph));
        Assert.Equal([0], _device.Download(_y, 1));
        for (int i = 0; i < 3; i++) DriverSession.Ok(DriverCalls.GraphLaunch(instance, _device.Stream));
        Assert.Equal([6], _device.Download(_y, 1));
        Assert.Equal((0, 3), (SimulatedDevice.Count("kernel_launches"), SimulatedDevice.Count("graph_launches")));
        Assert.Equal(6, SimulatedDevice.Count("kernels_run"));
    }

    public static TheoryData<string> UnsafeCalls =>
        ["allocate", "allocate async", "free", "allocate host", "wait", "wait for all", "copy", "load", "query event"];

    [Theory, MemberData(nameof(UnsafeCalls))]
    public void What_may_wait_or_allocate_is_refused_and_ends_the_capture(string call)
    {
        DriverSession.Ok(DriverCalls.EventCreate(out nint e, 2));
        DriverSession.Ok(DriverCalls.BeginCapture(_device.Stream, ThreadLocal));
        Assert.Equal(Unsupported, Unsafe(call, e));
        DriverSession.Ok(DriverCalls.IsCapturing(_device.Stream, out int status));
        Assert.Equal(2, status);
        Assert.Equal(Invalidated, _device.TryLaunch("planted_add", 1, 1, 0, _x, _y, 1));
        Assert.Equal(Invalidated, DriverCalls.EndCapture(_device.Stream, out nint graph));
        Assert.Equal(0, graph);
        Add();
        Assert.Equal([1], _device.Download(_y, 1));
    }

    [Fact]
    public void Relaxed_mode_lets_a_thread_allocate()
    {
        DriverSession.Ok(DriverCalls.BeginCapture(_device.Stream, Relaxed));
        DriverSession.Ok(DriverCalls.Alloc(out _, 16));
        DriverSession.Ok(DriverCalls.EndCapture(_device.Stream, out _));
    }

    [Theory]
    [InlineData(Global, Unsupported)]
    [InlineData(ThreadLocal, 0)]
    public void Other_threads_are_bound_by_the_global_mode_alone(int mode, int expected)
    {
        DriverSession.Ok(DriverCalls.BeginCapture(_device.Stream, mode));
        int allocated = 0, ended = 0;
        var thread = new Thread(() =>
        {
            DriverSession.Ok(DriverCalls.SetCurrent(_device.Context));
            allocated = DriverCalls.Alloc(out _, 16);
            ended = DriverCalls.EndCapture(_device.Stream, out _);
        });
        thread.Start();
        thread.Join();
        Assert.Equal((expected, WrongThread), (allocated, ended));
    }

    /// <summary>Two branches without an edge between them run in either order; each sees what came before the fork.</summary>
    [Theory]
    [InlineData(0, 3f)]
    [InlineData(1, 5f)]
    public void Fork_and_join_become_edges(int descending, float expected)
    {
        DriverSession.Ok(DriverCalls.StreamCreate(out nint other, flags: 1));
        DriverSession.Ok(DriverCalls.EventCreate(out nint fork, 2));
        DriverSession.Ok(DriverCalls.EventCreate(out nint join, 2));
        DriverSession.Ok(DriverCalls.BeginCapture(_device.Stream, ThreadLocal));
        Set(1, _device.Stream);
        DriverSession.Ok(DriverCalls.EventRecord(fork, _device.Stream));
        DriverSession.Ok(DriverCalls.StreamWaitEvent(other, fork));
        Set(5, _device.Stream);
        Set(3, other);
        DriverSession.Ok(DriverCalls.EventRecord(join, other));
        DriverSession.Ok(DriverCalls.StreamWaitEvent(_device.Stream, join));
        Assert.Equal(Captured, DriverCalls.EventQuery(join));
        DriverSession.Ok(DriverCalls.EndCapture(_device.Stream, out nint graph));
        DriverSession.Ok(DriverCalls.Instantiate(out nint instance, graph));
        SimulatedDevice.Set("descending", descending);
        DriverSession.Ok(DriverCalls.GraphLaunch(instance, _device.Stream));
        Assert.Equal([expected], _device.Download(_y, 1));
    }

    [Fact]
    public void Branch_that_is_not_joined_ends_the_capture()
    {
        DriverSession.Ok(DriverCalls.StreamCreate(out nint other, flags: 1));
        DriverSession.Ok(DriverCalls.EventCreate(out nint fork, 2));
        DriverSession.Ok(DriverCalls.BeginCapture(_device.Stream, ThreadLocal));
        DriverSession.Ok(DriverCalls.EventRecord(fork, _device.Stream));
        DriverSession.Ok(DriverCalls.StreamWaitEvent(other, fork));
        Set(3, other);
        Assert.Equal(Unjoined, DriverCalls.EndCapture(_device.Stream, out _));
    }

    [Fact]
    public void Capture_waits_for_nothing_outside()
    {
        DriverSession.Ok(DriverCalls.StreamCreate(out nint other, flags: 1));
        DriverSession.Ok(DriverCalls.EventCreate(out nint outside, 2));
        Set(3, other);
        DriverSession.Ok(DriverCalls.EventRecord(outside, other));
        DriverSession.Ok(DriverCalls.BeginCapture(_device.Stream, ThreadLocal));
        Assert.Equal(Isolation, DriverCalls.StreamWaitEvent(_device.Stream, outside));
        Assert.Equal(Invalidated, DriverCalls.EndCapture(_device.Stream, out _));
    }

    [Fact]
    public void Legacy_stream_cannot_be_captured_nor_used_beside_a_blocking_capture()
    {
        Assert.Equal(Unsupported, DriverCalls.BeginCapture(0, Relaxed));
        DriverSession.Ok(DriverCalls.StreamCreate(out nint blocking, flags: 0));
        DriverSession.Ok(DriverCalls.BeginCapture(blocking, Relaxed));
        Assert.Equal(Implicit, DriverCalls.Memset32(_y, 0, 1, 0));
        Assert.Equal(Invalidated, DriverCalls.EndCapture(blocking, out _));
    }

    [Fact]
    public void Capture_begins_once_and_ends_once()
    {
        Assert.Equal(InvalidValue, DriverCalls.EndCapture(_device.Stream, out _));
        DriverSession.Ok(DriverCalls.BeginCapture(_device.Stream, ThreadLocal));
        Assert.Equal(InvalidValue, DriverCalls.BeginCapture(_device.Stream, ThreadLocal));
    }

    [Fact]
    public void Capture_can_be_refused_by_plan()
    {
        SimulatedDevice.Set("refuse_capture", 1);
        Assert.Equal(NotSupported, DriverCalls.BeginCapture(_device.Stream, ThreadLocal));
        Add();
        Assert.Equal([1], _device.Download(_y, 1));
    }

    [Fact]
    public void Replay_after_a_free_is_an_illegal_address()
    {
        DriverSession.Ok(DriverCalls.BeginCapture(_device.Stream, ThreadLocal));
        Add();
        DriverSession.Ok(DriverCalls.EndCapture(_device.Stream, out nint graph));
        DriverSession.Ok(DriverCalls.Instantiate(out nint instance, graph));
        DriverSession.Ok(DriverCalls.Free(_x));
        DriverSession.Ok(DriverCalls.GraphLaunch(instance, _device.Stream));
        _device.Fails(700, "planted_add: argument 0 is no live device pointer");
    }

    int Unsafe(string call, nint e)
    {
        float value = 0;
        fixed (byte* image = SimulatedDevice.Image("planted.cu"))
            return call switch
            {
                "allocate" => DriverCalls.Alloc(out _, 16),
                "allocate async" => DriverCalls.AllocAsync(out _, 16, _device.Stream),
                "free" => DriverCalls.Free(_x),
                "allocate host" => DriverCalls.HostAlloc(out _, 16),
                "wait" => DriverCalls.StreamSynchronize(_device.Stream),
                "wait for all" => DriverCalls.ContextSynchronize(),
                "copy" => DriverCalls.ToHost(&value, _x, 4),
                "load" => DriverCalls.ModuleLoad(out _, image),
                _ => DriverCalls.EventQuery(e),
            };
    }

    void Add() => _device.Launch("planted_add", 1, 1, _x, _y, 1);

    void Set(float value, nint stream) => DriverSession.Ok(DriverCalls.Memset32(_y, BitConverter.SingleToUInt32Bits(value), 1, stream));
}
