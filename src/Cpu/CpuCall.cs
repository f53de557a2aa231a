using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>
/// A kernel tied to addresses. Its work is cut into stages, which run one after the other, and each stage into parts, which run in any
/// order on any thread. The cut depends on the shapes alone, never on the number of threads, so results have the same bits for any.
/// </summary>
public abstract class CpuCall : BoundKernel
{
    /// <summary>The number of stages.</summary>
    public virtual int Stages => 1;

    /// <summary>The first stages, which need not run again while the parameters do not change.</summary>
    public int LastingStages { get; protected init; }

    /// <summary>The number of independent parts of a stage.</summary>
    public abstract int Parts(int stage);

    /// <summary>
    /// Runs one part. A worker runs one part at a time, so its number may pick scratch memory, but never influence a result.
    /// </summary>
    public abstract void Run(int stage, int part, int worker);
}
