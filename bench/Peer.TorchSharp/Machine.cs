using System.Globalization;

namespace GeneratingImages.Peer;

/// <summary>What Linux says of the machine and of this process.</summary>
static class Machine
{
    static readonly TimeSpan _look = TimeSpan.FromMilliseconds(500);

    /// <summary>The processor's model.</summary>
    public static string Processor { get; } = Line("/proc/cpuinfo", "model name");

    /// <summary>The load over the last minute: threads that ran or wanted to.</summary>
    public static string Load => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    /// <summary>The most memory this process has held, in MB (VmHWM, see proc_pid_status(5)), libraries included.</summary>
    public static double PeakMemory() =>
        double.Parse(Line("/proc/self/status", "VmHWM").Split(' ')[0], CultureInfo.InvariantCulture) * 1024 / 1e6;

    /// <summary>The share of the processors' time that is in use, over a moment.</summary>
    public static double Busy()
    {
        (double idle, double all) = Ticks();
        Thread.Sleep(_look);
        (double idleAfter, double allAfter) = Ticks();
        return 1 - (idleAfter - idle) / Math.Max(1, allAfter - all);
    }

    // proc_stat(5): user, nice, system, idle, iowait, irq, softirq, steal, ...
    static (double Idle, double All) Ticks()
    {
        double[] ticks = [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9].Select(t => double.Parse(t, CultureInfo.InvariantCulture))];
        return (ticks[3] + ticks[4], ticks.Sum());
    }

    static string Line(string file, string name)
    {
        string line = File.ReadLines(file).First(l => l.StartsWith(name, StringComparison.Ordinal));
        return line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
