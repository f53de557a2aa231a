using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GeneratingImages.Training;

/// <summary>
/// The covariances of a set's pixels, as bytes in 0..255: of each of the first pixels with all pixels. Products of bytes are added up
/// in whole numbers, so nothing is lost to cancellation and the bits depend neither on the order nor on the machine.
/// </summary>
sealed class PixelCovariance
{
    const int PanelWidth = 16;

    // Images added up in 32-bit registers: 255 x 255 x 1024 stays far below 2^31, and a panel of this depth (32 KiB) in the second-level
    // cache.
    const int Depth = 1024;
    const int Pairs = Depth / 2;
    const int PanelSize = PanelWidth * Depth;

    // Panels a task holds in the second-level cache while the others pass by.
    const int PanelsPerTask = 4;

    readonly int _pixels;
    readonly short[] _panels;
    readonly long[] _sums;
    readonly long[] _squares;

    /// <summary>The pixels' means.</summary>
    public double[] Mean { get; }

    /// <summary>[rows, pixels]: element (i, j) is the covariance of pixels i and j, normalized by the number of images.</summary>
    public Matrix Values { get; }

    /// <summary>The sum of all pixels' variances.</summary>
    public double TotalVariance { get; }

    /// <summary>Reads the whole set once.</summary>
    /// <param name="set">At least one image.</param>
    /// <param name="rows">The number of pixels, from the first on, whose covariances with all pixels are wanted.</param>
    /// <param name="threads">How many threads may work, and what cancels them.</param>
    /// <param name="progress">Told the finished part, 0..1.</param>
    public PixelCovariance(ImageSet set, int rows, ParallelOptions threads, Action<double> progress)
    {
        _pixels = (int)set.Image.Count;
        (_sums, _squares) = (new long[_pixels], new long[_pixels]);
        int panelCount = (_pixels + PanelWidth - 1) / PanelWidth;
        _panels = new short[checked(panelCount * PanelSize)];
        Values = new Matrix(rows, _pixels);
        int tasks = (rows + (PanelsPerTask * PanelWidth) - 1) / (PanelsPerTask * PanelWidth);
        for (int start = 0; start < set.Count; start += Depth)
        {
            ImageSet block = set.Slice(start, Math.Min(Depth, set.Count - start));
            Parallel.For(0, panelCount, threads, panel => Pack(block, panel));
            Parallel.For(0, tasks, threads, task => AddProducts(task));
            progress((start + block.Count) / (double)set.Count);
        }

        double count = set.Count;
        Mean = [.. _sums.Select(sum => sum / count)];
        TotalVariance = Enumerable.Range(0, _pixels).Sum(i => Centre(_squares[i], _sums[i], _sums[i], count));
        Parallel.For(0, rows, threads, i =>
        {
            Span<double> row = Values.Row(i);
            for (int j = i; j < _pixels; j++) row[j] = Centre(row[j], _sums[i], _sums[j], count);
        });
        Parallel.For(0, rows, threads, i =>
        {
            for (int j = 0; j < i; j++) Values[i, j] = Values[j, i];
        });
    }

    /// <summary>
    /// mean of products minus product of means. The numerator is a difference of whole numbers, which double holds exactly up to
    /// 370,000 images (count^2 x 255^2 at most 2^53).
    /// </summary>
    static double Centre(double productSum, double sum, double otherSum, double count) =>
        ((count * productSum) - (sum * otherSum)) / (count * count);

    /// <summary>Brings 16 pixels of a block into the order the products read: pair of images by pair, in it pixel by pixel, in it both
    /// images.</summary>
    void Pack(ImageSet block, int panel)
    {
        int first = panel * PanelWidth, width = Math.Min(PanelWidth, _pixels - first);
        Span<short> to = _panels.AsSpan(panel * PanelSize, PanelSize);
        if (block.Count < Depth) to.Clear();
        Span<long> sums = _sums.AsSpan(first, width), squares = _squares.AsSpan(first, width);
        ReadOnlySpan<byte> bytes = block.Pixels.Span;
        for (int image = 0; image < block.Count; image++)
        {
            ReadOnlySpan<byte> from = bytes.Slice((image * _pixels) + first, width);
            Span<short> pair = to.Slice(image / 2 * 2 * PanelWidth, 2 * PanelWidth)[(image % 2)..];
            for (int i = 0; i < from.Length; i++)
            {
                pair[2 * i] = from[i];
                sums[i] += from[i];
                squares[i] += from[i] * from[i];
            }
        }
    }

