using System.Runtime.InteropServices;

namespace GeneratingImages.Core;

/// <summary>
/// The stored tensors of a run, by path: trained parameters in one flat vector, the optimiser's slots beside it in the same layout,
/// and state such as step counters. Graphs name them, so a training plan, an evaluation plan and a checkpoint share them. They
/// get their memory when the first plan is compiled; nothing can be added afterwards.
/// </summary>
public sealed class Parameters(ulong seed) : IDisposable
{
    /// <summary>The slot that holds the parameters themselves.</summary>
    public const string Values = "values";

    readonly Dictionary<string, (Parameter Parameter, Initializer Initializer)> _parameters = [];
    readonly List<Parameter> _order = [];
    readonly List<string> _slots = [Values];
    readonly Dictionary<string, StoredState> _states = [];
    IBackend? _backend;
    Arena? _arena;

    /// <summary>State that is not trained.</summary>
    /// <param name="Type">Shape and element type.</param>
    /// <param name="Saved">Whether a checkpoint holds it.</param>
    sealed record StoredState(TensorType Type, bool Saved)
    {
        public long Offset { get; set; }
    }

    /// <summary>What all first values derive from.</summary>
    public ulong Seed => seed;

    /// <summary>The trained parameters in the order they were made.</summary>
    public IReadOnlyList<Parameter> All => _order;

    /// <summary>The number of trained weights, padding not counted.</summary>
    public long Count => _order.Sum(p => p.Shape.Count);

    /// <summary>The parameters' slots: the values first, then those of optimisers.</summary>
    public IReadOnlyList<string> Slots => _slots;

    /// <summary>The paths of the states that a checkpoint holds.</summary>
    public IEnumerable<string> SavedStates => _states.Where(s => s.Value.Saved).Select(s => s.Key);

    /// <summary>Grows whenever parameters may have changed: written by the host, or by a run of a plan.</summary>
    internal long Version { get; set; } = 1;

    /// <summary>Whether the memory is given back.</summary>
    internal bool IsDisposed { get; private set; }

    /// <summary>Gets a parameter by its path, making it if it is new.</summary>
    /// <exception cref="ShapeException">It exists with another shape.</exception>
    /// <exception cref="InvalidOperationException">The path is a state's, or the memory is reserved already.</exception>
    public Tensor Get(Graph graph, string path, Shape shape, Initializer initializer)
    {
        if (_parameters.TryGetValue(path, out var known))
        {
            if (known.Parameter.Shape != shape)
                throw new ShapeException($"parameter {path} is {known.Parameter.Shape}, {shape} was asked for");
        }
        else
        {
            ThrowIfPlaced(path);
            if (_states.ContainsKey(path)) throw new InvalidOperationException($"{path} is the path of a state already, not a parameter's");
            var parameter = new Parameter(path, shape, _order.Count == 0 ? 0 : checked(_order[^1].Offset + _order[^1].PaddedCount));
            _parameters.Add(path, (parameter, initializer));
            _order.Add(parameter);
        }

        return graph.Add(new Variable(path, shape));
    }

    /// <summary>Gets state by its path, making it, as zeros, if it is new.</summary>
    /// <param name="graph">The graph that uses it.</param>
    /// <param name="path">Such as <c>training/step</c>.</param>
    /// <param name="type">Shape and element type.</param>
    /// <param name="saved">Whether a checkpoint holds it.</param>
    /// <exception cref="ShapeException">It exists with another type.</exception>
    /// <exception cref="InvalidOperationException">The path is a parameter's, or the memory is reserved already.</exception>
    public Tensor State(Graph graph, string path, TensorType type, bool saved)
    {
        if (!_states.TryGetValue(path, out StoredState? known))
        {
            ThrowIfPlaced(path);
            if (_parameters.ContainsKey(path))
                throw new InvalidOperationException($"{path} is the path of a parameter already, not a state's");
            _states.Add(path, new StoredState(type, saved));
        }
        else if (known.Type != type)
            throw new ShapeException($"state {path} is {known.Type}, {type} was asked for");

        return graph.Add(new Variable(path, type.Shape, type.Element));
    }

    /// <summary>The parameters whose path starts with a prefix; with an empty prefix, all.</summary>
    public ParameterGroup Group(string prefix) =>
        new(prefix, [.. _order.Where(p => p.Path.StartsWith(prefix, StringComparison.Ordinal))]);

    /// <summary>A slot of a group as one flat tensor, making the slot, as zeros, if it is new.</summary>
    public Tensor Slot(Graph graph, string slot, ParameterGroup group)
    {
        if (!_slots.Contains(slot))
        {
            ThrowIfPlaced(slot);
            _slots.Add(slot);
        }

        return graph.Add(new FlatSlot(slot, group));
    }

