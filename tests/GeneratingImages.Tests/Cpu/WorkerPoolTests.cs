using GeneratingImages.Cpu;

namespace GeneratingImages.Tests.Cpu;

public class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    public void Runs_every_part_once(int threads)
    {
        using var pool = new WorkerPool(threads);
        foreach (int parts in (int[])[0, 1, 2, 3, 7, 64, 1000])
        {
            var call = new Counting(parts, threads);
            for (int stage = 0; stage < 3; stage++) pool.Run(call, stage);
            Assert.All(call.Runs, runs => Assert.Equal(3, runs));
            Assert.Equal(3 * parts, call.Total);
            Assert.Equal(0, call.BadWorkers);
        }
    }

    [Fact]
    public void Survives_many_dispatches()
    {
        using var pool = new WorkerPool(3);
        var call = new Counting(5, 3);
        for (int i = 0; i < 10_000; i++) pool.Run(call, 0);
        Assert.All(call.Runs, runs => Assert.Equal(10_000, runs));
    }

    [Fact]
    public void Wakes_sleeping_workers()
    {
        using var pool = new WorkerPool(3);
        for (int i = 0; i < 20; i++)
        {
            Thread.Sleep(2); // Longer than a worker waits before it sleeps.
            var call = new Meeting(3);
            pool.Run(call, 0);
            Assert.Equal(3, call.Met);
        }
    }

    [Fact]
    public void One_part_runs_on_the_calling_thread()
    {
        using var pool = new WorkerPool(3);
        int thread = -1;
        pool.Run(new Doing(1, _ => thread = Environment.CurrentManagedThreadId), 0);
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Rethrows_what_a_part_throws_and_goes_on(int threads)
    {
        using var pool = new WorkerPool(threads);
        for (int i = 0; i < 200; i++)
        {
            int failing = i % 50, inside = 0;
            var error = Assert.Throws<InvalidOperationException>(() => pool.Run(
                new Doing(50, part =>
                {
                    Interlocked.Increment(ref inside);
                    if (part == failing) throw new InvalidOperationException($"part {failing} fails");
                    Interlocked.Decrement(ref inside);
                }),
                0));
            Assert.Equal($"part {failing} fails", error.Message);
            Assert.Equal(1, Volatile.Read(ref inside)); // All others had stopped.
            var call = new Counting(20, threads);
            pool.Run(call, 0);
            Assert.All(call.Runs, runs => Assert.Equal(1, runs));
        }
    }

    [Fact]
    public void Refuses_a_second_caller()
    {
        using var pool = new WorkerPool(2);
        Exception? second = null;
        pool.Run(new Doing(1, _ => second = Record.Exception(() => pool.Run(new Counting(1, 2), 0))), 0);
        Assert.Contains("one thread at a time", Assert.IsType<InvalidOperationException>(second).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ends_its_threads()
    {
        for (int i = 0; i < 50; i++)
        {
            var pool = new WorkerPool(4);
            if (i % 2 == 0) pool.Run(new Counting(8, 4), 0);
            if (i % 5 == 0) Thread.Sleep(1);
            pool.Dispose(); // Returns only once every thread has ended.
            pool.Dispose();
            Assert.Throws<ObjectDisposedException>(() => pool.Run(new Counting(8, 4), 0));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(257)]
    public void Refuses_other_numbers_of_threads(int threads)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerPool(threads));
        Assert.Contains("1 to 256", error.Message, StringComparison.Ordinal);
    }

    sealed class Counting(int parts, int threads) : CpuCall
    {
        int _total, _badWorkers;

        public int[] Runs { get; } = new int[parts];

        public int Total => _total;

        public int BadWorkers => _badWorkers;

        public override int Parts(int stage) => parts;

        public override void Run(int stage, int part, int worker)
        {
            Interlocked.Increment(ref Runs[part]);
            Interlocked.Increment(ref _total);
            if (worker < 0 || worker >= threads) Interlocked.Increment(ref _badWorkers);
        }
    }

    sealed class Doing(int parts, Action<int> action) : CpuCall
    {
        public override int Parts(int stage) => parts;

        public override void Run(int stage, int part, int worker) => action(part);
    }

    /// <summary>Every part waits for all others, so it ends only if as many workers run at once.</summary>
    sealed class Meeting(int parts) : CpuCall
    {
        readonly CountdownEvent _missing = new(parts);
        int _met;

        public int Met => _met;

        public override int Parts(int stage) => parts;

        public override void Run(int stage, int part, int worker)
        {
            _missing.Signal();
            if (_missing.Wait(TimeSpan.FromSeconds(60))) Interlocked.Increment(ref _met);
        }
    }
}
