using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GeneratingImages.Cpu;

/// <summary>How a micro-kernel walks through memory, in floats.</summary>
unsafe struct Steps
{
    /// <summary>The distance between the elements of A that belong to adjacent rows of the tile.</summary>
    public nint RowA;

    /// <summary>Steps of the outer loop, and how far A and B move with each.</summary>
    public nint Outer, OuterA, OuterB;

    /// <summary>Steps of the inner loop, and how far A and B move with each.</summary>
    public nint Inner, InnerA, InnerB;

    /// <summary>The distance between the rows of a <see cref="Placed"/> tile in memory.</summary>
    public nint RowTile;

    /// <summary>What the sums of a <see cref="Placed"/> tile start from, a number a column; null for zero.</summary>
    public float* Bias;
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

/// <summary>Where a tile goes, as a type: one row right behind the other, or finished and apart.</summary>
interface IPlace;

/// <summary>Row after row; the sums may go on from what is there.</summary>
[StructLayout(LayoutKind.Sequential, Size = 1)] readonly struct RowAfterRow : IPlace;

/// <summary>Rows <see cref="Steps.RowTile"/> apart, the sums begun with <see cref="Steps.Bias"/>.</summary>
[StructLayout(LayoutKind.Sequential, Size = 2)] readonly struct Placed : IPlace;

/// <summary>
/// The loop in which all convolutions and products spend their time: tile[i,j] (+)= sum over two nested loops of a[i RowA] b[j]. The
/// tile, as many rows as its type says by two vectors, stays in registers: 6x16 fills the 16 of AVX2, 12x32 the 32 of AVX-512
/// (compare Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication, 2008). A is read one number at a time, so
/// its rows and steps may lie anywhere: an image's pixels serve as they are, without being gathered into a matrix first.
/// A tile whose sums are complete is activated and stored where it belongs, out of the registers.
/// </summary>
static unsafe class MicroKernel
{
    /// <summary>
    /// Computes one tile. It is a leaf: a call or a stackalloc in here, or in anything inlined, would make the
    /// compiler keep the accumulators in memory.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining), SkipLocalsInit]
    public static void Tile<T, TLanes, TRows, TPlace, TActivation>(Steps* steps, float* a, float* b, float* tile, bool accumulate)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TRows : unmanaged, IRows
        where TPlace : unmanaged, IPlace
        where TActivation : struct, IActivation
    {
        T c0x = default, c0y = default, c1x = default, c1y = default, c2x = default, c2y = default, c3x = default, c3y = default;
        T c4x = default, c4y = default, c5x = default, c5y = default, c6x = default, c6y = default, c7x = default, c7y = default;
        T c8x = default, c8y = default, c9x = default, c9y = default, c10x = default, c10y = default, c11x = default, c11y = default;
        int width = sizeof(T) / sizeof(float);
        nint next = sizeof(TPlace) > 1 ? steps->RowTile : 2 * width;
        if (sizeof(TPlace) == 1 && accumulate)
        {
            float* from = tile;
            (c0x, c0y) = (TLanes.Load(from), TLanes.Load(from + width));
            if (sizeof(TRows) > 1) { from += next; (c1x, c1y) = (TLanes.Load(from), TLanes.Load(from + width)); }
            if (sizeof(TRows) > 2) { from += next; (c2x, c2y) = (TLanes.Load(from), TLanes.Load(from + width)); }
            if (sizeof(TRows) > 3) { from += next; (c3x, c3y) = (TLanes.Load(from), TLanes.Load(from + width)); }
            if (sizeof(TRows) > 4) { from += next; (c4x, c4y) = (TLanes.Load(from), TLanes.Load(from + width)); }
            if (sizeof(TRows) > 5) { from += next; (c5x, c5y) = (TLanes.Load(from), TLanes.Load(from + width)); }
            if (sizeof(TRows) > 6) { from += next; (c6x, c6y) = (TLanes.Load(from), TLanes.Load(from + width)); }
            if (sizeof(TRows) > 7) { from += next; (c7x, c7y) = (TLanes.Load(from), TLanes.Load(from + width)); }
            if (sizeof(TRows) > 8) { from += next; (c8x, c8y) = (TLanes.Load(from), TLanes.Load(from + width)); }
            if (sizeof(TRows) > 9) { from += next; (c9x, c9y) = (TLanes.Load(from), TLanes.Load(from + width)); }
            if (sizeof(TRows) > 10) { from += next; (c10x, c10y) = (TLanes.Load(from), TLanes.Load(from + width)); }
            if (sizeof(TRows) > 11) { from += next; (c11x, c11y) = (TLanes.Load(from), TLanes.Load(from + width)); }
        }
        else if (sizeof(TPlace) > 1 && steps->Bias != null)
        {
            (c0x, c0y) = (TLanes.Load(steps->Bias), TLanes.Load(steps->Bias + width));
            (c1x, c1y, c2x, c2y, c3x, c3y) = (c0x, c0y, c0x, c0y, c0x, c0y);
            (c4x, c4y, c5x, c5y, c6x, c6y, c7x, c7y) = (c0x, c0y, c0x, c0y, c0x, c0y, c0x, c0y);
            (c8x, c8y, c9x, c9y, c10x, c10y, c11x, c11y) = (c0x, c0y, c0x, c0y, c0x, c0y, c0x, c0y);
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

        TLanes.Store(TLanes.Activate<TActivation>(c0x), tile);
        TLanes.Store(TLanes.Activate<TActivation>(c0y), tile + width);
        if (sizeof(TRows) <= 1) return;
        tile += next;
        TLanes.Store(TLanes.Activate<TActivation>(c1x), tile);
        TLanes.Store(TLanes.Activate<TActivation>(c1y), tile + width);
        if (sizeof(TRows) <= 2) return;
        tile += next;
        TLanes.Store(TLanes.Activate<TActivation>(c2x), tile);
        TLanes.Store(TLanes.Activate<TActivation>(c2y), tile + width);
        if (sizeof(TRows) <= 3) return;
        tile += next;
        TLanes.Store(TLanes.Activate<TActivation>(c3x), tile);
        TLanes.Store(TLanes.Activate<TActivation>(c3y), tile + width);
        if (sizeof(TRows) <= 4) return;
        tile += next;
        TLanes.Store(TLanes.Activate<TActivation>(c4x), tile);
        TLanes.Store(TLanes.Activate<TActivation>(c4y), tile + width);
        if (sizeof(TRows) <= 5) return;
        tile += next;
        TLanes.Store(TLanes.Activate<TActivation>(c5x), tile);
        TLanes.Store(TLanes.Activate<TActivation>(c5y), tile + width);
        if (sizeof(TRows) <= 6) return;
        tile += next;
        TLanes.Store(TLanes.Activate<TActivation>(c6x), tile);
        TLanes.Store(TLanes.Activate<TActivation>(c6y), tile + width);
        if (sizeof(TRows) <= 7) return;
        tile += next;
        TLanes.Store(TLanes.Activate<TActivation>(c7x), tile);
        TLanes.Store(TLanes.Activate<TActivation>(c7y), tile + width);
        if (sizeof(TRows) <= 8) return;
        tile += next;
        TLanes.Store(TLanes.Activate<TActivation>(c8x), tile);
        TLanes.Store(TLanes.Activate<TActivation>(c8y), tile + width);
        if (sizeof(TRows) <= 9) return;
        tile += next;
        TLanes.Store(TLanes.Activate<TActivation>(c9x), tile);
        TLanes.Store(TLanes.Activate<TActivation>(c9y), tile + width);
        if (sizeof(TRows) <= 10) return;
        tile += next;
        TLanes.Store(TLanes.Activate<TActivation>(c10x), tile);
        TLanes.Store(TLanes.Activate<TActivation>(c10y), tile + width);
        if (sizeof(TRows) <= 11) return;
        tile += next;
        TLanes.Store(TLanes.Activate<TActivation>(c11x), tile);
        TLanes.Store(TLanes.Activate<TActivation>(c11y), tile + width);
    }
}
