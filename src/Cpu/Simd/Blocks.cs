using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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
    /// Copies a few numbers, four at a time: up to three beyond the last are read, and what follows the copy is overwritten by them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyRough(float* from, float* to, int count)
    {
        for (int j = 0; j < count; j += 4) Vector128.Load(from + j).Store(to + j);
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
                int i = 0;
                if (Sse.IsSupported)
                    for (; i <= count - 4; i += 4, q += 4 * width) Transpose4(a + i, b + i, c + i, d + i, q, width);
                for (; i < count; i++, q += width) Vector128.Create(a[i], b[i], c[i], d[i]).Store(q);
            }

            for (; j < columns; j++)
            {
                float* a = from + j * stride + first, q = begin + j;
                for (int i = 0; i < count; i++, q += width) *q = a[i];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Transpose4(float* a, float* b, float* c, float* d, float* to, nint width)
    {
        Vector128<float> x = Vector128.Load(a), y = Vector128.Load(b), z = Vector128.Load(c), w = Vector128.Load(d);
        Vector128<float> xy = Sse.UnpackLow(x, y), zw = Sse.UnpackLow(z, w);
        Sse.MoveLowToHigh(xy, zw).Store(to);
        Sse.MoveHighToLow(zw, xy).Store(to + width);
        (xy, zw) = (Sse.UnpackHigh(x, y), Sse.UnpackHigh(z, w));
        Sse.MoveLowToHigh(xy, zw).Store(to + 2 * width);
        Sse.MoveHighToLow(zw, xy).Store(to + 3 * width);
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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(float* from, float* to, nint count)
    {
        nint i = 0;
        for (; i <= count - 8; i += 8) (Vector256.Load(to + i) + Vector256.Load(from + i)).Store(to + i);
        for (; i < count; i++) to[i] += from[i];
    }
}