    void AddProducts(int task)
    {
        int firstPanel = task * PanelsPerTask;
        int endPanel = Math.Min(firstPanel + PanelsPerTask, (Values.Rows + PanelWidth - 1) / PanelWidth);
        Span<int> tile = stackalloc int[4 * PanelWidth];
        for (int right = firstPanel; right * PanelWidth < _pixels; right++)
        {
            ReadOnlySpan<short> rightPanel = _panels.AsSpan(right * PanelSize, PanelSize);
            int width = Math.Min(PanelWidth, _pixels - (right * PanelWidth));
            for (int left = firstPanel; left < Math.Min(endPanel, right + 1); left++)
            {
                ReadOnlySpan<short> leftPanel = _panels.AsSpan(left * PanelSize, PanelSize);
                for (int offset = 0; offset < PanelWidth; offset += 4)
                {
                    int row = (left * PanelWidth) + offset;
                    if (row >= Values.Rows) break;
                    Tile(leftPanel, offset, rightPanel, tile);
                    for (int r = 0; r < Math.Min(4, Values.Rows - row); r++)
                    {
                        Span<double> target = Values.Row(row + r).Slice(right * PanelWidth, width);
                        for (int c = 0; c < width; c++) target[c] += tile[(r * PanelWidth) + c];
                    }
                }
            }
        }
    }

    /// <summary>Sums over the block's images the products of 4 pixels, from <paramref name="offset"/> of the left panel on, with the
    /// right panel's 16.</summary>
    static void Tile(ReadOnlySpan<short> left, int offset, ReadOnlySpan<short> right, Span<int> tile)
    {
        Vector256<int> c00 = default, c01 = default, c10 = default, c11 = default;
        Vector256<int> c20 = default, c21 = default, c30 = default, c31 = default;
        ref int a = ref Unsafe.Add(ref MemoryMarshal.GetReference(MemoryMarshal.Cast<short, int>(left)), offset);
        ref short b = ref MemoryMarshal.GetReference(right);
        for (int pair = 0; pair < Pairs; pair++)
        {
            Vector256<short> b0 = Vector256.LoadUnsafe(ref b), b1 = Vector256.LoadUnsafe(ref b, PanelWidth);
            Vector256<short> a0 = Vector256.Create(a).AsInt16();
            c00 += PairDots(a0, b0);
            c01 += PairDots(a0, b1);
            Vector256<short> a1 = Vector256.Create(Unsafe.Add(ref a, 1)).AsInt16();
            c10 += PairDots(a1, b0);
            c11 += PairDots(a1, b1);
            Vector256<short> a2 = Vector256.Create(Unsafe.Add(ref a, 2)).AsInt16();
            c20 += PairDots(a2, b0);
            c21 += PairDots(a2, b1);
            Vector256<short> a3 = Vector256.Create(Unsafe.Add(ref a, 3)).AsInt16();
            c30 += PairDots(a3, b0);
            c31 += PairDots(a3, b1);
            a = ref Unsafe.Add(ref a, PanelWidth);
            b = ref Unsafe.Add(ref b, 2 * PanelWidth);
        }

        c00.CopyTo(tile);
        c01.CopyTo(tile[8..]);
        c10.CopyTo(tile[16..]);
        c11.CopyTo(tile[24..]);
        c20.CopyTo(tile[32..]);
        c21.CopyTo(tile[40..]);
        c30.CopyTo(tile[48..]);
        c31.CopyTo(tile[56..]);
    }

    /// <summary>Per 32-bit lane the sum of the two products of 16-bit numbers: one instruction (vpmaddwd) where there is AVX2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> PairDots(Vector256<short> a, Vector256<short> b)
    {
        if (Avx2.IsSupported) return Avx2.MultiplyAddAdjacent(a, b);
        Vector256<int> wideA = a.AsInt32(), wideB = b.AsInt32();
        return ((wideA << 16 >> 16) * (wideB << 16 >> 16)) + ((wideA >> 16) * (wideB >> 16));
    }
}
