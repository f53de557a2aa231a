using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GeneratingImages.Cpu;

/// <summary>Moves blocks of a matrix into the order in which micro-kernels read them.</summary>
static unsafe class Blocks
{
    // Rows of a transposed block, as many as keep what is written within the first-level cache.
    const int TransposedRows = 128;

    /// <summary>Copies a few numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy(float* from, float* to, int count)
    {
        int j = 0;
        for (; j <= count - 8; j += 8) Vector256.Load(from + j).Store(to + j);
        if (j <= count - 4)
        {
            Vector128.Load(from + j).Store(to + j);
            j += 4;
        }

        for (; j < count; j++) to[j] = from[j];
    }

    /// <summary>
    /// Copies <paramref name="rows"/> rows of <paramref name="columns"/> numbers to rows that follow each other without a gap. Numbers
    /// move four at a time: up to three beyond the last column are read, and up to three beyond the last row written.
    /// </summary>
    public static void CopyTight(float* from, nint stride, int rows, int columns, float* to)
    {
        for (; rows > 0; rows--, from += stride, to += columns)
            for (int j = 0; j < columns; j += 4) Vector128.Load(from + j).Store(to + j);
    }

    /// <summary>Copies a block into rows of a fixed width, with zeros after the last column.</summary>
    public static void CopyPadded(float* from, nint stride, int rows, int columns, float* to, int width)
    {
        for (; rows > 0; rows--, from += stride, to += width)
        {
            Copy(from, to, columns);
            for (int j = columns; j < width; j++) to[j] = 0;
        }
    }

    /// <summary>Writes a block's transpose: to[i width + j] = from[j stride + i].</summary>
    public static void Transpose(float* from, nint stride, int rows, int columns, float* to, int width)
    {
        for (int first = 0; first < rows; first += TransposedRows)
        {
            int count = Math.Min(TransposedRows, rows - first);
            float* begin = to + (nint)first * width;
            int j = 0;
            for (; j <= columns - 4; j += 4)
            {
                float* a = from + j * stride + first, b = a + stride, c = b + stride, d = c + stride, q = begin + j;
                for (int i = 0; i < count; i++, q += width) Vector128.Create(a[i], b[i], c[i], d[i]).Store(q);
            }

            for (; j < columns; j++)
            {
                float* a = from + j * stride + first, q = begin + j;
                for (int i = 0; i < count; i++, q += width) *q = a[i];
            }
        }
    }

    /// <summary>The same with zeros after the last column.</summary>
    public static void TransposePadded(float* from, nint stride, int rows, int columns, float* to, int width)
    {
        Transpose(from, stride, rows, columns, to, width);
        if (columns == width) return;
        for (; rows > 0; rows--, to += width)
            for (int j = columns; j < width; j++) to[j] = 0;
    }

    /// <summary>Adds numbers to others, one by one.</summary>
    public static void Add(float* from, float* to, nint count)
    {
        nint i = 0;
        for (; i <= count - 8; i += 8) (Vector256.Load(to + i) + Vector256.Load(from + i)).Store(to + i);
        for (; i < count; i++) to[i] += from[i];
    }
}
