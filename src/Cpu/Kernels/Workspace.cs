namespace GeneratingImages.Cpu;

/// <summary>
/// How a kernel divides its workspace: an area all parts share, then one piece of scratch memory for each worker. Sizes are in
/// floats and rounded up to a multiple of 16, which keeps every piece on a cache line of its own.
/// </summary>
readonly record struct Workspace(long Shared, long PerWorker, int Workers)
{
    /// <summary>The whole size in bytes. The shared area and each worker's piece may be read up to a cache line past their end.</summary>
    public long Bytes => (Round(Shared) + Round(PerWorker) * Workers) * sizeof(float);

    /// <summary>The number rounded up to a whole number of cache lines.</summary>
    public static long Round(long floats) => (floats + 15) / 16 * 16;

    /// <summary>A worker's piece of the workspace that starts at <paramref name="start"/>.</summary>
    public unsafe float* Scratch(float* start, int worker) => start + Round(Shared) + Round(PerWorker) * worker;
}
