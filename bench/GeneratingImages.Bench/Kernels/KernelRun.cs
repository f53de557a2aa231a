using System.Diagnostics;
using GeneratingImages.Core;
using GeneratingImages.Cpu;

namespace GeneratingImages.Bench.Kernels;

/// <summary>One kernel bound to memory of its own, run by one thread.</summary>
sealed unsafe class KernelRun : IDisposable
{
    readonly List<CpuArena> _arenas = [];
    readonly List<double> _least = [];
    readonly CpuCall _call;

    /// <summary>Selects a kernel of the best instruction set and fills its inputs with small numbers.</summary>
    public KernelRun(Func<Signature, Kernel> select, Shape output, double flops, params Shape[] inputs)
    {
        Kernel kernel = select(new Signature([.. inputs.Select(Type)], Type(output)));
        _call = (CpuCall)kernel.Bind(new Operands(
            [.. inputs.Select(s => Reserve(s.Count * sizeof(float)))],
            Reserve(output.Count * sizeof(float)),
            default,
            Reserve(kernel.WorkspaceBytes)));
        (Flops, Variant) = (flops, kernel.Variant);
    }

    /// <summary>The multiplications and additions of one run that the operation is defined by.</summary>
    public double Flops { get; }

    /// <summary>The algorithm.</summary>
    public string Variant { get; }

    /// <summary>Runs the kernel once.</summary>
    public void Run()
    {
        for (int stage = 0; stage < _call.Stages; stage++)
        {
            int parts = _call.Parts(stage);
            for (int part = 0; part < parts; part++) _call.Run(stage, part, 0);
        }
    }

    /// <summary>
    /// Runs the kernel once and keeps the least time each part has ever taken. Parts are short, so that their least times add up to
    /// what the kernel takes alone on the machine, even when it never is.
    /// </summary>
    /// <returns>The time of this run in seconds.</returns>
    public double RunTimed()
    {
        long start = Stopwatch.GetTimestamp();
        for (int stage = 0, i = 0; stage < _call.Stages; stage++)
        {
            int parts = _call.Parts(stage);
            for (int part = 0; part < parts; part++, i++)
            {
                long begin = Stopwatch.GetTimestamp();
                _call.Run(stage, part, 0);
                double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
                if (i == _least.Count) _least.Add(seconds);
                else _least[i] = Math.Min(_least[i], seconds);
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The sum of the parts' least times so far, in seconds.</summary>
    public double LeastSeconds => _least.Sum();

    /// <inheritdoc/>
    public void Dispose() => _arenas.ForEach(a => a.Dispose());

    static TensorType Type(Shape shape) => new(shape, ElementType.Float32);

    Slice Reserve(long bytes)
    {
        var arena = new CpuArena(Math.Max(bytes, 4), "a benchmark");
        _arenas.Add(arena);
        float* numbers = (float*)arena.Pointer;
        for (long i = 0; i < bytes / sizeof(float); i++) numbers[i] = ((i * 7919 + 13) % 1000 - 500) * 1e-3f;
        return new Slice(arena, 0, bytes);
    }
}
