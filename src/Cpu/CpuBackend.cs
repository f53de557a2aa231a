using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>
/// The processor as a device. Results have the same bits for any number of threads; a backend's programs are run by one thread at a time.
/// </summary>
public sealed unsafe class CpuBackend : IBackend
{
    readonly WorkerPool _pool;
    readonly KernelTable _kernels;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">How many, 1 to 256; 0 takes all processors.</param>
    /// <param name="set">
    /// The instruction set of the kernels, the processor's best by default. Any set runs on any processor: what it lacks is done in
    /// narrower steps, more slowly.
    /// </param>
    /// <param name="kernels">Which algorithms to choose from.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is out of range.</exception>
    public CpuBackend(int threads = 0, InstructionSet? set = null, KernelChoice kernels = KernelChoice.Fastest)
    {
        InstructionSet = set ?? InstructionSets.Best;
        _pool = new WorkerPool(threads == 0 ? Math.Min(Environment.ProcessorCount, WorkerPool.MaxThreads) : threads);
        _kernels = CpuKernels.Table(InstructionSet, Threads, kernels);
        Name = $"cpu {InstructionSet.Label()}, {(kernels == KernelChoice.Direct ? "direct kernels, " : "")}"
            + $"{Threads} {(Threads == 1 ? "thread" : "threads")}";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool RunsBehind => false;

    /// <summary>The instruction set the kernels are chosen for.</summary>
    public InstructionSet InstructionSet { get; }

    /// <summary>The number of threads.</summary>
    public int Threads => _pool.Threads;

    /// <inheritdoc cref="WorkerPool.Busy"/>
    public TimeSpan Busy => _pool.Busy;

    /// <summary>The operations that have a kernel.</summary>
    public IReadOnlyCollection<Type> Operations => _kernels.Operations;

    /// <inheritdoc/>
    public Kernel Select(Op op, Signature shapes) => _kernels.Select(op, shapes);

    /// <inheritdoc/>
    public Arena Reserve(long bytes, string purpose) => new CpuArena(bytes, purpose);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The slice is shorter, or not inside its arena.</exception>
    public void Write(Slice to, ReadOnlySpan<byte> from)
    {
        Check(to, from.Length);
        from.CopyTo(new Span<byte>(to.Pointer<byte>(), from.Length));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The slice is shorter, or not inside its arena.</exception>
    public void Read(Slice from, Span<byte> to)
    {
        Check(from, to.Length);
        new ReadOnlySpan<byte>(from.Pointer<byte>(), to.Length).CopyTo(to);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A call belongs to another backend.</exception>
    public IProgram Link(ReadOnlySpan<BoundKernel> order)
    {
        var calls = new CpuCall[order.Length];
        for (int i = 0; i < calls.Length; i++)
            calls[i] = order[i] as CpuCall
                ?? throw new ArgumentException(
                    $"call {i} is a {order[i].GetType().Name}, not a call of the cpu backend: bind its kernels only");
        return new CpuProgram(_pool, calls);
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose() => _pool.Dispose();

    static void Check(Slice slice, int bytes)
    {
        if (slice.Arena is not CpuArena arena)
            throw new ArgumentException($"the slice lies in {slice.Arena?.GetType().Name ?? "no arena"}, not in memory of the cpu backend");
        ObjectDisposedException.ThrowIf(arena.Pointer is null, arena);
        if (slice.Offset < 0 || slice.Bytes < 0 || slice.Offset > arena.Bytes - slice.Bytes)
            throw new ArgumentException(
                $"the slice of {slice.Bytes} bytes at {slice.Offset} leaves its arena '{arena.Purpose}' of {arena.Bytes} bytes");
        if (bytes > slice.Bytes)
            throw new ArgumentException($"{bytes} bytes are to be copied, the slice in '{arena.Purpose}' has {slice.Bytes}");
    }
}
