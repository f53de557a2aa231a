using System.Diagnostics;
using GeneratingImages.Core;

namespace GeneratingImages.Tests.Mutation;

/// <summary>Gives a reader changed files, one after the other, and watches what becomes of each.</summary>
sealed class MutationRun(Reader reader, int count)
{
    const ulong Seed = 5;

    /// <summary>
    /// What a case may allocate beside four times its file's or declared size: exceptions with their traces, buffers of fixed size.
    /// </summary>
    const long Overhead = 160 << 10;

    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    long _caseStart;
    int _case;
    byte[] _input = [];

    /// <summary>Cases that the reader accepted.</summary>
    public int Accepted { get; private set; }

    /// <summary>Cases that it refused.</summary>
    public int Refused { get; private set; }

    /// <summary>The most that a case allocated, and what it was allowed to.</summary>
    public (long Bytes, long Allowed) Largest { get; private set; } = (0, 1);

    /// <summary>The longest case.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <summary>Runs all cases.</summary>
    /// <returns>The first fault, or null.</returns>
    public string? Run()
    {
        string? fault = null;
        foreach (byte[] sample in reader.Samples)
            for (int i = 0; i < 3; i++) reader.Read(reader.Whole(sample));
        var thread = new Thread(() => fault = All()) { IsBackground = true, Name = reader.Name };
        Volatile.Write(ref _caseStart, Stopwatch.GetTimestamp());
        thread.Start();
        while (!thread.Join(TimeSpan.FromSeconds(1)))
            if (Stopwatch.GetElapsedTime(Volatile.Read(ref _caseStart)) > s_patience)
                return Describe($"did not end within {s_patience}: a hang");
        return fault;
    }

    string? All()
    {
        for (_case = 0; _case < count; _case++)
        {
            var random = new CounterRandom(Seed, CounterRandom.StreamOf($"{reader.Name}/{_case}"));
            _input = reader.Mutate(reader.Samples[random.Below(reader.Samples.Length)], random);
            long allowed = 4 * Math.Max(_input.Length, reader.Declared(_input)) + Overhead;
            Volatile.Write(ref _caseStart, Stopwatch.GetTimestamp());
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                reader.Read(_input);
                Accepted++;
            }
            catch (Exception e) when (reader.Refusals.Contains(e.GetType()))
            {
                Refused++;
                if (e.Message.Length is 0 or > 2000) return Describe($"the message has {e.Message.Length} characters");
            }
            catch (Exception e)
            {
                return Describe($"threw {e.GetType().Name}, which is not documented: {e}");
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            TimeSpan took = Stopwatch.GetElapsedTime(_caseStart);
            if (took > Slowest) Slowest = took;
            if ((double)allocated / allowed > (double)Largest.Bytes / Largest.Allowed) Largest = (allocated, allowed);
            if (allocated > allowed) return Describe($"allocated {allocated} bytes, {allowed} are allowed");
        }

        return null;
    }

    string Describe(string fault)
    {
        string path = Path.Combine(Path.GetTempPath(), $"genimg-{reader.Name.Replace(' ', '-')}-{_case}");
        File.WriteAllBytes(path, _input);
        return $"{reader.Name}, case {_case}, {_input.Length} bytes (kept as {path}): {fault}";
    }
}
