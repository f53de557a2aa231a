using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>
/// A sequence of calls on the device. The first run queues them one by one, which lets the libraries load what they load at first use; the
/// second captures them all as one graph, which every later run launches with one call, unless graphs are not wanted.
/// </summary>
sealed class CudaProgram(CudaDevice device, CudaCall[] calls, bool graphs, Action<string>? notice) : IProgram
{
    CudaGraphExec? _graph;
    CudaEvent? _start, _end;
    bool _warm;
    bool _refused = !graphs;

    /// <summary>The nodes of the captured graph; 0 before it is captured, and if it cannot be.</summary>
    public int Nodes { get; private set; }

    /// <summary>Queues all calls and returns.</summary>
    public void Run(bool changed = true)
    {
        device.Context.SetCurrent();
        if (_warm && _graph is null && !_refused) Capture();
        if (_graph is not null) _graph.Launch(device.Stream);
        else Queue();
        _warm = true;
    }

    /// <summary>Queues one call and waits for it, so that its time and its errors are its own.</summary>
    public double Run(int call)
    {
        device.Context.SetCurrent();
        _start ??= new CudaEvent(device.Context);
        _end ??= new CudaEvent(device.Context);
        _start.Record(device.Stream);
        Queue(calls[call]);
        _end.Record(device.Stream);
        try
        {
            device.Stream.Synchronize();
            return CudaEvent.ElapsedTime(_start, _end);
        }
        catch (CudaException e)
        {
            throw e.During(calls[call].Subject);
        }
    }

    public void Dispose()
    {
        _graph?.Dispose();
        _start?.Dispose();
        _end?.Dispose();
    }

    void Capture()
    {
        try
        {
            using CudaGraph graph = device.Stream.Capture(Queue);
            Nodes = graph.NodeCount;
            _graph = graph.Instantiate();
            _graph.Upload(device.Stream);
        }
        catch (CudaException e) when (!e.IsSticky)
        {
            _refused = true;
            notice?.Invoke($"steps are launched call by call, since they cannot be captured as a graph: {e.Message}");
        }
    }

    void Queue()
    {
        foreach (CudaCall call in calls) Queue(call);
    }

    void Queue(CudaCall call)
    {
        try
        {
            call.Launch(device.Stream);
        }
        catch (CudaException e)
        {
            throw e.During(call.Subject);
        }
    }
}