    /// <summary>Reserves the memory and writes the first values. Called by <see cref="Plan.Compile"/>; later calls do nothing.</summary>
    /// <exception cref="InvalidOperationException">The parameters lie on another backend.</exception>
    public void Place(IBackend backend)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (_backend is not null)
        {
            if (_backend != backend)
                throw new InvalidOperationException(
                    $"the parameters lie on {_backend.Name}, a plan for {backend.Name} cannot use them");
            return;
        }

        long bytes = Aligned(FlatBytes * _slots.Count);
        foreach (StoredState state in _states.Values)
        {
            state.Offset = bytes;
            bytes = Aligned(bytes + state.Type.Bytes);
        }

        _arena = backend.Reserve(Math.Max(bytes, 64), "parameters and state");
        _backend = backend;
        foreach ((Parameter parameter, Initializer initializer) in _parameters.Values)
        {
            var values = new float[parameter.Shape.Count];
            initializer.Fill(values, parameter.Shape, seed, parameter.Path);
            Write(parameter.Path, values);
        }
    }

    /// <summary>Where a leaf of a graph lies.</summary>
    internal Slice Locate(Op leaf) => leaf switch
    {
        Variable v when _states.TryGetValue(v.Key, out StoredState? state) => new Slice(_arena!, state.Offset, state.Type.Bytes),
        Variable v => Locate(Values, Find(v.Key)),
        FlatSlot f => new Slice(_arena!, FlatBytes * _slots.IndexOf(f.Slot) + f.Group.Offset * 4L, f.Group.Count * 4L),
        _ => throw new ArgumentException($"{leaf.Name} is not stored"),
    };

    /// <summary>Reads a parameter's values, or another slot's.</summary>
    public float[] Read(string path, string slot = Values)
    {
        Parameter parameter = Find(path);
        var values = new float[parameter.Shape.Count];
        Backend.Read(Locate(slot, parameter), MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>Writes a parameter's values, or another slot's.</summary>
    /// <exception cref="ShapeException">The number of values is not the parameter's.</exception>
    public void Write(string path, ReadOnlySpan<float> values, string slot = Values)
    {
        Parameter parameter = Find(path);
        if (values.Length != parameter.Shape.Count)
            throw new ShapeException($"{values.Length} values given for parameter {path} {parameter.Shape}");
        Backend.Write(Locate(slot, parameter), MemoryMarshal.AsBytes(values));
        Version++;
    }

    /// <summary>The type of a state.</summary>
    public TensorType StateType(string path) => FindState(path).Type;

    /// <summary>Reads a state.</summary>
    public void ReadState<T>(string path, Span<T> to)
        where T : unmanaged => Backend.Read(LocateState(path, MemoryMarshal.AsBytes(to).Length), MemoryMarshal.AsBytes(to));

    /// <summary>Writes a state, or its beginning.</summary>
    public void WriteState<T>(string path, ReadOnlySpan<T> from)
        where T : unmanaged
    {
        Backend.Write(LocateState(path, MemoryMarshal.AsBytes(from).Length), MemoryMarshal.AsBytes(from));
        Version++;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        IsDisposed = true;
        _arena?.Dispose();
    }

    IBackend Backend => _backend ?? throw new InvalidOperationException("the parameters have no memory yet: compile a plan first");

    long FlatBytes => _order.Count == 0 ? 0 : (_order[^1].Offset + (long)_order[^1].PaddedCount) * 4;

    static long Aligned(long bytes) => (bytes + 63) / 64 * 64;

    Slice Locate(string slot, Parameter p)
    {
        int index = _slots.IndexOf(slot);
        if (index < 0) throw new ArgumentException($"there is no slot '{slot}': there are {string.Join(", ", _slots)}");
        return new Slice(_arena!, FlatBytes * index + p.Offset * 4L, p.Shape.Count * 4);
    }

    Slice LocateState(string path, int bytes)
    {
        StoredState state = FindState(path);
        if (bytes > state.Type.Bytes) throw new ShapeException($"{bytes} bytes given for state {path}, which has {state.Type.Bytes}");
        return new Slice(_arena!, state.Offset, bytes);
    }

    Parameter Find(string path) => _parameters.TryGetValue(path, out var found)
        ? found.Parameter
        : throw new KeyNotFoundException($"there is no parameter {path}");

    StoredState FindState(string path) => _states.TryGetValue(path, out StoredState? state)
        ? state
        : throw new KeyNotFoundException($"there is no state {path}");

    void ThrowIfPlaced(string path)
    {
        if (_backend is not null)
            throw new InvalidOperationException(
                $"{path} is new, but the parameters have their memory already: build every graph before compiling the first plan");
    }
}
