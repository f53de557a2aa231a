using System.Runtime.InteropServices;
using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>
/// Zeroed native memory, aligned to 64 bytes and followed by 64 readable bytes, so that a vector load may run past the end.
/// </summary>
public sealed unsafe class CpuArena : Arena
{
    const int Alignment = 64;

    /// <summary>Reserves the memory.</summary>
    /// <exception cref="OutOfMemoryException">There is not enough.</exception>
    public CpuArena(long bytes, string purpose)
        : base(bytes, purpose)
    {
        try
        {
            Pointer = (byte*)NativeMemory.AlignedAlloc((nuint)(bytes + Alignment), Alignment);
        }
        catch (OutOfMemoryException e)
        {
            throw new OutOfMemoryException($"{bytes / 1e6:F0} MB for {purpose} could not be reserved", e);
        }

        NativeMemory.Clear(Pointer, (nuint)(bytes + Alignment));
    }

    /// <summary>The first byte.</summary>
    public byte* Pointer { get; private set; }

    /// <inheritdoc/>
    public override void Dispose()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }
}

/// <summary>Addresses of slices.</summary>
public static unsafe class SliceExtensions
{
    /// <summary>The slice's first element.</summary>
    public static T* Pointer<T>(this Slice slice)
        where T : unmanaged => (T*)(((CpuArena)slice.Arena).Pointer + slice.Offset);
}
