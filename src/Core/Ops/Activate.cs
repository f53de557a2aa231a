namespace GeneratingImages.Core;

/// <summary>
/// Activations whose derivative can be written from their output alone, which is what makes fusing them into the kernel
/// before them legal.
/// </summary>
public enum Activation
{
    /// <summary>The identity.</summary>
    None,

    /// <summary>max(x, 0); derivative 0 at 0.</summary>
    Relu,

    /// <summary>x above 0, exp(x) - 1 below (arXiv 1511.07289, alpha = 1).</summary>
    Elu,
}

/// <summary>Applies an activation to every element.</summary>
public sealed record Activate(Activation Kind) : Op
{
    /// <inheritdoc/>
    public override int Overwrites => 0;

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => inputs[0];

    /// <inheritdoc/>
    public override void Backward(Backprop b) => b.Give(0, b.Grad.Graph.Add(new ActivateGrad(Kind), b.Output, b.Grad));
}

/// <summary>
/// The gradient of <see cref="Activate"/> from its output and the output's gradient. With <paramref name="Bias"/>, set by
/// fusion, the same pass also writes the result's <see cref="BiasGrad"/> to its side output.
/// </summary>
public sealed record ActivateGrad(Activation Kind, bool Bias = false) : Op
{
    /// <inheritdoc/>
    public override int Overwrites => 1;

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) =>
        inputs[0] == inputs[1] ? inputs[0] : throw new ShapeException($"output {inputs[0]} and its gradient {inputs[1]} differ");

    /// <inheritdoc/>
    public override TensorType? Side(ReadOnlySpan<Shape> inputs) => Bias ? new(Shape.Of(inputs[0][^1]), ElementType.Float32) : null;
}

/// <summary>A second result of its input's kernel, of the given type; see <see cref="Op.Side"/>.</summary>
public sealed record SideOutput(TensorType Type) : Op
{
    /// <inheritdoc/>
    public override ElementType Element => Type.Element;

    /// <inheritdoc/>
    public override bool IsSide => true;

    /// <inheritdoc/>
    public override Shape Infer(ReadOnlySpan<Shape> inputs) => Type.Shape;
}

/// <summary>Activations as a method of <see cref="Tensor"/>.</summary>
public static class ActivateExtensions
{
    /// <summary>See <see cref="Core.Activate"/>; <see cref="Activation.None"/> adds nothing.</summary>
    public static Tensor Activate(this Tensor x, Activation kind) =>
        kind == Activation.None ? x : x.Graph.Add(new Activate(kind), x);
}
