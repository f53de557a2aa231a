using System.Runtime.InteropServices;

namespace GeneratingImages.Core;

/// <summary>
/// A compiled graph: every result has its place, every operation its kernel, and <see cref="Run()"/> replays them all. A run
/// allocates nothing and, but for the work itself, waits for nothing.
/// </summary>
public sealed class Plan : IDisposable
{
    readonly IBackend _backend;
    readonly Parameters _parameters;
    readonly MemoryPlan _memory;
    readonly Arena _held;
    readonly SharedArena _passing;
    readonly IProgram _program;
    readonly Schedule _schedule;
    readonly ScheduledNode[] _calls;
    readonly bool _changesParameters;
    long _prepared;
    bool _disposed;

    Plan(PlanDraft draft, SharedArena passing, IBackend backend, Parameters parameters)
    {
        (Schedule schedule, Kernel[] kernels, Dictionary<int, int> sides, MemoryPlan memory) = draft;
        (_backend, _parameters, _schedule, _memory, _passing) = (backend, parameters, schedule, memory, passing);
        _calls = [.. schedule.Live.Where(n => n.IsCall)];
        _changesParameters = _calls.Any(n => n.Op is OptimizerStep);
        _held = backend.Reserve(Math.Max(memory.HeldBytes, 64), "constants, inputs, gradients and prepared filters");
        foreach (ScheduledNode node in schedule.Live)
            if (node.Op is Constant constant)
                Fill(node, constant.Value);
        Report = new PlanReport(
            backend.Name,
            [.. _calls.Select((n, i) => Row(n, kernels[i], schedule, sides))],
            memory.HeldBytes + memory.PassingBytes,
            memory.LowerBound,
            memory.WithoutReuse);
        var bound = new BoundKernel[_calls.Length];
        for (int i = 0; i < bound.Length; i++)
        {
            ScheduledNode node = _calls[i];
            bound[i] = kernels[i].Bind(new Operands(
                [.. node.Inputs.Select(Locate)],
                Place(node.Id, node.Type.Bytes),
                sides.TryGetValue(node.Id, out int side) ? Place(side, schedule[side].Type.Bytes) : default,
                kernels[i].WorkspaceBytes > 0 ? Workspace(node.Id, kernels[i].WorkspaceBytes) : default,
                kernels[i].WorkspaceBytes > 0 && memory.WorkspaceLasts(node.Id),
                node.Path));
        }

        _program = backend.Link(bound);
    }

    /// <summary>What runs, in which order, where, and by which algorithm.</summary>
    public PlanReport Report { get; }

    /// <summary>
    /// Compiles a graph: fuses, chooses kernels, plans memory and links. Needed are the kept tensors and every operation that
    /// changes something in place.
    /// </summary>
    /// <param name="graph">The graph; it is not changed.</param>
    /// <param name="keep">The tensors that <see cref="Read"/> will be asked for.</param>
    /// <param name="backend">Where it will run.</param>
    /// <param name="parameters">The store its variables are in; it gets its memory here if it has none.</param>
    /// <param name="lasting">
    /// Whether kernels keep what they prepare from parameters, such as transformed filters, until those change: for plans that run often
    /// over the same parameters. It takes memory of the plan's own.
    /// </param>
    /// <exception cref="NoKernelException">The backend lacks a kernel; the message names the layer.</exception>
    public static Plan Compile(Graph graph, ReadOnlySpan<Tensor> keep, IBackend backend, Parameters parameters, bool lasting = false)
    {
        PlanDraft draft = PlanDraft.Make(graph, keep, backend, parameters, lasting);
        var passing = new SharedArena(Reserve(backend, draft.Memory.PassingBytes), 1);
        return new Plan(draft, passing, backend, parameters);
    }

    /// <summary>
    /// Compiles graphs that take turns, for their effects on the parameters: nothing of them is kept, and their results share one
    /// arena as large as the largest needs.
    /// </summary>
    /// <inheritdoc cref="Compile" path="/exception"/>
    public static Plan[] CompileTogether(IReadOnlyList<Graph> graphs, IBackend backend, Parameters parameters)
    {
        PlanDraft[] drafts = [.. graphs.Select(graph => PlanDraft.Make(graph, [], backend, parameters, lasting: false))];
        var passing = new SharedArena(Reserve(backend, drafts.Max(draft => draft.Memory.PassingBytes)), drafts.Length);
        return [.. drafts.Select(draft => new Plan(draft, passing, backend, parameters))];
    }

    static Arena Reserve(IBackend backend, long bytes) => backend.Reserve(Math.Max(bytes, 64), "results of one step");

    /// <summary>Runs every operation once.</summary>
    /// <exception cref="ObjectDisposedException">The plan or its parameters are no more.</exception>
    public void Run()
    {
        ThrowIfDisposed();
        long version = _parameters.Version;
        _program.Run(changed: _prepared != version);
        _prepared = version;
        if (_changesParameters) _parameters.Version++;
    }

    /// <summary>Runs every operation once, one by one, and gives each one's place in <see cref="Report"/> and milliseconds.</summary>
    /// <exception cref="ObjectDisposedException">The plan or its parameters are no more.</exception>
    public void Run(Action<int, double> timed)
    {
        ThrowIfDisposed();
        for (int call = 0; call < _calls.Length; call++) timed(call, RunOne(call));
    }

