namespace GeneratingImages.Core;

/// <summary>
/// The append-only list of operations. Inputs come before the node that uses them, so the order of appending is an order of
/// running; operations that change something in place run exactly where they were appended.
/// </summary>
public sealed class Graph
{
    readonly List<Node> _nodes = [];
    readonly Dictionary<Key, int> _known = [];
    readonly List<string> _scope = [];

    readonly record struct Key(Op Op, string Inputs);

    /// <summary>The number of nodes.</summary>
    public int Count => _nodes.Count;

    /// <summary>A node by its number.</summary>
    public Node this[int id] => _nodes[id];

    /// <summary>The path that nodes made now will carry.</summary>
    public string Path => string.Join('/', _scope);

    /// <summary>Enters a named scope until the result is disposed.</summary>
    public IDisposable Enter(string name)
    {
        _scope.Add(name);
        return new Leaving(_scope);
    }

    /// <summary>
    /// Appends an operation, or finds the equal one on the same inputs. Operations that change something are always appended, and after
    /// one nothing computed before is found again: it may have read what was changed.
    /// </summary>
    /// <exception cref="ShapeException">The inputs do not fit the operation.</exception>
    public Tensor Add(Op op, params ReadOnlySpan<Tensor> inputs)
    {
        var shapes = new Shape[inputs.Length];
        for (int i = 0; i < shapes.Length; i++)
        {
            if (inputs[i].Graph != this) throw new InvalidOperationException($"{Where}: {op.Name}: input {i} belongs to another graph");
            shapes[i] = inputs[i].Shape;
        }

        var key = new Key(op, string.Join(',', inputs.ToArray().Select(t => t.Id)));
        bool pure = op.Mutates.IsEmpty;
        if (pure && _known.TryGetValue(key, out int known)) return new Tensor(this, known);

        Shape shape;
        try
        {
            shape = op.Infer(shapes);
        }
        catch (ShapeException e)
        {
            throw new ShapeException($"{Where}: {op.Name}: {e.Message}");
        }
        catch (IndexOutOfRangeException)
        {
            throw new ShapeException($"{Where}: {op.Name}: {inputs.Length} inputs given, it needs more");
        }

        var node = new Node(_nodes.Count, op, inputs.ToArray(), new TensorType(shape, op.Element), Path);
        _nodes.Add(node);
        if (pure) _known[key] = node.Id;
        else ForgetResults();
        return new Tensor(this, node.Id);
    }

    string Where => Path.Length > 0 ? Path : "graph";

    void ForgetResults()
    {
        foreach (Key key in _known.Keys.Where(key => key.Inputs.Length > 0).ToArray()) _known.Remove(key);
    }

    sealed class Leaving(List<string> scope) : IDisposable
    {
        public void Dispose() => scope.RemoveAt(scope.Count - 1);
    }
}
