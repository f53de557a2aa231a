using GeneratingImages.Core;
using GeneratingImages.Training;
using static GeneratingImages.Tests.Data.ArchiveBuilder;

namespace GeneratingImages.Tests.Data;

public class IdxFileTests
{
    const uint Images = 0x803, Labels = 0x801;
    const int Count = 20;

    static readonly byte[] _body = [.. Enumerable.Range(0, Count * 784).Select(i => (byte)(i * 7 + i / 784))];
    static readonly byte[] _raw = Idx(Images, [Count, 28, 28], _body);
    static readonly byte[] _packed = Gzip(_raw);

    static ImageSet Read(string path) => IdxFile.ReadImages(path, Shape.Of(28, 28, 1), Count);

    static byte[] ReadLabels(string path) => IdxFile.ReadLabels(path, Count, 10);

    static byte[] Labelled(int count, byte last) => Idx(Labels, [(uint)count], [.. new byte[count - 1], last]);

    [Fact]
    [Trait("bad-input", "6")]
    public void ReadsPackedAndRaw()
    {
        Assert.Equal(_body, ReadFrom(_packed, Read).Pixels.ToArray());
        Assert.Equal(_body, ReadFrom(_raw, Read).Pixels.ToArray());
        Assert.Equal(9, ReadFrom(Gzip(Labelled(Count, 9)), ReadLabels)[^1]);
    }

    [Fact]
    public void ReadsSeveralGzipMembersAndZeroPadding()
    {
        Assert.Equal(_body, ReadFrom([.. Gzip(_raw[..5000]), .. Gzip(_raw[5000..]), .. new byte[100]], Read).Pixels.ToArray());
        Assert.Equal(_body, ReadFrom([.. Gzip(_raw[..5000]), .. Gzip([]), .. Gzip(_raw[5000..])], Read).Pixels.ToArray());
    }

    [Fact]
    public void ReadsGzipHeadersWithNameCommentExtraAndChecksum()
    {
        byte[] header = [.. _packed[..3], 2 | 4 | 8 | 16, .. _packed[4..10], 3, 0, 1, 2, 3, (byte)'n', 0, (byte)'c', 0, 0xAB, 0xCD];
        Assert.Equal(_body, ReadFrom([.. header, .. _packed[10..]], Read).Pixels.ToArray());
    }

    [Fact]
    [Trait("bad-input", "1")]
    [Trait("bad-input", "2")]
    [Trait("bad-input", "3")]
    public void RefusesEmptyAndEveryTruncation()
    {
        Refused([], Read, "0 bytes");
        foreach (int length in Enumerable.Range(1, 40).Concat([_packed.Length / 2]).Concat(Enumerable.Range(_packed.Length - 20, 20)))
            Refused(_packed[..length], Read);
        foreach (int length in new[] { 1, 3, 4, 15, 16, 17, _raw.Length - 1 }) Refused(_raw[..length], Read);
        Refused(_packed[..^8], Read, "cut short");
        Refused(_packed[..(_packed.Length / 2)], Read, "cut short");
    }

    [Fact]
    [Trait("bad-input", "4")]
    public void RefusesEveryFlippedBitOfTheTrailerAndFlippedBitsElsewhere()
    {
        for (int bit = 0; bit < 64; bit++) Refused(Flip(_packed, (_packed.Length - 8) * 8 + bit), Read, "cut short or damaged");

        // A deflate stream has a few bits without meaning, such as those that fill its last byte: then the images are the same.
        int refused = 0, flipped = 0;
        for (int bit = 160; bit < (_packed.Length - 8) * 8; bit += 97, flipped++)
        {
            try
            {
                Assert.Equal(_body, ReadFrom(Flip(_packed, bit), Read).Pixels.ToArray());
            }
            catch (UserException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, flipped * 9 / 10, flipped);
    }

    [Fact]
    [Trait("bad-input", "5")]
    public void RefusesTrailingBytes()
    {
        Refused([.. _packed, 1, 2, 3], Read, "3 bytes follow");
        Refused([.. _raw, 0], Read, "more than 15680 bytes");
    }

    [Fact]
    [Trait("bad-input", "7")]
    [Trait("bad-input", "8")]
    [Trait("bad-input", "9")]
    [Trait("bad-input", "10")]
    [Trait("bad-input", "11")]
    public void RefusesOtherKindsAndSizes()
    {
        Refused(Gzip(Labelled(Count, 0)), Read, "2049 (labels)", "2051 (images)");
        Refused(_packed, ReadLabels, "2051 (images)", "2049 (labels)");
        Refused("not IDX at all"u8.ToArray(), Read, "not IDX");
        Refused(Idx(Images, [int.MaxValue, 28, 28], _body), Read, "2147483647 images", "expected 20");
        Refused(Idx(Images, [65536, 65536, 65536], _body), Read, "65536 images");
        Refused(Idx(Images, [Count, uint.MaxValue, 28], _body), Read, "4294967295 rows");
        Refused(Idx(Images, [Count, 27, 28], _body), Read, "27 rows", "expected 28");
        Refused(Idx(Images, [Count, 28, 0], _body), Read, "0 columns");
    }

    [Fact]
    [Trait("bad-input", "12")]
    [Trait("bad-input", "14")]
    public void RefusesLabelsThatDoNotFitTheImages()
    {
        Refused(Gzip(Labelled(Count - 1, 0)), ReadLabels, "19 labels", "expected 20");
        Refused(Gzip(Labelled(Count, 10)), ReadLabels, "label 19 is 10", "expected 0 to 9");
    }

    [Fact]
    [Trait("bad-input", "13")]
    public void StopsOneByteBehindWhatIsExpected()
    {
        // A million bytes that unpack to a thousand times as many: allocation in this thread stays near the few that are asked for.
        byte[] bomb = Gzip([.. _raw, .. new byte[200 << 20]]);
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bomb);
            long before = GC.GetAllocatedBytesForCurrentThread();
            UserException refusal = Assert.Throws<UserException>(() => Read(path));
            Assert.Contains("more than 15680 bytes", refusal.Message);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    [Trait("bad-input", "15")]
    public async Task RefusesWhatIsNoRegularFileAtOnce()
    {
        Assert.Contains("is a folder", Assert.Throws<UserException>(() => Read(Path.GetTempPath())).Message);
        Assert.Contains("does not exist", Assert.Throws<UserException>(() => Read("/nowhere/at\nall")).Message);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "pipes and devices have names in the file system on Unix only");
        Assert.Contains("a pipe or a device", Assert.Throws<UserException>(() => Read("/dev/zero")).Message);

        string pipe = Path.Combine(Path.GetTempPath(), $"genimg-{Guid.NewGuid():N}");
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", [pipe]))
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        try
        {
            // Opening the pipe would wait for a writer for ever.
            Task<Exception?> reading = Task.Run(() => Record.Exception(() => Read(pipe)));
            Exception? refusal = await reading.WaitAsync(Patience, TestContext.Current.CancellationToken);
            Assert.Contains("a pipe or a device", Assert.IsType<UserException>(refusal).Message);
        }
        finally
        {
            File.Delete(pipe);
        }
    }

    static byte[] Flip(byte[] bytes, int bit)
    {
        byte[] flipped = [.. bytes];
        flipped[bit / 8] ^= (byte)(1 << bit % 8);
        return flipped;
    }
}
