namespace GeneratingImages.Core;

/// <summary>
/// An operation of the graph. It is a record: an equal operation on equal inputs is one node. It knows its output's type, its gradient and
/// what it does to its inputs' memory, and no backend.
/// </summary>
public abstract record Op
{
    /// <summary>The output's shape.</summary>
    /// <exception cref="ShapeException">The inputs do not fit; the message gives both sides. The graph adds path and op name.</exception>
    public abstract Shape Infer(ReadOnlySpan<Shape> inputs);

    /// <summary>The output's element type.</summary>
    public virtual ElementType Element => ElementType.Float32;

    /// <summary>Appends the nodes of this operation's gradient, made of ordinary operations.</summary>
    public virtual void Backward(Backprop b) =>
        throw new NotSupportedException($"{b.Output.Path}: {Name} has no gradient");

    /// <summary>The input whose storage the output may take over when nothing else needs it, or -1.</summary>
    public virtual int Overwrites => -1;

    /// <summary>Whether the output is the first input's storage under another shape.</summary>
    public virtual bool IsView => false;

    /// <summary>
    /// Whether the output is a second result of its first input's kernel, which gets this node's storage as
    /// <see cref="Operands.Side"/>. Only the fusion pass makes such nodes.
    /// </summary>
    public virtual bool IsSide => false;

    /// <summary>
    /// The type of the second result that this operation's kernel can give, see <see cref="SideOutput"/>; null if it has none.
    /// </summary>
    public virtual TensorType? Side(ReadOnlySpan<Shape> inputs) => null;

    /// <summary>The inputs this operation changes in place; an operation that changes something is always run.</summary>
    public virtual ReadOnlySpan<int> Mutates => [];

    /// <summary>The operation's name, as reports and errors show it.</summary>
    public string Name => GetType().Name;
}
