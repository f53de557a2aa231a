using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GeneratingImages.Cpu;

/// <summary>How a micro-kernel walks through memory, in floats.</summary>
struct Steps
{
    /// <summary>The distance between the elements of A that belong to adjacent rows of the tile.</summary>
    public nint RowA;

    /// <summary>Steps of the outer loop, and how far A and B move with each.</summary>
    public nint Outer, OuterA, OuterB;

    /// <summary>Steps of the inner loop, and how far A and B move with each.</summary>
    public nint Inner, InnerA, InnerB;
}

/// <summary>A number of rows as a type: it is the type's size, which the runtime's compiler knows before it reads any branch.</summary>
interface IRows;

[StructLayout(LayoutKind.Sequential, Size = 1)] readonly struct Rows1 : IRows;
[StructLayout(LayoutKind.Sequential, Size = 2)] readonly struct Rows2 : IRows;
[StructLayout(LayoutKind.Sequential, Size = 3)] readonly struct Rows3 : IRows;
[StructLayout(LayoutKind.Sequential, Size = 4)] readonly struct Rows4 : IRows;
[StructLayout(LayoutKind.Sequential, Size = 5)] readonly struct Rows5 : IRows;
[StructLayout(LayoutKind.Sequential, Size = 6)] readonly struct Rows6 : IRows;
[StructLayout(LayoutKind.Sequential, Size = 7)] readonly struct Rows7 : IRows;
[StructLayout(LayoutKind.Sequential, Size = 8)] readonly struct Rows8 : IRows;
[StructLayout(LayoutKind.Sequential, Size = 9)] readonly struct Rows9 : IRows;
[StructLayout(LayoutKind.Sequential, Size = 10)] readonly struct Rows10 : IRows;
[StructLayout(LayoutKind.Sequential, Size = 11)] readonly struct Rows11 : IRows;
[StructLayout(LayoutKind.Sequential, Size = 12)] readonly struct Rows12 : IRows;

