namespace GeneratingImages.Core;

/// <summary>A node without a kernel: its storage is found, not computed.</summary>
public abstract record Leaf(Shape Shape) : Op
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Shape;
}

/// <summary>Data the host writes before a run, by name; each plan has its own copy.</summary>
public sealed record Input(string Label, Shape Shape, ElementType Kind = ElementType.Float32) : Leaf(Shape)
{
    /// <inheritdoc/>
    public override ElementType Element => Kind;
}

/// <summary>A tensor with the same value in every element.</summary>
public sealed record Constant(float Value, Shape Shape) : Leaf(Shape);

/// <summary>A stored tensor of <c>Parameters</c>: a weight, or state such as a step counter. All plans over one store share it.</summary>
public sealed record Variable(string Key, Shape Shape, ElementType Kind = ElementType.Float32) : Leaf(Shape)
{
    /// <inheritdoc/>
    public override ElementType Element => Kind;
}

/// <summary>
/// One slot (values, or an optimiser's moments) of a contiguous group of parameters as a flat vector, padding between the
/// parameters included: what lets an optimiser update a whole model in one pass.
/// </summary>
public sealed record FlatSlot(string Slot, ParameterGroup Group) : Leaf(Shape.Of(Group.Count));
