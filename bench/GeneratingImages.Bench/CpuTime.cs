using System.Diagnostics;

namespace GeneratingImages.Bench;

/// <summary>Time that other programs on the machine do not add to.</summary>
static class CpuTime
{
    /// <summary>The seconds an action took: wall time, or the process's processor time where that is less.</summary>
    public static double Of(Action action)
    {
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        action();
        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds, used = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
        return used > 0 ? Math.Min(wall, used) : wall;
    }
}
