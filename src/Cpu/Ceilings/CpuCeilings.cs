using System.Diagnostics;
using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>
/// What the processor could do at best with a number of threads, measured: multiply-adds between registers, and a stream through memory
/// that no cache holds.
/// </summary>
public static unsafe class CpuCeilings
{
    const int Runs = 12;

    // Three arrays of it exceed the third-level cache of one processor complex.
    const int StreamFloats = 8 << 20;

    /// <summary>Measures both, the best of some short runs each. It takes some tenths of a second.</summary>
    public static Ceilings Measure(CpuBackend backend)
    {
        using var arena = new CpuArena(3L * StreamFloats * sizeof(float), "a measurement of the memory's speed");
        using var pool = new WorkerPool(backend.Threads);
        double peak = 0, stream = 0;
        var registers = new Registers(backend.InstructionSet, backend.Threads);
        var memory = new Stream((float*)arena.Pointer, backend.InstructionSet, backend.Threads);
        pool.Run(memory, 0);
        for (int run = 0; run < Runs; run++)
        {
            pool.Run(registers, 0);
            peak = Math.Max(peak, registers.Gflops);
            long start = Stopwatch.GetTimestamp();
            pool.Run(memory, 0);
            stream = Math.Max(stream, arena.Bytes / 1e9 / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return new Ceilings(peak, stream);
    }

    sealed class Registers(InstructionSet set, int threads) : CpuCall
    {
        readonly double[] _speeds = new double[threads];

        public double Gflops => _speeds.Sum();

        public override int Parts(int stage) => threads;

        public override void Run(int stage, int part, int worker) => _speeds[part] = FmaPeak.Measure(set);
    }

    /// <summary>z = x + y: two arrays read, one written.</summary>
    sealed class Stream(float* x, InstructionSet set, int threads) : CpuCall
    {
        const int PartsEach = 16;

        readonly CpuCall _adding = Map.Call(set, new AddKernel.Adding(x, x + StreamFloats, x + 2 * StreamFloats), StreamFloats);

        public override int Parts(int stage) => threads * PartsEach;

        public override void Run(int stage, int part, int worker)
        {
            int all = _adding.Parts(0), parts = threads * PartsEach;
            for (int i = all * part / parts; i < all * (part + 1) / parts; i++) _adding.Run(0, i, worker);
        }
    }
}
