using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>A loop over calls and their stages.</summary>
sealed class CpuProgram(WorkerPool pool, CpuCall[] calls) : IProgram
{
    public void Run()
    {
        for (int call = 0; call < calls.Length; call++) Run(call);
    }

    public void Run(int call)
    {
        CpuCall running = calls[call];
        for (int stage = 0; stage < running.Stages; stage++) pool.Run(running, stage);
    }

    /// <summary>Nothing to do: memory belongs to arenas, threads to the backend.</summary>
    public void Dispose()
    {
    }
}
