using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GeneratingImages.Training;

/// <summary>
/// The nearest images of a set by squared distance over some of their elements. Bytes are multiplied and added in whole numbers, so that
/// the distances are exact, and of equally near images the first counts: the result depends neither on machine nor on threads.
/// </summary>
static class NearestImages
{
    // Both the queries of a task (64 x 12 KB at most here) and a block of the set stay in the second-level cache.
    const int QueriesPerTask = 64, BlockImages = 16;

    // Beyond it twice a sum of products of bytes may not fit into 32 bits.
    const int MostElements = int.MaxValue / (2 * 255 * 255);

    static int Lanes => Vector256<short>.Count;

    /// <summary>For each query the numbers of its nearest images, nearest first.</summary>
    /// <param name="set">The images to choose from, at least <paramref name="count"/>.</param>
    /// <param name="queries">The images to find near ones for.</param>
    /// <param name="elements">The elements of an image, channels counted singly, that the distance is taken over.</param>
    /// <param name="count">How many near images each gets.</param>
    /// <param name="threads">How many threads may work, and what cancels them.</param>
    public static int[][] Find(ImageSet set, ImageSet queries, int[] elements, int count, ParallelOptions threads)
    {
        if (elements.Length > MostElements)
            throw new ArgumentException($"{elements.Length} elements: the distance is taken over at most {MostElements}");
        if (count < 1 || count > set.Count) throw new ArgumentException($"{count} nearest of {set.Count} images: must be 1 to {set.Count}");
        var found = new int[queries.Count][];
        int tasks = (queries.Count + QueriesPerTask - 1) / QueriesPerTask;
        Parallel.For(0, tasks, threads, task =>
        {
            int first = task * QueriesPerTask;
            ImageSet part = queries.Slice(first, Math.Min(QueriesPerTask, queries.Count - first));
            FindFor(set, part, elements, found.AsSpan(first), count, threads.CancellationToken);
        });
        return found;
    }

    static void FindFor(ImageSet set, ImageSet queries, int[] elements, Span<int[]> found, int count, CancellationToken cancel)
    {
        // Zeros behind an image's elements, and images of zeros behind the last, take no part.
        int stride = (elements.Length + Lanes - 1) / Lanes * Lanes;
        short[] wanted = new short[(queries.Count + 3) / 4 * 4 * stride], block = new short[BlockImages * stride];
        for (int i = 0; i < queries.Count; i++) Gather(queries[i], elements, wanted.AsSpan(i * stride));
        var distances = new int[queries.Count * count];
        distances.AsSpan().Fill(int.MaxValue);
        for (int i = 0; i < queries.Count; i++) found[i] = new int[count];
        Span<int> norms = stackalloc int[BlockImages], dots = stackalloc int[8];
        for (int start = 0; start < set.Count; start += BlockImages)
        {
            cancel.ThrowIfCancellationRequested();
            int images = Math.Min(BlockImages, set.Count - start);
            block.AsSpan().Clear();
            for (int i = 0; i < images; i++) norms[i] = Gather(set[start + i], elements, block.AsSpan(i * stride));
            for (int image = 0; image < images; image += 2)
            {
                for (int query = 0; query < queries.Count; query += 4)
                {
                    Dots(wanted.AsSpan(query * stride, 4 * stride), block.AsSpan(image * stride, 2 * stride), stride, dots);
                    for (int b = 0; b < Math.Min(2, images - image); b++)
                    {
                        for (int a = 0; a < Math.Min(4, queries.Count - query); a++)
                        {
                            // The query's own norm is the same for all images, so it is left out.
                            int distance = norms[image + b] - (2 * dots[(2 * a) + b]);
                            Insert(distances.AsSpan((query + a) * count, count), found[query + a], distance, start + image + b);
                        }
                    }
                }
            }
        }
    }

    /// <summary>Copies an image's elements, and gives the sum of their squares.</summary>
    static int Gather(ReadOnlySpan<byte> image, int[] elements, Span<short> to)
    {
        int sum = 0;
        for (int i = 0; i < elements.Length; i++)
        {
            int value = image[elements[i]];
            to[i] = (short)value;
            sum += value * value;
        }

        return sum;
    }

    /// <summary>The products of 4 queries with 2 images: query by query.</summary>
    static void Dots(ReadOnlySpan<short> queries, ReadOnlySpan<short> images, int stride, Span<int> dots)
    {
        ref short a = ref MemoryMarshal.GetReference(queries), b = ref MemoryMarshal.GetReference(images);
        Vector256<int> c00 = default, c01 = default, c10 = default, c11 = default;
        Vector256<int> c20 = default, c21 = default, c30 = default, c31 = default;
        nuint row = (nuint)stride;
        for (nuint i = 0; i < row; i += (nuint)Lanes)
        {
            Vector256<short> b0 = Vector256.LoadUnsafe(ref b, i), b1 = Vector256.LoadUnsafe(ref b, row + i);
            Vector256<short> query = Vector256.LoadUnsafe(ref a, i);
            c00 += PixelCovariance.PairDots(query, b0);
            c01 += PixelCovariance.PairDots(query, b1);
            query = Vector256.LoadUnsafe(ref a, row + i);
            c10 += PixelCovariance.PairDots(query, b0);
            c11 += PixelCovariance.PairDots(query, b1);
            query = Vector256.LoadUnsafe(ref a, (2 * row) + i);
            c20 += PixelCovariance.PairDots(query, b0);
            c21 += PixelCovariance.PairDots(query, b1);
            query = Vector256.LoadUnsafe(ref a, (3 * row) + i);
            c30 += PixelCovariance.PairDots(query, b0);
            c31 += PixelCovariance.PairDots(query, b1);
        }

        (dots[0], dots[1]) = (Vector256.Sum(c00), Vector256.Sum(c01));
        (dots[2], dots[3]) = (Vector256.Sum(c10), Vector256.Sum(c11));
        (dots[4], dots[5]) = (Vector256.Sum(c20), Vector256.Sum(c21));
        (dots[6], dots[7]) = (Vector256.Sum(c30), Vector256.Sum(c31));
    }

    /// <summary>Puts an image into its place among the nearest so far, which are in order; images come by rising number.</summary>
    static void Insert(Span<int> distances, int[] found, int distance, int image)
    {
        if (distance >= distances[^1]) return;
        int place = distances.Length - 1;
        for (; place > 0 && distances[place - 1] > distance; place--)
            (distances[place], found[place]) = (distances[place - 1], found[place - 1]);
        (distances[place], found[place]) = (distance, image);
    }
}
