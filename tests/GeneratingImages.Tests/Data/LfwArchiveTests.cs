using GeneratingImages.Core;
using GeneratingImages.Training;
using SkiaSharp;
using static GeneratingImages.Tests.Data.ArchiveBuilder;

namespace GeneratingImages.Tests.Data;

public class LfwArchiveTests
{
    static readonly byte[] _good = Jpeg();

    static LfwArchive.Faces Read(string path) => LfwArchive.Read(path);

    static byte[] Photograph(byte[] jpeg, string name = "lfw-deepfunneled/A_B/A_B_0001.jpg") => Entry(name, jpeg);

    static byte[] Archive(params byte[][] entries) => Gzip(Tar(entries));

    [Fact]
    [Trait("bad-input", "21")]
    public void OrdersByNameAndSkipsWhatIsNoPhotograph()
    {
        byte[] second = Jpeg(seed: 90);
        LfwArchive.Faces faces = ReadFrom(Archive(
            Entry("lfw-deepfunneled/", [], '5'), Entry("link.jpg", [], '2'), Entry("hard.jpg", [], '1'), Entry("pipe.jpg", [], '6'),
            Entry("null.jpg", [], '3'), Entry("block.jpg", [], '4'), Entry("lfw-deepfunneled/._A_0001.jpg", [1]),
            Photograph(second, "lfw-deepfunneled/B/B_0001.jpg"), Photograph(_good)), Read);
        Assert.Equal(["lfw-deepfunneled/A_B/A_B_0001.jpg", "lfw-deepfunneled/B/B_0001.jpg"], faces.Names);
        Assert.Equal(6, faces.Skipped);
        Assert.False(faces.Images[0].SequenceEqual(faces.Images[1]));
    }

    [Fact]
    public void TakesTheMeanOfTwoByTwoPixelsOfTheWindow()
    {
        ReadOnlySpan<byte> face = ReadFrom(Archive(Photograph(_good)), Read).Images[0];
        using SKBitmap whole = SKBitmap.FromImage(SKImage.FromEncodedData(_good));
        for (int y = 0; y < 45; y++)
        {
            for (int x = 0; x < 45; x++)
            {
                SKColor[] square = [.. new[] { (0, 0), (0, 1), (1, 0), (1, 1) }
                    .Select(d => whole.GetPixel(80 + 2 * x + d.Item1, 80 + 2 * y + d.Item2))];
                int at = (y * 45 + x) * 3;
                Assert.Equal(Math.Floor(square.Average(c => c.Red) + 0.5), face[at]);
                Assert.Equal(Math.Floor(square.Average(c => c.Green) + 0.5), face[at + 1]);
                Assert.Equal(Math.Floor(square.Average(c => c.Blue) + 0.5), face[at + 2]);
            }
        }
    }

    [Fact]
    [Trait("bad-input", "26")]
    public void ExpandsGrey()
    {
        ImageSet faces = ReadFrom(Archive(Photograph(Jpeg(grey: true))), Read).Images;
        Assert.Equal(1, JpegHeader.Read(Jpeg(grey: true)).Components);
        for (int i = 0; i < faces[0].Length; i += 3) Assert.True(faces[0][i] == faces[0][i + 1] && faces[0][i] == faces[0][i + 2]);
    }

    [Fact]
    [Trait("bad-input", "24")]
    [Trait("bad-input", "28")]
    [Trait("bad-input", "29")]
    public void RefusesDamagedPhotographsByName()
    {
        foreach (int length in new[] { 0, 1, 2, 3, 20, _good.Length / 2, _good.Length - 100 })
            Refused(Archive(Photograph(_good[..length])), Read, "A_B_0001.jpg'", length > 1 ? "" : "begins with");
        Refused(Archive(Photograph(Jpeg(format: SKEncodedImageFormat.Png))), Read, "begins with 89504e47", "expected a JPEG");
        Refused(Archive(Entry("a\u0007\nb.jpg", _good[..50])), Read, @"a\x07\x0ab.jpg");
    }

