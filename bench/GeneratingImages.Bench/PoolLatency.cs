using System.Diagnostics;
using System.Globalization;
using GeneratingImages.Cpu;

namespace GeneratingImages.Bench;

/// <summary>
/// The command <c>pool</c>: what handing out a stage costs. A stage of one empty part a thread is timed right after another, and after
/// pauses in which its workers go on spinning, begin to yield, and go to sleep.
/// </summary>
static class PoolLatency
{
    const int Runs = 2000;

    static readonly int[] s_pauses = [0, 5, 15, 100, 1000];

    /// <summary>Prints the table.</summary>
    public static void Print()
    {
        int threads = Math.Max(2, Environment.ProcessorCount);
        using var pool = new WorkerPool(threads);
        var empty = new Empty(threads);
        Write($"{threads} threads, {Runs} runs each: microseconds from handing out a stage until all its parts are done");
        Write($"{"pause us",9} {"least",8} {"median",8} {"99 %",8}");
        foreach (int pause in s_pauses)
        {
            double[] times = [.. Enumerable.Range(0, Runs).Select(_ => Time(pool, empty, pause)).Order()];
            Write($"{pause,9} {times[0],8:F2} {times[Runs / 2],8:F2} {times[Runs * 99 / 100],8:F2}");
        }
    }

    static double Time(WorkerPool pool, Empty empty, int pause)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalMicroseconds < pause)
        {
        }

        start = Stopwatch.GetTimestamp();
        pool.Run(empty, 0);
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    /// <summary>Every part waits for all others, so that no thread can do another's.</summary>
    sealed class Empty(int threads) : CpuCall
    {
        int _arrived;

        public override int Parts(int stage) => threads;

        public override void Run(int stage, int part, int worker)
        {
            int round = (Interlocked.Increment(ref _arrived) - 1) / threads;
            while (Volatile.Read(ref _arrived) < (round + 1) * threads) Thread.SpinWait(1);
        }
    }
}
