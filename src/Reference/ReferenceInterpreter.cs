using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>
/// Evaluates a graph node by node in double precision, each operation by the plainest loops that say what it means. It shares no code
/// with plans, fusion or backends, so that it can be held against them, and its gradients against central differences.
/// </summary>
public sealed class ReferenceInterpreter
{
    readonly Graph _graph;
    readonly Dictionary<int, Memory<double>> _leaves = [];
    readonly Dictionary<int, Memory<double>> _results = [];

    /// <summary>An interpreter of a graph; nodes appended later are seen.</summary>
    public ReferenceInterpreter(Graph graph) => _graph = graph;

    /// <summary>
    /// The operations that can be evaluated. Leaves and views (<see cref="Op.IsView"/>) need no function and are not listed.
    /// </summary>
    public static IReadOnlyCollection<Type> Operations => ReferenceTable.Operations;

    /// <summary>
    /// Gives a leaf its storage, which mutating operations change and which is not copied: two leaves may share memory, as a
    /// <see cref="Variable"/> and the <see cref="FlatSlot"/> around it do.
    /// </summary>
    /// <exception cref="ArgumentException">The tensor is no leaf, or the number of values is not its number of elements.</exception>
    public void Set(Tensor leaf, Memory<double> values)
    {
        if (leaf.Graph != _graph || leaf.Node.Op is not Leaf)
            throw new ArgumentException($"{leaf}: is no leaf of this graph", nameof(leaf));
        if (values.Length != leaf.Shape.Count)
            throw new ArgumentException($"{leaf}: {values.Length} values given, {leaf.Shape.Count} expected", nameof(values));
        _leaves[leaf.Id] = values;
    }

    /// <summary>Gives several leaves their storage.</summary>
    public void Set(IReadOnlyDictionary<Tensor, double[]> leaves)
    {
        foreach ((Tensor leaf, double[] values) in leaves) Set(leaf, values);
    }

    /// <summary>Evaluates nodes in the order they were appended: those the given tensors depend on or, when none is given, all.</summary>
    /// <exception cref="InvalidOperationException">A leaf has no values.</exception>
    public void Run(params ReadOnlySpan<Tensor> wanted)
    {
        var needed = new bool[_graph.Count];
        if (wanted.IsEmpty) Array.Fill(needed, true);
        foreach (Tensor t in wanted) needed[t.Id] = true;
        for (int i = _graph.Count - 1; i >= 0; i--)
        {
            if (!needed[i]) continue;
            foreach (Tensor input in _graph[i].Inputs) needed[input.Id] = true;
        }

        for (int i = 0; i < _graph.Count; i++)
            if (needed[i]) Evaluate(_graph[i]);
    }

    /// <summary>A tensor's values as the last run left them.</summary>
    /// <exception cref="InvalidOperationException">The tensor was not evaluated.</exception>
    public ReadOnlySpan<double> Read(Tensor tensor) => Find(tensor).Span;

    void Evaluate(Node node)
    {
        if (node.Op is Leaf)
        {
            if (node.Op is Constant constant) Result(node).Fill(constant.Value);
            else if (!_leaves.ContainsKey(node.Id))
                throw new InvalidOperationException($"{node}: the leaf has no values; give it some with Set");
            return;
        }

        if (node.Op.IsView)
        {
            _results[node.Id] = Find(node.Inputs[0]);
            return;
        }

        Result(node).Clear();
        ReferenceTable.Evaluate(CallOf(node));
    }

    Call CallOf(Node node) => new(node, [.. node.Inputs.Select(Find)], _results[node.Id], CallOf);

    Memory<double> Find(Tensor tensor) =>
        _leaves.TryGetValue(tensor.Id, out Memory<double> values) || _results.TryGetValue(tensor.Id, out values)
            ? values
            : throw new InvalidOperationException($"{tensor}: was not evaluated");

    Span<double> Result(Node node)
    {
        if (!_results.TryGetValue(node.Id, out Memory<double> result))
            _results[node.Id] = result = new double[node.Type.Shape.Count];
        return result.Span;
    }
}
