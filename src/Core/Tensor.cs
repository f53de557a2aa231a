namespace GeneratingImages.Core;

/// <summary>A handle to a node of a graph. It never holds data.</summary>
public readonly record struct Tensor(Graph Graph, int Id)
{
    /// <summary>The node behind the handle.</summary>
    public Node Node => Graph[Id];

    /// <summary>The shape.</summary>
    public Shape Shape => Node.Type.Shape;

    /// <summary>Shape and element type.</summary>
    public TensorType Type => Node.Type;

    /// <summary>The scope in which the node was made, such as <c>decoder/deconv2</c>.</summary>
    public string Path => Node.Path;

    /// <inheritdoc/>
    public override string ToString() => Node.ToString();
}

/// <summary>One operation with its inputs, in the order the graph was built.</summary>
public sealed record Node(int Id, Op Op, Tensor[] Inputs, TensorType Type, string Path)
{
    /// <inheritdoc/>
    public override string ToString() => $"%{Id} {Path}: {Op.Name} {Type}";
}
