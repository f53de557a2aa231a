namespace GeneratingImages.Core;

/// <summary>A block of a backend's memory, reserved a handful of times per run and never during a step. New memory is zero.</summary>
public abstract class Arena(long bytes, string purpose) : IDisposable
{
    /// <summary>The size in bytes.</summary>
    public long Bytes { get; } = bytes;

    /// <summary>What it is for, as errors and reports name it.</summary>
    public string Purpose { get; } = purpose;

    /// <summary>Gives the memory back.</summary>
    public abstract void Dispose();
}

/// <summary>A range of an arena.</summary>
public readonly record struct Slice(Arena Arena, long Offset, long Bytes);
