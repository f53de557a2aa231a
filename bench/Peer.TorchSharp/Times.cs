using System.Diagnostics;

namespace GeneratingImages.Peer;

/// <summary>What one step of a turn took, in milliseconds.</summary>
/// <param name="Wall">Wall time.</param>
/// <param name="Cpu">Processor time of all threads: less is lost to other programs in it.</param>
readonly record struct Times(double Wall, double Cpu)
{
    /// <summary>Runs an action some times and gives the mean.</summary>
    public static Times Of(Action action, int count)
    {
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++) action();
        double wall = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return new Times(wall / count, (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds / count);
    }
}