/// <summary>
/// The loop in which all convolutions and products spend their time: tile[i,j] (+)= sum over two nested loops of a[i RowA] b[j]. The
/// tile, as many rows as its type says by two vectors, stays in registers: 6x16 fills the 16 of AVX2, 12x32 the 32 of AVX-512
/// (compare Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication, 2008). A is read one number at a time, so
/// its rows and steps may lie anywhere: an image's pixels serve as they are, without being gathered into a matrix first.
/// </summary>
static unsafe class MicroKernel
{
    /// <summary>
    /// Computes one tile, stored row after row. It is a leaf: a call or a stackalloc in here, or in anything inlined, would make the
    /// compiler keep the accumulators in memory.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining), SkipLocalsInit]
    public static void Tile<T, TLanes, TRows>(Steps* steps, float* a, float* b, float* tile, bool accumulate)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TRows : unmanaged, IRows
    {
        T c0x = default, c0y = default, c1x = default, c1y = default, c2x = default, c2y = default, c3x = default, c3y = default;
        T c4x = default, c4y = default, c5x = default, c5y = default, c6x = default, c6y = default, c7x = default, c7y = default;
        T c8x = default, c8y = default, c9x = default, c9y = default, c10x = default, c10y = default, c11x = default, c11y = default;
        int width = sizeof(T) / sizeof(float);
        if (accumulate)
        {
            (c0x, c0y) = (TLanes.Load(tile), TLanes.Load(tile + width));
            if (sizeof(TRows) > 1) (c1x, c1y) = (TLanes.Load(tile + 2 * width), TLanes.Load(tile + 3 * width));
            if (sizeof(TRows) > 2) (c2x, c2y) = (TLanes.Load(tile + 4 * width), TLanes.Load(tile + 5 * width));
            if (sizeof(TRows) > 3) (c3x, c3y) = (TLanes.Load(tile + 6 * width), TLanes.Load(tile + 7 * width));
            if (sizeof(TRows) > 4) (c4x, c4y) = (TLanes.Load(tile + 8 * width), TLanes.Load(tile + 9 * width));
            if (sizeof(TRows) > 5) (c5x, c5y) = (TLanes.Load(tile + 10 * width), TLanes.Load(tile + 11 * width));
            if (sizeof(TRows) > 6) (c6x, c6y) = (TLanes.Load(tile + 12 * width), TLanes.Load(tile + 13 * width));
            if (sizeof(TRows) > 7) (c7x, c7y) = (TLanes.Load(tile + 14 * width), TLanes.Load(tile + 15 * width));
            if (sizeof(TRows) > 8) (c8x, c8y) = (TLanes.Load(tile + 16 * width), TLanes.Load(tile + 17 * width));
            if (sizeof(TRows) > 9) (c9x, c9y) = (TLanes.Load(tile + 18 * width), TLanes.Load(tile + 19 * width));
            if (sizeof(TRows) > 10) (c10x, c10y) = (TLanes.Load(tile + 20 * width), TLanes.Load(tile + 21 * width));
            if (sizeof(TRows) > 11) (c11x, c11y) = (TLanes.Load(tile + 22 * width), TLanes.Load(tile + 23 * width));
        }

        nint row = steps->RowA, stepA = steps->InnerA, stepB = steps->InnerB;
        for (nint outer = steps->Outer; outer > 0; outer--)
        {
            // Four pointers, each good for three rows by an address of base + index * scale.
            float* p0 = a, p3 = p0 + 3 * row, p6 = p3 + 3 * row, p9 = p6 + 3 * row, q = b;
            for (nint inner = steps->Inner; inner > 0; inner--)
            {
                T x = TLanes.Load(q), y = TLanes.Load(q + width), v;
                q += stepB;
                v = TLanes.Create(*p0); c0x = TLanes.Fma(v, x, c0x); c0y = TLanes.Fma(v, y, c0y);
                if (sizeof(TRows) > 1) { v = TLanes.Create(p0[row]); c1x = TLanes.Fma(v, x, c1x); c1y = TLanes.Fma(v, y, c1y); }
                if (sizeof(TRows) > 2) { v = TLanes.Create(p0[2 * row]); c2x = TLanes.Fma(v, x, c2x); c2y = TLanes.Fma(v, y, c2y); }
                p0 += stepA;
                if (sizeof(TRows) > 3) { v = TLanes.Create(*p3); c3x = TLanes.Fma(v, x, c3x); c3y = TLanes.Fma(v, y, c3y); }
                if (sizeof(TRows) > 4) { v = TLanes.Create(p3[row]); c4x = TLanes.Fma(v, x, c4x); c4y = TLanes.Fma(v, y, c4y); }
                if (sizeof(TRows) > 5) { v = TLanes.Create(p3[2 * row]); c5x = TLanes.Fma(v, x, c5x); c5y = TLanes.Fma(v, y, c5y); }
                p3 += stepA;
                if (sizeof(TRows) > 6) { v = TLanes.Create(*p6); c6x = TLanes.Fma(v, x, c6x); c6y = TLanes.Fma(v, y, c6y); }
                if (sizeof(TRows) > 7) { v = TLanes.Create(p6[row]); c7x = TLanes.Fma(v, x, c7x); c7y = TLanes.Fma(v, y, c7y); }
                if (sizeof(TRows) > 8) { v = TLanes.Create(p6[2 * row]); c8x = TLanes.Fma(v, x, c8x); c8y = TLanes.Fma(v, y, c8y); }
                p6 += stepA;
                if (sizeof(TRows) > 9) { v = TLanes.Create(*p9); c9x = TLanes.Fma(v, x, c9x); c9y = TLanes.Fma(v, y, c9y); }
                if (sizeof(TRows) > 10) { v = TLanes.Create(p9[row]); c10x = TLanes.Fma(v, x, c10x); c10y = TLanes.Fma(v, y, c10y); }
                if (sizeof(TRows) > 11) { v = TLanes.Create(p9[2 * row]); c11x = TLanes.Fma(v, x, c11x); c11y = TLanes.Fma(v, y, c11y); }
                p9 += stepA;
            }

            a += steps->OuterA;
            b += steps->OuterB;
        }

        TLanes.Store(c0x, tile); TLanes.Store(c0y, tile + width);
        if (sizeof(TRows) > 1) { TLanes.Store(c1x, tile + 2 * width); TLanes.Store(c1y, tile + 3 * width); }
        if (sizeof(TRows) > 2) { TLanes.Store(c2x, tile + 4 * width); TLanes.Store(c2y, tile + 5 * width); }
        if (sizeof(TRows) > 3) { TLanes.Store(c3x, tile + 6 * width); TLanes.Store(c3y, tile + 7 * width); }
        if (sizeof(TRows) > 4) { TLanes.Store(c4x, tile + 8 * width); TLanes.Store(c4y, tile + 9 * width); }
        if (sizeof(TRows) > 5) { TLanes.Store(c5x, tile + 10 * width); TLanes.Store(c5y, tile + 11 * width); }
        if (sizeof(TRows) > 6) { TLanes.Store(c6x, tile + 12 * width); TLanes.Store(c6y, tile + 13 * width); }
        if (sizeof(TRows) > 7) { TLanes.Store(c7x, tile + 14 * width); TLanes.Store(c7y, tile + 15 * width); }
        if (sizeof(TRows) > 8) { TLanes.Store(c8x, tile + 16 * width); TLanes.Store(c8y, tile + 17 * width); }
        if (sizeof(TRows) > 9) { TLanes.Store(c9x, tile + 18 * width); TLanes.Store(c9y, tile + 19 * width); }
        if (sizeof(TRows) > 10) { TLanes.Store(c10x, tile + 20 * width); TLanes.Store(c10y, tile + 21 * width); }
        if (sizeof(TRows) > 11) { TLanes.Store(c11x, tile + 22 * width); TLanes.Store(c11y, tile + 23 * width); }
    }
}
