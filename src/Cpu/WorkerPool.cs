using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace GeneratingImages.Cpu;

/// <summary>
/// Fixed threads that share the parts of one stage at a time; the thread that calls <see cref="Run"/> is worker 0. Parts are handed out
/// one by one, so a thread that the system slows down holds up one part only. A dispatch allocates nothing. Idle workers spin for a
/// moment, since the next stage of a program mostly follows within microseconds, then yield, then sleep until they are needed.
/// </summary>
public sealed partial class WorkerPool : IDisposable
{
    /// <summary>The largest number of threads.</summary>
    public const int MaxThreads = 256;

    const int BusyDistance = 16;

    readonly Thread[] _workers;

    // The dispatch. Written only while no part is out, read only after a part was taken, which holds the dispatch open.
    CpuCall? _call;
    int _stage;
    int _parts;
    Exception? _error;

    // Ticks spent in parts, a cache line pair a worker; null while nobody wants to know.
    long[]? _busy;

    Counters _counters;
    volatile bool _stopping;

    /// <summary>Starts the threads.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is not in 1..256.</exception>
    public WorkerPool(int threads)
    {
        if (threads is < 1 or > MaxThreads)
            throw new ArgumentOutOfRangeException(nameof(threads), $"{threads} threads asked for: choose 1 to {MaxThreads}");
        Threads = threads;
        _maySpin = threads <= Environment.ProcessorCount;
        _workers = new Thread[threads - 1];
        for (int i = 0; i < _workers.Length; i++)
        {
            int worker = i + 1;
            _workers[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"worker {worker}" };
            _workers[i].Start();
        }
    }

    /// <summary>The number of threads, the calling one included.</summary>
    public int Threads { get; }

    /// <summary>
    /// The time all threads together have spent inside parts since this was first asked, which starts the measurement.
    /// </summary>
    public TimeSpan Busy
    {
        get
        {
            long[] busy = _busy ??= new long[Threads * BusyDistance];
            return Stopwatch.GetElapsedTime(0, busy.Sum());
        }
    }

    /// <summary>Runs all parts of a stage and returns when the last is done; a single part runs here, without waking anybody.</summary>
    /// <exception cref="InvalidOperationException">Another thread is inside this method.</exception>
    /// <exception cref="ObjectDisposedException">The pool was disposed.</exception>
    /// <remarks>If a part throws, parts not yet taken are dropped and the exception is rethrown once all workers have stopped.</remarks>
    public void Run(CpuCall call, int stage)
    {
        ObjectDisposedException.ThrowIf(_stopping, this);
        if (Interlocked.Exchange(ref _counters.Running, 1) != 0)
            throw new InvalidOperationException("the worker pool is already running a stage: a backend serves one thread at a time");
        try
        {
            int parts = call.Parts(stage);
            if (parts == 1 || Threads == 1)
                for (int part = 0; part < parts; part++) RunCounted(call, stage, part, 0);
            else if (parts > 1)
                Dispatch(call, stage, parts);
        }
        finally
        {
            Volatile.Write(ref _counters.Running, 0);
        }
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        if (_stopping) return;
        _stopping = true;
        if (_workers.Length > 0) _work.Release(_workers.Length);
        foreach (Thread worker in _workers) worker.Join();
        _work.Dispose();
        _finished.Dispose();
    }

    void Dispatch(CpuCall call, int stage, int parts)
    {
        (_call, _stage, _parts, _error) = (call, stage, parts, null);
        Volatile.Write(ref _counters.Unfinished, parts);
        Interlocked.Exchange(ref _counters.Untaken, parts);
        Wake(Math.Min(parts, Threads) - 1);

        while (TryRunPart(0))
        {
        }

        AwaitLastPart();
        _call = null;
        if (_error is { } error) ExceptionDispatchInfo.Throw(error);
    }

    /// <summary>Takes a part, if any is left, and runs it.</summary>
    bool TryRunPart(int worker)
    {
        int untaken = Volatile.Read(ref _counters.Untaken);
        while (untaken > 0)
        {
            int seen = Interlocked.CompareExchange(ref _counters.Untaken, untaken - 1, untaken);
            if (seen == untaken)
            {
                Finish(RunPart(_parts - untaken, worker));
                return true;
            }

            untaken = seen;
        }

        return false;
    }

    /// <summary>Runs a part and returns how many parts are dealt with: more than one if it fails and drops the untaken ones.</summary>
    int RunPart(int part, int worker)
    {
        try
        {
            RunCounted(_call!, _stage, part, worker);
            return 1;
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _error, e, null);
            return 1 + Interlocked.Exchange(ref _counters.Untaken, 0);
        }
    }

    /// <summary>Runs a part and, where that is asked for, adds its time to the worker's.</summary>
    void RunCounted(CpuCall call, int stage, int part, int worker)
    {
        if (_busy is not { } busy)
        {
            call.Run(stage, part, worker);
            return;
        }

        long start = Stopwatch.GetTimestamp();
        call.Run(stage, part, worker);
        busy[worker * BusyDistance] += Stopwatch.GetTimestamp() - start;
    }
}
