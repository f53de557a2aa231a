using System.Buffers.Binary;
using System.Diagnostics;
using GeneratingImages.Core;
using GeneratingImages.Training;
using SkiaSharp;

namespace GeneratingImages.Tests.Figures;

public class HostileImageTests
{
    static byte[] Jpeg() => Skia.Encode(Skia.Noise(40, 40, 3, 5), SKEncodedImageFormat.Jpeg);

    static byte[] Png()
    {
        using var stream = new MemoryStream();
        PngEncoder.Encode(stream, Skia.Noise(40, 40, 3, 6));
        return stream.ToArray();
    }

    static string Refusal(byte[] file)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.png"], file);
        string message = Assert.Throws<UserException>(() => ImageFile.Read(folder["a.png"], Shape.Of(28, 28, 1))).Message;
        Assert.StartsWith(folder["a.png"] + ": ", message);
        Assert.DoesNotContain('\n', message);
        return message;
    }

    [Fact]
    [Trait("bad-input", "24")]
    public void EveryTruncationIsRefused()
    {
        byte[] jpeg = Jpeg(), png = Png();
        for (int length = 0; length < jpeg.Length - 2; length += 17) Refusal(jpeg[..length]);
        // Without its end marker alone a PNG still has every pixel.
        for (int length = 0; length < png.Length - 20; length += 53) Refusal(png[..length]);
        Assert.Contains("cut off", Refusal(jpeg[..(jpeg.Length / 2)]));
        Assert.Contains("cut off", Refusal(png[..(png.Length / 2)]));
    }

    [Fact]
    public void ChangedBytesGiveAPictureOrALine()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(7);
        foreach (byte[] good in (byte[][])[Jpeg(), Png()])
            for (int i = 0; i < 300; i++)
            {
                byte[] bad = [.. good];
                for (int n = random.Next(1, 6); n > 0; n--) bad[random.Next(i % 2 == 0 ? 64 : bad.Length)] = (byte)random.Next(256);
                File.WriteAllBytes(folder["a"], bad);
                try
                {
                    Assert.Equal(Shape.Of(28, 28, 3), ImageFile.Read(folder["a"], Shape.Of(28, 28, 3)).Shape);
                }
                catch (UserException e)
                {
                    Assert.StartsWith(folder["a"], e.Message);
                }
            }
    }

    [Theory]
    [Trait("bad-input", "25")]
    [InlineData(60_000, 60_000)]
    [InlineData(50_000_001, 1)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void HugePicturesAreRefusedBeforeAllocation(int width, int height)
    {
        byte[] png = Png();
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Skia.Crc32(png.AsSpan(12, 17)));
        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Refusal(png);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        // Skia itself refuses sizes that overflow its own arithmetic.
        if (width == 60_000) Assert.Contains("60000 x 60000 pixels, at most 50 million", message);
    }

    [Fact]
    [Trait("bad-input", "27")]
    public void ManyScansOverManyPixelsAreRefused()
    {
        byte[] jpeg = Jpeg();
        int frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), 7000);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), 7000);
        byte[] scans = [.. Enumerable.Repeat<byte[]>([0xFF, 0xDA], 100).SelectMany(scan => scan)];
        Assert.Contains("scans", Refusal([.. jpeg, .. scans]));
    }

    [Fact]
    public void OtherKindsAreNamed()
    {
        Assert.Contains("neither PNG nor JPEG", Refusal("Dear Sir or Madam"u8.ToArray()));
        Assert.Contains("neither PNG nor JPEG", Refusal("GIF89a..............."u8.ToArray()));
        Assert.Contains("neither PNG nor JPEG", Refusal([1]));
        Assert.Contains("empty", Refusal([]));
    }

    [Fact]
    public void WhatIsNoRegularFileIsRefusedAtOnce()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("is a folder", Assert.Throws<UserException>(() => ImageFile.Read(folder.Root)).Message);
        Assert.Contains("no such file", Assert.Throws<UserException>(() => ImageFile.Read(folder["missing.png"])).Message);
        Assert.Throws<UserException>(() => ImageFile.Read(""));
        Assert.Throws<UserException>(() => ImageFile.Read("a\0b"));
        File.CreateSymbolicLink(folder["loop.png"], folder["loop.png"]);
        Assert.Throws<UserException>(() => ImageFile.Read(folder["loop.png"]));
    }

    [Fact]
    [Trait("bad-input", "15")]
    public void DevicesAndPipesDoNotBlock()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("no /dev/zero and no FIFO on Windows");
        using var folder = new TemporaryFolder();
        using (Process mkfifo = Process.Start("mkfifo", [folder["fifo.png"]])) mkfifo.WaitForExit();
        File.CreateSymbolicLink(folder["zero.png"], "/dev/zero");
        foreach (string path in (string[])[folder["fifo.png"], "/dev/zero", folder["zero.png"]])
            Assert.Contains("no regular file", Assert.Throws<UserException>(() => ImageFile.Read(path)).Message);
    }
}
