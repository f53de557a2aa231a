using System.Runtime.Intrinsics;
using GeneratingImages.Core;

namespace GeneratingImages.Tests.Data;

public class CounterRandomTests
{
    // The published answers: file kat_vectors of Random123, lines "philox4x32 10".
    [Theory]
    [InlineData(0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8)]
    [InlineData(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd)]
    [InlineData(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1)]
    public void GivesThePublishedWords(
        uint c0, uint c1, uint c2, uint c3, uint key0, uint key1, uint w0, uint w1, uint w2, uint w3)
    {
        var random = new CounterRandom(seed: (ulong)key1 << 32 | key0, stream: (ulong)c3 << 32 | c2);
        Assert.Equal(Vector128.Create(w0, w1, w2, w3), random.Block((ulong)c1 << 32 | c0));
    }

    [Fact]
    public void WordsFollowEachOtherBlockByBlock()
    {
        var random = new CounterRandom(0, 0);
        Assert.Equal([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8], Enumerable.Range(0, 4).Select(i => random.At((ulong)i)));
        Assert.Equal(random.Block(12_345)[2], random.At(4 * 12_345 + 2));
        Assert.Equal(random.Block(ulong.MaxValue / 4)[3], random.At(ulong.MaxValue));
    }

    [Fact]
    public void NextWalksTheStreamAndPositionReturnsToAPlace()
    {
        var random = new CounterRandom(7, 9);
        uint[] walked = [.. Enumerable.Range(0, 11).Select(_ => random.Next())];
        Assert.Equal(11ul, random.Position);
        Assert.Equal(walked, Enumerable.Range(0, 11).Select(i => new CounterRandom(7, 9).At((ulong)i)));
        random.Position = 5;
        Assert.Equal(walked[5], random.Next());
    }

    // The published test vectors of FNV-1a with 64 bits.
    [Theory]
    [InlineData("", 0xcbf29ce484222325)]
    [InlineData("a", 0xaf63dc4c8601ec8c)]
    [InlineData("foobar", 0x85944171f73967e8)]
    public void StreamNumbersAreFnv1a(string name, ulong hash) => Assert.Equal(hash, CounterRandom.StreamOf(name));

    [Fact]
    public void UniformNumbersFillTheUnitIntervalEvenly()
    {
        var random = new CounterRandom(1);
        var counts = new int[64];
        const int n = 64_000;
        double sum = 0;
        for (int i = 0; i < n; i++)
        {
            float u = random.NextUniform();
            Assert.InRange(u, 0f, 1f - 1f / (1 << 24));
            counts[(int)(u * 64)]++;
            sum += u;
        }

        // Chi-squared with 63 degrees of freedom exceeds 103 once in a thousand; the seed is fixed, so this never flickers.
        Assert.InRange(counts.Sum(c => (c - 1000.0) * (c - 1000.0) / 1000.0), 0, 103);
        Assert.Equal(0.5, sum / n, 0.005);
    }

    [Fact]
    public void BelowIsUnbiasedWhereTheRangeDoesNotDivideThePowerOfTwo()
    {
        // Of 3 * 2^29 values, a plain modulo would give the lower half of the range twice as often as needed.
        const int n = 3 << 29;
        var random = new CounterRandom(3);
        var thirds = new int[3];
        for (int i = 0; i < 30_000; i++)
        {
            int value = random.Below(n);
            Assert.InRange(value, 0, n - 1);
            thirds[value / (1 << 29)]++;
        }

        Assert.All(thirds, t => Assert.InRange(t, 9_700, 10_300));
        Assert.Equal(0, random.Below(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Below(0));
    }

    [Fact]
    public void ShufflesReachEveryOrderEquallyOften()
    {
        var random = new CounterRandom(11);
        var counts = new Dictionary<string, int>();
        for (int i = 0; i < 24_000; i++)
        {
            int[] items = [0, 1, 2, 3];
            random.Shuffle(items);
            string order = string.Join(',', items);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(24, counts.Count);
        Assert.All(counts.Values, c => Assert.InRange(c, 870, 1_130));
    }
}
