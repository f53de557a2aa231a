namespace GeneratingImages.Cpu;

/// <summary>
/// How light, memory-bound work is cut into parts: small enough to occupy 64 threads on a large tensor, large enough that handing a part
/// out costs nothing beside it. Sizes alone decide.
/// </summary>
readonly struct Cut
{
    /// <summary>The elements worth a part: some microseconds of work.</summary>
    public const int PartElements = 8192;

    const int MostParts = 256;

    readonly long _count;
    readonly long _length;

    Cut(long count, long length)
    {
        (_count, _length) = (count, length);
        Parts = (int)((count + length - 1) / length);
    }

    /// <summary>The number of parts.</summary>
    public int Parts { get; }

    /// <summary>Cuts a range of single elements, at multiples of 16 so that no two threads write to one cache line.</summary>
    public static Cut Of(long count) => new(count, Math.Max(PartElements, (count + MostParts * 16 - 1) / (MostParts * 16) * 16));

    /// <summary>Cuts a range of items, such as rows, of a number of elements each.</summary>
    public static Cut Of(long items, long elements) =>
        new(items, Math.Max(Math.Max(1, PartElements / elements), (items + MostParts - 1) / MostParts));

    /// <summary>A part's first index.</summary>
    public nint Start(int part) => (nint)(part * _length);

    /// <summary>The index behind a part's last.</summary>
    public nint End(int part) => (nint)Math.Min((part + 1) * _length, _count);
}