    [Fact]
    [Trait("bad-input", "25")]
    [Trait("bad-input", "26")]
    [Trait("bad-input", "27")]
    public void RefusesOtherSizesAndKinds()
    {
        Refused(Archive(Photograph(Jpeg(width: 249))), Read, "249x250", "expected 250x250");
        Refused(Archive(Photograph(WithFrame(f => f.Fill(0xFF, 1, 4)))), Read, "65535x65535");
        Refused(Archive(Photograph(WithFrame(f => f.Fill(0, 1, 4)))), Read, "0x0");
        Refused(Archive(Photograph(WithFrame(f => f.Fill(12, 0, 1)))), Read, "12 bits");
        Refused(Archive(Photograph(WithFrame(f => f.Fill(0x00, 7, 1)))), Read, "sampling 0x0");
        Refused(Archive(Photograph(WithFrame(f => f.Fill(0xFF, 7, 1)))), Read, "sampling 15x15");

        // CMYK: a frame header with a fourth component spliced in.
        int frame = FrameAt(_good);
        byte[] cmyk =
        [
            .. _good[..(frame - 2)], 0, 20, .. _good[frame..(frame + 5)], 4,
            .. _good[(frame + 6)..(frame + 15)], 4, 0x11, 0, .. _good[(frame + 15)..],
        ];
        Refused(Archive(Photograph(cmyk)), Read, "4 components (CMYK)");
    }

    [Fact]
    [Trait("bad-input", "27")]
    public void RefusesThousandsOfScansAndBadTables()
    {
        int scan = MarkerAt(_good, 0xDA);
        byte[] header = _good[..scan], scans = _good[scan..^2];
        byte[] repeated = [.. header, .. Enumerable.Repeat(scans[..200], 1000).SelectMany(s => s), 0xFF, 0xD9];
        Refused(Archive(Photograph(repeated)), Read, "1000 scans");
        byte[] table = [.. _good];
        int huffman = MarkerAt(table, 0xC4);
        table.AsSpan(huffman + 5, 16).Fill(0xFF);
        Refused(Archive(Photograph(table)), Read, "A_B_0001.jpg");
    }

    [Fact]
    [Trait("bad-input", "22")]
    [Trait("bad-input", "23")]
    public void RefusesDamagedArchives()
    {
        byte[] archive = Archive(Photograph(_good));
        Refused(archive[..(archive.Length / 2)], Read);
        Refused(archive[..^4], Read, "cut short");
        Refused(Gzip(Tar(Photograph(_good))[..2000]), Read, "cut short");
        Refused(Archive(Entry("a/b.jpg", [], '0', size: 8L << 30)), Read, "a/b.jpg", "8589934592 bytes");
        Refused(Archive(Photograph(_good, "../x.jpg")), Read, "leads out");
        Refused(Archive(Photograph(_good), Photograph(_good)), Read, "comes twice");
        Refused(Archive(Entry("readme", [1])), Read, "no photographs");
    }

    [Fact]
    [Trait("bad-input", "30")]
    public void RefusesToSplitOneImage()
    {
        ImageSet one = ReadFrom(Archive(Photograph(_good)), Read).Images;
        Assert.Contains("holds 1 images", Assert.Throws<InvalidDataException>(() => Splits.FourToOne("lfw", one, "")).Message);
        string path = Path.Combine(Path.GetTempPath(), $"genimg-{Guid.NewGuid():N}");
        File.WriteAllBytes(path, Archive(Photograph(_good)));
        try
        {
            UserException refusal = Assert.Throws<UserException>(
                () => DataSets.Read(DataSets.Find("lfw"), [path], null, TestContext.Current.CancellationToken));
            Assert.Contains("80 to 20", refusal.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    static int MarkerAt(byte[] jpeg, byte marker) => jpeg.AsSpan().IndexOf(new byte[] { 0xFF, marker });

    // Behind the marker and its length: precision, height, width, number of components, and three bytes for each.
    static int FrameAt(byte[] jpeg) => MarkerAt(jpeg, 0xC0) + 4;

    delegate void Change(Frame frame);

    readonly ref struct Frame(Span<byte> bytes)
    {
        readonly Span<byte> _bytes = bytes;

        public void Fill(byte value, int start, int length) => _bytes.Slice(start, length).Fill(value);
    }

    static byte[] WithFrame(Change change)
    {
        byte[] changed = [.. _good];
        change(new Frame(changed.AsSpan(FrameAt(changed))));
        return changed;
    }
}
