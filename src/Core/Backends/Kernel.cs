namespace GeneratingImages.Core;

/// <summary>The types of an operation's inputs, its output and, where it has one, its side output: what a kernel is chosen by.</summary>
public sealed record Signature(TensorType[] Inputs, TensorType Output, TensorType? Side = null)
{
    /// <summary>
    /// Checks the inputs' element types for a kernel; inputs beyond those named, and all if none is, are single precision.
    /// </summary>
    /// <exception cref="NoKernelException">One differs.</exception>
    public void Expect(Op op, params ReadOnlySpan<ElementType> types)
    {
        for (int i = 0; i < Inputs.Length; i++)
        {
            ElementType expected = i < types.Length ? types[i] : ElementType.Float32;
            if (Inputs[i].Element != expected)
                throw new NoKernelException($"{op.Name} {this}: input {i} is {Inputs[i].Element}, its kernels take {expected} there");
        }
    }

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

    /// <summary>
    /// Whether the kernel first brings its second input, such as filters, into an order of its own in the workspace, which can last from
    /// run to run while that input does not change: see <see cref="Operands.Lasting"/>.
    /// </summary>
    public virtual bool Prepares => false;

    /// <summary>Ties the kernel to addresses, which stay fixed for the plan's life.</summary>
    public abstract BoundKernel Bind(Operands at);
}

/// <summary>A kernel tied to addresses: one call of a program.</summary>
public abstract class BoundKernel;

/// <summary>Where an operation's data lies.</summary>
/// <param name="Inputs">The inputs.</param>
/// <param name="Output">The output.</param>
/// <param name="Side">The side output, if there is one.</param>
/// <param name="Workspace">Scratch memory.</param>
/// <param name="Lasting">
/// Whether the workspace is this kernel's alone and the second input a parameter: what was prepared can be used again.
/// </param>
/// <param name="Path">The layer it is computed for, which errors name.</param>
public sealed record Operands(Slice[] Inputs, Slice Output, Slice Side, Slice Workspace, bool Lasting = false, string Path = "");
