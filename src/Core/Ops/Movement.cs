namespace GeneratingImages.Core;

/// <summary>The same elements in the same order under another shape; no data moves.</summary>
public sealed record Reshape(Shape To) : Op
{
    /// <inheritdoc/>
    public override bool IsView => true;

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        inputs[0].Count == To.Count ? To : throw new ShapeException($"{inputs[0]} has {inputs[0].Count} elements, {To} needs {To.Count}");

    /// <inheritdoc/>
    public override void Backward(Backprop b) => b.Give(0, b.Grad.Reshape(b.Input(0).Shape));
}

/// <summary>
/// Lays its inputs one behind the other in a flat vector with the padding of a <see cref="ParameterGroup"/>. The memory plan lets
/// the inputs be computed in place, so that packing a model's gradients costs nothing; padding stays zero.
/// </summary>
public sealed record Pack(ParameterGroup Group) : Op
{
    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        if (inputs.Length != Group.Members.Count)
            throw new ShapeException($"{inputs.Length} tensors given for the {Group.Members.Count} parameters of '{Group.Prefix}'");
        for (int i = 0; i < inputs.Length; i++)
            if (inputs[i] != Group.Members[i].Shape)
                throw new ShapeException($"tensor {i} is {inputs[i]}, parameter {Group.Members[i].Path} is {Group.Members[i].Shape}");
        return Shape.Of(Group.Count);
    }
}

/// <summary>Sets the rows of images [N,H,W,C] from <paramref name="FirstRow"/> on to zero: the occluded lower part.</summary>
public sealed record HideRows(int FirstRow) : Op
{
    /// <inheritdoc/>
    public override int Overwrites => 0;

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs)
    {
        Shape x = inputs[0];
        if (x.Rank != 4) throw new ShapeException($"image {x} must have four axes");
        return FirstRow >= 0 && FirstRow <= x[1] ? x : throw new ShapeException($"first hidden row {FirstRow} is outside image {x}");
    }

    /// <inheritdoc/>
    public override void Backward(Backprop b) => b.Give(0, b.Grad.HideRows(FirstRow));
}

/// <summary>Movements as methods of <see cref="Tensor"/>.</summary>
public static class MovementExtensions
{
    /// <summary>See <see cref="Core.Reshape"/>.</summary>
    public static Tensor Reshape(this Tensor x, Shape to) => x.Shape == to ? x : x.Graph.Add(new Reshape(to), x);

    /// <summary>See <see cref="Core.HideRows"/>.</summary>
    public static Tensor HideRows(this Tensor images, int firstRow) => images.Graph.Add(new HideRows(firstRow), images);
}
