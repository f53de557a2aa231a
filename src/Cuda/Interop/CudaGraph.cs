namespace GeneratingImages.Cuda;

/// <summary>Captured work: what runs and in which order, not yet fit to run.</summary>
public sealed unsafe class CudaGraph : IDisposable
{
    readonly CudaContext _context;
    readonly NativeHandle _handle;

    internal CudaGraph(CudaContext context, nint graph)
    {
        (_context, Graph) = (context, graph);
        _handle = context.Own(graph, static g => DriverApi.cuGraphDestroy(g));
    }

    /// <summary>The native handle, valid until the graph is disposed of.</summary>
    public nint Graph { get; }

    /// <summary>The number of nodes: kernels, copies, fills.</summary>
    public int NodeCount
    {
        get
        {
            DriverApi.Check(DriverApi.cuGraphGetNodes(Graph, null, out nuint count));
            return (int)count;
        }
    }

    /// <summary>Makes it fit to run; the graph itself is then no longer needed.</summary>
    public CudaGraphExec Instantiate()
    {
        DriverApi.Check(DriverApi.cuGraphInstantiateWithFlags(out nint exec, Graph, 0));
        return new CudaGraphExec(_context, exec);
    }

    /// <summary>Frees it.</summary>
    public void Dispose() => _handle.Dispose();
}

/// <summary>Captured work, fit to run with one call.</summary>
public sealed class CudaGraphExec : IDisposable
{
    readonly NativeHandle _handle;

    internal CudaGraphExec(CudaContext context, nint exec)
    {
        GraphExec = exec;
        _handle = context.Own(exec, static e => DriverApi.cuGraphExecDestroy(e));
    }

    /// <summary>The native handle, valid until this is disposed of.</summary>
    public nint GraphExec { get; }

    /// <summary>Sends it to the device ahead of the first launch.</summary>
    public void Upload(CudaStream stream) => DriverApi.Check(DriverApi.cuGraphUpload(GraphExec, stream.Stream));

    /// <summary>Queues all of it.</summary>
    public void Launch(CudaStream stream) => DriverApi.Check(DriverApi.cuGraphLaunch(GraphExec, stream.Stream));

    /// <summary>Frees it; a launch under way still ends.</summary>
    public void Dispose() => _handle.Dispose();
}
