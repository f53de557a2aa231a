using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GeneratingImages.Training;

/// <summary>
/// Products of double matrices for the closed-form models, blocked after Goto and van de Geijn, "Anatomy of High-Performance Matrix
/// Multiplication" (ACM TOMS 34, 2008): the right matrix is packed into panels that stay in the second-level cache, a block of the
/// result stays in registers. Each element is added up by one thread in one order, so the bits do not depend on the thread count.
/// </summary>
static class MatrixProduct
{
    // 4 rows x 3 vectors are 12 accumulators; with 3 vectors of the panel and a broadcast they fill the 16 registers of AVX2.
    const int BlockRows = 4;
    const int DepthBlock = 256;
    const int RowsPerTask = 64;

    static int PanelWidth => 3 * Vector<double>.Count;

    /// <summary>left x right.</summary>
    public static Matrix Of(Matrix left, Matrix right, ParallelOptions threads)
    {
        var result = new Matrix(left.Rows, right.Columns);
        AddTo(new(result), new(left), new(right), 1, threads);
        return result;
    }

    /// <summary>result += scale x left x right.</summary>
    public static void AddTo(MatrixBlock result, MatrixBlock left, MatrixBlock right, double scale, ParallelOptions threads)
    {
        if (left.Rows == 0 || left.Columns == 0 || right.Columns == 0) return;
        double[] panels = Pack(right);
        int tasks = (left.Rows + RowsPerTask - 1) / RowsPerTask;
        Parallel.For(0, tasks, threads, task =>
        {
            Span<double> tile = stackalloc double[BlockRows * PanelWidth];
            int end = Math.Min((task + 1) * RowsPerTask, left.Rows);
            int panel = 0;
            for (int start = 0; start < left.Columns; start += DepthBlock)
            {
                int depth = Math.Min(DepthBlock, left.Columns - start);
                for (int column = 0; column < right.Columns; column += PanelWidth, panel += depth * PanelWidth)
                {
                    int width = Math.Min(PanelWidth, right.Columns - column);
                    for (int row = task * RowsPerTask; row < end; row += BlockRows)
                    {
                        int rows = Math.Min(BlockRows, end - row);
                        Tile(left, row, rows, start, panels.AsSpan(panel, depth * PanelWidth), tile);
                        for (int r = 0; r < rows; r++)
                        {
                            Span<double> target = result.Row(row + r).Slice(column, width);
                            for (int c = 0; c < width; c++) target[c] += scale * tile[(r * PanelWidth) + c];
                        }
                    }
                }
            }
        });
        ArrayPool<double>.Shared.Return(panels);
    }

    /// <summary>
    /// The matrix in the order it is read in: by blocks of rows, in these by panels of columns, in these row by row. The last panel's
    /// padding
    /// holds anything: the columns it leads to are not kept. The array is rented, since garbage of this size outlives many products.
    /// </summary>
    static double[] Pack(MatrixBlock right)
    {
        int panelCount = (right.Columns + PanelWidth - 1) / PanelWidth;
        double[] panels = ArrayPool<double>.Shared.Rent(checked(right.Rows * panelCount * PanelWidth));
        int to = 0;
        for (int start = 0; start < right.Rows; start += DepthBlock)
        {
            int end = Math.Min(start + DepthBlock, right.Rows);
            for (int column = 0; column < right.Columns; column += PanelWidth)
            {
                int width = Math.Min(PanelWidth, right.Columns - column);
                for (int row = start; row < end; row++, to += PanelWidth) right.Row(row).Slice(column, width).CopyTo(panels.AsSpan(to));
            }
        }

        return panels;
    }

    /// <summary>tile[r, c] = sum over the panel's depth of left[row + r, start + k] panel[k, c]; rows beyond <paramref name="used"/>
    /// repeat the last.</summary>
    static void Tile(MatrixBlock left, int row, int used, int start, ReadOnlySpan<double> panel, Span<double> tile)
    {
        int length = panel.Length / PanelWidth;
        ref double a0 = ref MemoryMarshal.GetReference(left.Row(row).Slice(start, length));
        ref double a1 = ref MemoryMarshal.GetReference(left.Row(row + Math.Min(1, used - 1)).Slice(start, length));
        ref double a2 = ref MemoryMarshal.GetReference(left.Row(row + Math.Min(2, used - 1)).Slice(start, length));
        ref double a3 = ref MemoryMarshal.GetReference(left.Row(row + Math.Min(3, used - 1)).Slice(start, length));
        ref double b = ref MemoryMarshal.GetReference(panel);
        nuint width = (nuint)Vector<double>.Count;
        Vector<double> c00 = default, c01 = default, c02 = default, c10 = default, c11 = default, c12 = default;
        Vector<double> c20 = default, c21 = default, c22 = default, c30 = default, c31 = default, c32 = default;
        for (int k = 0; k < length; k++)
        {
            Vector<double> b0 = Vector.LoadUnsafe(ref b), b1 = Vector.LoadUnsafe(ref b, width), b2 = Vector.LoadUnsafe(ref b, 2 * width);
            var a = new Vector<double>(Unsafe.Add(ref a0, k));
            c00 = Vector.MultiplyAddEstimate(a, b0, c00);
            c01 = Vector.MultiplyAddEstimate(a, b1, c01);
            c02 = Vector.MultiplyAddEstimate(a, b2, c02);
            a = new Vector<double>(Unsafe.Add(ref a1, k));
            c10 = Vector.MultiplyAddEstimate(a, b0, c10);
            c11 = Vector.MultiplyAddEstimate(a, b1, c11);
            c12 = Vector.MultiplyAddEstimate(a, b2, c12);
            a = new Vector<double>(Unsafe.Add(ref a2, k));
            c20 = Vector.MultiplyAddEstimate(a, b0, c20);
            c21 = Vector.MultiplyAddEstimate(a, b1, c21);
            c22 = Vector.MultiplyAddEstimate(a, b2, c22);
            a = new Vector<double>(Unsafe.Add(ref a3, k));
            c30 = Vector.MultiplyAddEstimate(a, b0, c30);
            c31 = Vector.MultiplyAddEstimate(a, b1, c31);
            c32 = Vector.MultiplyAddEstimate(a, b2, c32);
            b = ref Unsafe.Add(ref b, 3 * width);
        }

        ref double t = ref MemoryMarshal.GetReference(tile);
        Store(c00, c01, c02, ref t);
        Store(c10, c11, c12, ref Unsafe.Add(ref t, 3 * width));
        Store(c20, c21, c22, ref Unsafe.Add(ref t, 6 * width));
        Store(c30, c31, c32, ref Unsafe.Add(ref t, 9 * width));
    }

    static void Store(Vector<double> first, Vector<double> second, Vector<double> third, ref double to)
    {
        first.StoreUnsafe(ref to);
        second.StoreUnsafe(ref to, (nuint)Vector<double>.Count);
        third.StoreUnsafe(ref to, (nuint)(2 * Vector<double>.Count));
    }
}
