namespace GeneratingImages.Core;

/// <summary>A device: memory, kernels and programs. Seven members, whatever the number of operations.</summary>
public interface IBackend : IDisposable
{
    /// <summary>The device's name with what matters of it, such as <c>cpu avx2, 2 threads</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Whether <see cref="IProgram.Run(bool)"/> returns before the work is done, so that looking at a result between two runs costs a wait.
    /// </summary>
    bool RunsBehind { get; }

    /// <summary>
    /// Chooses the algorithm for an operation by its attributes and shapes. On a processor that is never by timing; on a GPU cuDNN times a
    /// shape's algorithms once, and the choice is kept.
    /// </summary>
    /// <exception cref="NoKernelException">There is none.</exception>
    Kernel Select(Op op, Signature shapes);

    /// <summary>Reserves zeroed memory, aligned to 64 bytes.</summary>
    /// <exception cref="OutOfMemoryException">There is not enough; the message says how much was asked for and why.</exception>
    Arena Reserve(long bytes, string purpose);

    /// <summary>Copies from the host.</summary>
    void Write(Slice to, ReadOnlySpan<byte> from);

    /// <summary>Copies to the host, once all that is queued is done.</summary>
    void Read(Slice from, Span<byte> to);

    /// <summary>Makes a program of calls in their order: on a CPU a loop, on a GPU one captured graph.</summary>
    IProgram Link(ReadOnlySpan<BoundKernel> order);
}

/// <summary>A fixed sequence of kernel calls.</summary>
public interface IProgram : IDisposable
{
    /// <summary>Runs all calls. Allocates nothing and waits for nothing but, on a CPU, the work itself.</summary>
    /// <param name="changed">
    /// Whether parameters may have changed since the run before; if not, what kernels prepared from them is used again.
    /// </param>
    void Run(bool changed = true);

    /// <summary>
    /// Runs one call, waits for it, and gives the milliseconds it took on the device: for profiles, and to find the first node that goes
    /// wrong.
    /// </summary>
    double Run(int call);
}
