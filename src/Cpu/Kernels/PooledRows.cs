using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GeneratingImages.Cpu;

/// <summary>
/// Pooling by 2x2 of two rows of pixels while they are in the cache, and the codes that say which of its four a maximum is, see
/// <see cref="Core.MaxUnpool2D"/>.
/// </summary>
static unsafe class PooledRows
{
    /// <summary>
    /// Pools <paramref name="windows"/> pairs of pixels of two rows, <paramref name="next"/> floats from pixel to pixel, a multiple of 4
    /// channels of them.
    /// </summary>
    /// <param name="upper">The first of the channels of the upper row's first pixel.</param>
    /// <param name="lower">The same of the lower row.</param>
    /// <param name="next">The distance between pixels.</param>
    /// <param name="windows">The number of windows.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="to">Where the first maximum goes.</param>
    /// <param name="codes">Where its code goes; null for nowhere.</param>
    /// <param name="nextTo">The distance between pooled pixels, a multiple of 4.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Pool<T, TLanes>(
        float* upper, float* lower, nint next, int windows, int channels, float* to, byte* codes, nint nextTo)
        where TLanes : struct, ILanes<T>
    {
        for (int window = 0; window < windows; window++, upper += 2 * next, lower += 2 * next, to += nextTo)
        {
            int c = 0;
            for (; c <= channels - TLanes.Count; c += TLanes.Count)
                Largest<T, TLanes>(upper + c, lower + c, next, to + c, codes == null ? null : codes + c / 4);
            for (; c < channels; c += Lanes4.Count)
                Largest<Vector128<float>, Lanes4>(upper + c, lower + c, next, to + c, codes == null ? null : codes + c / 4);
            if (codes != null) codes += nextTo / 4;
        }
    }

    /// <summary>The function for an instruction set.</summary>
    public static delegate*<float*, float*, nint, int, int, float*, byte*, nint, void> For(InstructionSet set) => set switch
    {
        InstructionSet.Avx512 => &Pool<Vector512<float>, Lanes16>,
        InstructionSet.Avx2 => &Pool<Vector256<float>, Lanes8>,
        _ => &Pool<Vector128<float>, Lanes4>,
    };

    /// <summary>One window, a vector of channels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Largest<T, TLanes>(float* upper, float* lower, nint next, float* to, byte* codes)
        where TLanes : struct, ILanes<T>
    {
        T a = TLanes.Load(upper), b = TLanes.Load(upper + next), c = TLanes.Load(lower), d = TLanes.Load(lower + next);
        T largest = TLanes.Max(TLanes.Max(a, b), TLanes.Max(c, d));
        TLanes.Store(largest, to);
        if (codes == null) return;
        uint notFirst = ~TLanes.EqualBits(a, largest), isSecond = TLanes.EqualBits(b, largest), isThird = TLanes.EqualBits(c, largest);
        uint high = notFirst & ~isSecond, low = (notFirst & isSecond) | (high & ~isThird);
        uint code = EveryOther(low) | EveryOther(high) << 1;
        if (TLanes.Count == 16) Unsafe.WriteUnaligned(codes, code);
        else if (TLanes.Count == 8) Unsafe.WriteUnaligned(codes, (ushort)code);
        else *codes = (byte)code;
    }

    /// <summary>The low 16 bits, each moved to twice its place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static uint EveryOther(uint bits)
    {
        if (Bmi2.IsSupported) return Bmi2.ParallelBitDeposit(bits, 0x5555_5555);
        bits &= 0xFFFF;
        bits = (bits | bits << 8) & 0x00FF_00FF;
        bits = (bits | bits << 4) & 0x0F0F_0F0F;
        bits = (bits | bits << 2) & 0x3333_3333;
        return (bits | bits << 1) & 0x5555_5555;
    }
}
