namespace GeneratingImages.Core;

/// <summary>The types of an operation's inputs, its output and, where it has one, its side output: what a kernel is chosen by.</summary>
public sealed record Signature(TensorType[] Inputs, TensorType Output, TensorType? Side = null)
{
    /// <inheritdoc/>
    public override string ToString() => $"{string.Join(" ", Inputs)} -> {Output}";
}

/// <summary>An algorithm chosen for one operation and its shapes, not yet tied to addresses.</summary>
public abstract class Kernel
{
    /// <summary>The algorithm's name, as reports show it, such as <c>direct avx2 6x16</c>.</summary>
    public virtual string Variant => "";

    /// <summary>
    /// The floating-point operations of the algorithm's products, a multiply-add as two; null where they are those of the definition.
    /// </summary>
    public virtual long? Products => null;

    /// <summary>Scratch memory the kernel needs while it runs, in bytes.</summary>
    public virtual long WorkspaceBytes => 0;

    /// <summary>Ties the kernel to addresses, which stay fixed for the plan's life.</summary>
    public abstract BoundKernel Bind(Operands at);
}

/// <summary>A kernel tied to addresses: one call of a program.</summary>
public abstract class BoundKernel;

/// <summary>Where an operation's data lies.</summary>
public sealed record Operands(Slice[] Inputs, Slice Output, Slice Side, Slice Workspace);
