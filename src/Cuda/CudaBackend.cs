using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>
/// An NVIDIA GPU as a device. All work is queued in one stream, whose order is what keeps it right; only <see cref="Read"/> waits. A
/// backend serves one thread at a time.
/// </summary>
/// <remarks>
/// <see cref="Select"/> departs from the rule that kernels are never chosen by timing: cuDNN's algorithms differ too much from device to
/// device for a table. Its own measurement decides, once for each shape, device and version, among those that repeat their bits; the choice
/// is kept in the user's cache, so that later runs on the machine compute the same.
/// </remarks>
public sealed unsafe class CudaBackend : IBackend
{
    readonly CudaDevice _device;
    readonly KernelTable _kernels;
    readonly Action<string>? _notice;
    readonly bool _graphs;

    /// <summary>Opens a device.</summary>
    /// <param name="deviceId">Which, from 0.</param>
    /// <param name="precision">In what arithmetic products are computed.</param>
    /// <param name="notice">Takes a line for the user where something works less well than it should.</param>
    /// <param name="cacheFolder">Where compiled kernels and chosen algorithms are kept; by default in the user's cache.</param>
    /// <param name="graphs">Whether programs are captured as graphs; otherwise their calls are launched one by one.</param>
    /// <exception cref="CudaLibraryException">The driver or a library is missing.</exception>
    /// <exception cref="CudaException">There is no such device, or it does not work.</exception>
    /// <exception cref="NotSupportedException">The device is too old.</exception>
    public CudaBackend(
        int deviceId = 0,
        Precision precision = Precision.Fp32,
        Action<string>? notice = null,
        string? cacheFolder = null,
        bool graphs = true)
    {
        (_notice, _graphs) = (notice, graphs);
        // A plan would miss them later, with much already done.
        foreach (string library in CudaInstallation.Needed) NativeLibraries.Find(library);
        cacheFolder ??= Path.Combine(UserCache.Folder, "cuda");
        _device = new CudaDevice(deviceId, precision, cacheFolder, new KernelModules(Path.Combine(cacheFolder, "kernels")).Build);
        if (_device.Properties.Problem is { } problem)
        {
            _device.Dispose();
            throw new NotSupportedException(problem);
        }

        _kernels = CudaKernels.Table(_device);
        Name = $"cuda {_device.Properties.DeviceName}, {precision.ToString().ToLowerInvariant()}";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool RunsBehind => true;

    /// <summary>The device, for measurements and tests.</summary>
    public CudaDevice Device => _device;

    /// <summary>The operations that have a kernel.</summary>
    public IReadOnlyCollection<Type> Operations => _kernels.Operations;

    /// <inheritdoc/>
    public Kernel Select(Op op, Signature shapes)
    {
        _device.Context.SetCurrent();
        string subject = $"{op.Name} {shapes}";
        try
        {
            return new NamedKernel(_kernels.Select(op, shapes), subject);
        }
        catch (CudaException e)
        {
            throw e.During(subject);
        }
    }

    /// <inheritdoc/>
    public Arena Reserve(long bytes, string purpose) => new CudaArena(_device, bytes, purpose);

    /// <summary>
    /// Copies from the host, behind all that is queued, and waits: the driver may still read pageable memory after such a call returns
    /// (CUDA Driver API manual, API synchronization behavior), and the source stays in its place only as long as it is held here.
    /// </summary>
    /// <exception cref="ArgumentException">The slice is shorter, or not inside its arena.</exception>
    public void Write(Slice to, ReadOnlySpan<byte> from)
    {
        ulong pointer = Check(to, from.Length);
        fixed (byte* source = from)
        {
            DriverApi.Check(DriverApi.cuMemcpyHtoDAsync(pointer, source, (nuint)from.Length, _device.Stream.Stream));
            _device.Stream.Synchronize();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The slice is shorter, or not inside its arena.</exception>
    /// <exception cref="CudaException">Work queued earlier failed.</exception>
    public void Read(Slice from, Span<byte> to)
    {
        ulong pointer = Check(from, to.Length);
        fixed (byte* target = to)
        {
            DriverApi.Check(DriverApi.cuMemcpyDtoHAsync(target, pointer, (nuint)to.Length, _device.Stream.Stream));
            _device.Stream.Synchronize();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A call belongs to another backend.</exception>
    public IProgram Link(ReadOnlySpan<BoundKernel> order)
    {
        var calls = new CudaCall[order.Length];
        for (int i = 0; i < calls.Length; i++)
            calls[i] = order[i] as CudaCall
                ?? throw new ArgumentException(
                    $"call {i} is a {order[i].GetType().Name}, not a call of the cuda backend: bind its kernels only");
        return new CudaProgram(_device, calls, _graphs, _notice);
    }

    /// <summary>Gives the device back.</summary>
    public void Dispose() => _device.Dispose();

    ulong Check(Slice slice, int bytes)
    {
        if (slice.Arena is not CudaArena arena)
            throw new ArgumentException(
                $"the slice lies in {slice.Arena?.GetType().Name ?? "no arena"}, not in memory of the cuda backend");
        ObjectDisposedException.ThrowIf(arena.Pointer == 0, arena);
        if (slice.Offset < 0 || slice.Bytes < 0 || slice.Offset > arena.Bytes - slice.Bytes)
            throw new ArgumentException(
                $"the slice of {slice.Bytes} bytes at {slice.Offset} leaves its arena '{arena.Purpose}' of {arena.Bytes} bytes");
        if (bytes > slice.Bytes)
            throw new ArgumentException($"{bytes} bytes are to be copied, the slice in '{arena.Purpose}' has {slice.Bytes}");
        _device.Context.SetCurrent();
        return slice.DevicePointer();
    }

    /// <summary>A kernel whose calls know what they compute, for errors.</summary>
    sealed class NamedKernel(Kernel kernel, string subject) : Kernel
    {
        public override string Variant => kernel.Variant;

        public override long? Products => kernel.Products;

        public override long WorkspaceBytes => kernel.WorkspaceBytes;

        public override BoundKernel Bind(Operands at)
        {
            BoundKernel call = kernel.Bind(at);
            ((CudaCall)call).Subject = at.Path.Length > 0 ? $"{at.Path}: {subject}" : subject;
            return call;
        }
    }
}
