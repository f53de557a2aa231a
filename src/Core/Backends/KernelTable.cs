namespace GeneratingImages.Core;

/// <summary>A backend's kernels, one line per operation.</summary>
public sealed class KernelTable(string backend)
{
    readonly Dictionary<Type, Func<Op, Signature, Kernel>> _selectors = [];

    /// <summary>The operations that have a kernel.</summary>
    public IReadOnlyCollection<Type> Operations => _selectors.Keys;

    /// <summary>Names the function that chooses an operation's kernel by its attributes and shapes.</summary>
    public void Add<TOp>(Func<TOp, Signature, Kernel> select)
        where TOp : Op => _selectors.Add(typeof(TOp), (op, shapes) => select((TOp)op, shapes));

    /// <summary>Chooses the kernel for an operation.</summary>
    /// <exception cref="NoKernelException">The backend has none for it.</exception>
    public Kernel Select(Op op, Signature shapes) =>
        _selectors.TryGetValue(op.GetType(), out Func<Op, Signature, Kernel>? select)
            ? select(op, shapes)
            : throw new NoKernelException($"{op.Name} {shapes}: the {backend} backend has no kernel for it");
}

/// <summary>A backend has no kernel for an operation.</summary>
public sealed class NoKernelException(string message) : Exception(message);
