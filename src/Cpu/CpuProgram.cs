using System.Diagnostics;
using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>A loop over calls and their stages.</summary>
sealed class CpuProgram(WorkerPool pool, CpuCall[] calls) : IProgram
{
    public void Run(bool changed = true)
    {
        foreach (CpuCall call in calls) Run(call, changed ? 0 : call.LastingStages);
    }

    public double Run(int call)
    {
        long start = Stopwatch.GetTimestamp();
        Run(calls[call], 0);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    void Run(CpuCall call, int firstStage)
    {
        for (int stage = firstStage; stage < call.Stages; stage++) pool.Run(call, stage);
    }

    /// <summary>Nothing to do: memory belongs to arenas, threads to the backend.</summary>
    public void Dispose()
    {
    }
}
