using System.Diagnostics;
using System.Runtime.InteropServices;

namespace GeneratingImages.Cpu;

/// <content>How workers wait for a stage and the caller for its end: they spin, then yield, then sleep; only sleepers are woken.</content>
public sealed partial class WorkerPool
{
    static readonly long SpinTicks = Stopwatch.Frequency / 50_000;  // 20 us: some wake-ups' worth of waiting
    static readonly long YieldTicks = Stopwatch.Frequency / 5_000;  // 200 us: the imbalance at the end of a large stage

    readonly SemaphoreSlim _work = new(0);
    readonly SemaphoreSlim _finished = new(0);
    readonly bool _maySpin;

    /// <summary>Every counter on a cache line pair of its own: processors fetch neighbouring lines together.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 640)]
    struct Counters
    {
        /// <summary>Parts not yet taken.</summary>
        [FieldOffset(128)]
        public int Untaken;

        /// <summary>Parts not yet done, taken or not.</summary>
        [FieldOffset(256)]
        public int Unfinished;

        /// <summary>Workers that sleep or are about to, less those for whom a wake-up is on its way.</summary>
        [FieldOffset(384)]
        public int Sleepers;

        /// <summary>1 while the caller sleeps or is about to.</summary>
        [FieldOffset(388)]
        public int CallerSleeps;

        /// <summary>1 during a dispatch.</summary>
        [FieldOffset(512)]
        public int Running;
    }

    void Finish(int parts)
    {
        if (Interlocked.Add(ref _counters.Unfinished, -parts) == 0
            && Volatile.Read(ref _counters.CallerSleeps) == 1
            && Interlocked.Exchange(ref _counters.CallerSleeps, 0) == 1)
            _finished.Release();
    }

    void AwaitLastPart()
    {
        while (Volatile.Read(ref _counters.Unfinished) != 0)
        {
            if (Linger(ref _counters.Unfinished, until: 0)) return;
            Interlocked.Exchange(ref _counters.CallerSleeps, 1);
            // Whoever clears the mark first decides: a worker that did has released, or will release, the semaphore.
            if (Volatile.Read(ref _counters.Unfinished) == 0 && Interlocked.Exchange(ref _counters.CallerSleeps, 0) == 1) return;
            _finished.Wait();
        }
    }

    void Work(int worker)
    {
        while (!_stopping)
        {
            if (TryRunPart(worker) || LingerForWork()) continue;
            Interlocked.Increment(ref _counters.Sleepers);
            // The dispatch may have looked for sleepers just before this one was counted.
            if ((Volatile.Read(ref _counters.Untaken) > 0 || _stopping) && TakeSleepers(1) == 1) continue;
            _work.Wait();
        }
    }

    void Wake(int wanted)
    {
        int taken = TakeSleepers(wanted);
        if (taken > 0) _work.Release(taken);
    }

    /// <summary>Takes up to the wanted number off the count of sleepers; whoever does must release as many, or be one of them.</summary>
    int TakeSleepers(int wanted)
    {
        int sleepers = Volatile.Read(ref _counters.Sleepers);
        while (sleepers > 0)
        {
            int taken = Math.Min(sleepers, wanted);
            int seen = Interlocked.CompareExchange(ref _counters.Sleepers, sleepers - taken, sleepers);
            if (seen == sleepers) return taken;
            sleepers = seen;
        }

        return 0;
    }

    bool LingerForWork()
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            if (Volatile.Read(ref _counters.Untaken) > 0 || _stopping) return true;
        }
        while (Pause(start));
        return false;
    }

    /// <summary>Waits a moment for a counter to take a value; false if it did not.</summary>
    bool Linger(ref int counter, int until)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            if (Volatile.Read(ref counter) == until) return true;
        }
        while (Pause(start));
        return false;
    }

    /// <summary>Spins, later yields; false once it is time to sleep. With too few processors spinning only holds up others.</summary>
    bool Pause(long start)
    {
        long waited = Stopwatch.GetTimestamp() - start;
        if (waited >= YieldTicks) return false;
        if (_maySpin && waited < SpinTicks) Thread.SpinWait(8);
        else Thread.Yield();
        return true;
    }
}
