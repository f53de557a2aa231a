namespace GeneratingImages.Core;

/// <summary>One operation of a <see cref="Schedule"/>: a node of the graph as the passes have rewritten it.</summary>
sealed class ScheduledNode(Node node)
{
    /// <summary>The node's number, which is also its time: nodes run in the order of their numbers.</summary>
    public int Id => node.Id;

    /// <summary>The path of the layer that asked for it.</summary>
    public string Path { get; set; } = node.Path;

    /// <summary>Shape and element type of the output.</summary>
    public TensorType Type { get; set; } = node.Type;

    /// <summary>The operation.</summary>
    public Op Op { get; set; } = node.Op;

    /// <summary>The numbers of the inputs.</summary>
    public int[] Inputs { get; set; } = [.. node.Inputs.Select(t => t.Id)];

    /// <summary>Whether anything still needs it.</summary>
    public bool Live { get; set; }

    /// <summary>Whether a kernel computes it.</summary>
    public bool IsCall => Live && Op is not Leaf && !Op.IsView && !Op.IsSide;
}

/// <summary>A graph as it will be run: the nodes that are needed, which passes may rewrite.</summary>
sealed class Schedule
{
    readonly ScheduledNode[] _nodes;

    /// <summary>Takes the nodes that the kept tensors and the operations that change something need.</summary>
    public Schedule(Graph graph, ReadOnlySpan<Tensor> keep)
    {
        foreach (Tensor tensor in keep)
            if (tensor.Graph != graph) throw new InvalidOperationException($"{tensor}: is to be kept, but belongs to another graph");
        Graph = graph;
        _nodes = [.. Enumerable.Range(0, graph.Count).Select(i => new ScheduledNode(graph[i]))];
        Kept = [.. keep.ToArray().Select(t => t.Id)];
        foreach (int id in Kept) _nodes[id].Live = true;
        for (int i = _nodes.Length - 1; i >= 0; i--)
        {
            _nodes[i].Live |= !_nodes[i].Op.Mutates.IsEmpty;
            if (!_nodes[i].Live) continue;
            foreach (int input in _nodes[i].Inputs) _nodes[input].Live = true;
        }
    }

    /// <summary>The graph that was scheduled.</summary>
    public Graph Graph { get; }

    /// <summary>The nodes whose results the host may read after a run.</summary>
    public HashSet<int> Kept { get; }

    /// <summary>The number of the node in whose memory a node's result lies: its own, unless it is a view.</summary>
    public int Storage(int id)
    {
        while (_nodes[id].Op.IsView) id = _nodes[id].Inputs[0];
        return id;
    }

    /// <summary>A node by its number.</summary>
    public ScheduledNode this[int id] => _nodes[id];

    /// <summary>The needed nodes in the order of running.</summary>
    public IEnumerable<ScheduledNode> Live => _nodes.Where(n => n.Live);

    /// <summary>
    /// Whether something is changed in place after one node and before another: then what the first reads must not be read at
    /// the second's time.
    /// </summary>
    public bool ChangesBetween(int first, int second)
    {
        for (int i = first + 1; i < second; i++)
            if (_nodes[i].Live && !_nodes[i].Op.Mutates.IsEmpty) return true;
        return false;
    }

    /// <summary>How often each node's result is used, by number; being kept counts as one use.</summary>
    public int[] CountUses()
    {
        var uses = new int[_nodes.Length];
        foreach (int id in Kept) uses[id]++;
        foreach (ScheduledNode node in Live)
            foreach (int input in node.Inputs) uses[input]++;
        return uses;
    }
}