    /// <summary>Writes an <see cref="Input"/>.</summary>
    /// <exception cref="ArgumentException">It is no input of this plan, or has elements of another type.</exception>
    /// <exception cref="ShapeException">The number of values is not the input's.</exception>
    public void Write<T>(Tensor input, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ThrowIfDisposed();
        bool known = input.Graph == _schedule.Graph && input.Node.Op is Input && _memory.Holds(input.Id);
        if (!known) throw new ArgumentException($"{input}: is not an input of this plan");
        ThrowIfOther<T>(input);
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        if (bytes.Length != input.Type.Bytes) throw new ShapeException($"{input}: {bytes.Length} bytes given, it has {input.Type.Bytes}");
        _backend.Write(Place(input.Id, bytes.Length), bytes);
    }

    /// <summary>Reads a kept tensor, or a variable, after a run.</summary>
    /// <exception cref="ArgumentException">
    /// The tensor was not kept, so that its memory has been used again, is of another graph, or has elements of another type.
    /// </exception>
    /// <exception cref="ShapeException">There is not room for as many values as the tensor has.</exception>
    public void Read<T>(Tensor tensor, Span<T> to)
        where T : unmanaged
    {
        ThrowIfDisposed();
        if (tensor.Graph != _schedule.Graph) throw new ArgumentException($"{tensor}: belongs to another graph than this plan's");
        ThrowIfOther<T>(tensor);
        bool there = StoredLeaf(tensor.Id) is not null || _schedule.Kept.Contains(tensor.Id);
        if (!there) throw new ArgumentException($"{tensor}: is not among the tensors this plan keeps");
        Slice from = Locate(tensor.Id);
        Span<byte> bytes = MemoryMarshal.AsBytes(to);
        if (bytes.Length != from.Bytes) throw new ShapeException($"{tensor}: room for {bytes.Length} bytes given, it has {from.Bytes}");
        _backend.Read(from, bytes);
    }

    /// <summary>
    /// Runs once, step by step, and names the first operation whose result holds a NaN or an infinity; null if there is none.
    /// </summary>
    public string? FindNonFinite()
    {
        ThrowIfDisposed();
        string? found = null;
        for (int i = 0; i < _calls.Length; i++)
        {
            RunOne(i);
            if (found is not null || _calls[i].Type.Element != ElementType.Float32 || !_calls[i].Op.Mutates.IsEmpty) continue;
            var values = new float[_calls[i].Type.Shape.Count];
            _backend.Read(Place(_calls[i].Id, _calls[i].Type.Bytes), MemoryMarshal.AsBytes(values.AsSpan()));
            int at = Array.FindIndex(values, v => !float.IsFinite(v));
            if (at >= 0) found = $"{_calls[i].Path}: {_calls[i].Op.Name} {_calls[i].Type} is {values[at]} at element {at}";
        }

        return found;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        _program.Dispose();
        _held.Dispose();
        _passing.Leave();
    }

    double RunOne(int call)
    {
        double milliseconds = _program.Run(call);
        if (_calls[call].Op is OptimizerStep) _parameters.Version++;
        return milliseconds;
    }

    void ThrowIfDisposed()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ObjectDisposedException.ThrowIf(_parameters.IsDisposed, _parameters);
    }

    static void ThrowIfOther<T>(Tensor tensor)
    {
        if (TensorType.ElementOf(typeof(T)) != tensor.Type.Element)
            throw new ArgumentException($"{tensor}: has elements of {tensor.Type.Element}, values of {typeof(T).Name} were given");
    }

    /// <summary>The leaf of the parameters' whose memory a node's result is, if it is one or a view of one.</summary>
    Op? StoredLeaf(int id) => _schedule[_schedule.Storage(id)].Op is var op and (Variable or FlatSlot) ? op : null;

    Slice Locate(int id) => StoredLeaf(id) is { } leaf ? _parameters.Locate(leaf) : Place(id, _schedule[id].Type.Bytes);

    Slice Workspace(int id, long bytes) =>
        new(_memory.WorkspaceLasts(id) ? _held : _passing.Arena, _memory.WorkspaceOffset(id), bytes);

    Slice Place(int id, long bytes) => new(_memory.Lasts(id) ? _held : _passing.Arena, _memory.Offset(id), bytes);

    void Fill(ScheduledNode node, float value)
    {
        var values = new float[node.Type.Shape.Count];
        Array.Fill(values, value);
        _backend.Write(Place(node.Id, node.Type.Bytes), MemoryMarshal.AsBytes(values.AsSpan()));
    }

    PlanReport.Call Row(ScheduledNode node, Kernel kernel, Schedule schedule, Dictionary<int, int> sides)
    {
        TensorType[] inputs = [.. node.Inputs.Select(id => schedule[id].Type)];
        TensorType? side = sides.TryGetValue(node.Id, out int id) ? schedule[id].Type : null;
        long flops = Work.Flops(node.Op, [.. inputs.Select(type => type.Shape)], node.Type.Shape);
        return new(
            node.Path,
            node.Op.Name,
            kernel.Variant,
            string.Join(" ", inputs),
            node.Type.ToString(),
            flops,
            kernel.Products ?? flops,
            Work.Bytes(node.Op, inputs, node.Type, side),
            kernel.WorkspaceBytes);
    }
}
