using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Evaluation;

public class NearestImagesTests
{
    [Theory]
    [InlineData(5, 7, 1, 3, 1, 1, 256)]
    [InlineData(9, 5, 3, 37, 5, 10, 256)]
    [InlineData(4, 4, 1, 100, 131, 7, 3)]
    [InlineData(28, 28, 1, 250, 66, 10, 2)]
    public void Sorting_all_distances_gives_the_same(
        int height, int width, int channels, int count, int queryCount, int nearest, int values)
    {
        // Few values make equal distances, of which the first image must win.
        ImageSet set = Noise(Shape.Of(height, width, channels), count, values, 1), queries = Noise(set.Image, queryCount, values, 2);
        int[][] choices =
        [
            [.. Enumerable.Range(0, (int)set.Image.Count)],
            [.. Enumerable.Range(0, (int)set.Image.Count).Where(i => i % 3 != 1)],
            [2],
        ];
        foreach (int[] elements in choices)
        {
            int[][] found = NearestImages.Find(set, queries, elements, nearest, new ParallelOptions());
            for (int q = 0; q < queryCount; q++)
            {
                int[] expected = [.. Enumerable.Range(0, count)
                    .OrderBy(i => elements.Sum(e => Math.Pow(set[i][e] - queries[q][e], 2)))
                    .ThenBy(i => i)
                    .Take(nearest)];
                Assert.Equal(expected, found[q]);
            }
        }
    }

    [Fact]
    public void The_largest_distances_there_are_fit()
    {
        // All elements black against all white, as many as are allowed to be.
        var shape = Shape.Of(1, 16_512, 1);
        ImageSet set = new(shape, new byte[2 * 16_512]), queries = new(shape, Enumerable.Repeat((byte)255, 16_512).ToArray());
        Assert.Equal([[0, 1]], NearestImages.Find(set, queries, [.. Enumerable.Range(0, 16_512)], 2, new ParallelOptions()));
        ImageSet white = new(shape, (byte[])[.. new byte[16_512], .. Enumerable.Repeat((byte)255, 16_512)]);
        Assert.Equal([[1, 0]], NearestImages.Find(white, queries, [.. Enumerable.Range(0, 16_512)], 2, new ParallelOptions()));
        Assert.Throws<ArgumentException>(() => NearestImages.Find(set, queries, new int[16_513], 2, new ParallelOptions()));
        Assert.Throws<ArgumentException>(() => NearestImages.Find(set, queries, [0], 3, new ParallelOptions()));
    }

    static ImageSet Noise(Shape shape, int count, int values, ulong seed)
    {
        var random = new CounterRandom(seed);
        IEnumerable<byte> pixels = Enumerable.Range(0, count * (int)shape.Count)
            .Select(_ => (byte)(random.Below(values) * 255 / (values - 1)));
        return new ImageSet(shape, pixels.ToArray());
    }
}
