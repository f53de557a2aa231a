using System.Runtime.InteropServices;
using GeneratingImages.Core;
using GeneratingImages.Training;
using SkiaSharp;

namespace GeneratingImages.Tests.Figures;

/// <summary>Skia as the independent reader and writer of image files.</summary>
static class Skia
{
    /// <summary>A file's pixels in R, G, B order, row by row.</summary>
    public static (int Width, int Height, SKColorType Type, byte[] Rgb) Read(string path)
    {
        using SKCodec codec = SKCodec.Create(path) ?? throw new InvalidDataException($"Skia cannot open {path}");
        SKImageInfo info = codec.Info;
        var rgba = new byte[info.Width * info.Height * 4];
        GCHandle pinned = GCHandle.Alloc(rgba, GCHandleType.Pinned);
        var into = new SKImageInfo(info.Width, info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        SKCodecResult result = codec.GetPixels(into, pinned.AddrOfPinnedObject());
        pinned.Free();
        Assert.Equal(SKCodecResult.Success, result);
        return (info.Width, info.Height, info.ColorType, [.. rgba.Where((_, i) => i % 4 != 3)]);
    }

    /// <summary>A picture as a file in memory, written by Skia.</summary>
    public static byte[] Encode(Bitmap picture, SKEncodedImageFormat format, byte alpha = 255)
    {
        var rgba = new byte[picture.Width * picture.Height * 4];
        for (int i = 0; i < picture.Width * picture.Height; i++)
        {
            for (int k = 0; k < 3; k++) rgba[4 * i + k] = picture.Pixels[picture.Channels * i + (picture.Channels == 3 ? k : 0)];
            rgba[4 * i + 3] = alpha;
        }

        SKAlphaType kind = alpha == 255 ? SKAlphaType.Opaque : SKAlphaType.Unpremul;
        var info = new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, kind);
        using SKImage image = SKImage.FromPixelCopy(info, rgba);
        using SKData data = image.Encode(format, 95);
        return data.ToArray();
    }

    /// <summary>Seeded noise.</summary>
    public static Bitmap Noise(int height, int width, int channels, int seed)
    {
        var pixels = new byte[height * width * channels];
        new Random(seed).NextBytes(pixels);
        return new Bitmap(Shape.Of(height, width, channels), pixels);
    }

    /// <summary>A smooth picture, as photographs are.</summary>
    public static Bitmap Slope(int height, int width, int channels)
    {
        var pixels = new byte[height * width * channels];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(i / channels % width * 160 / width + i / channels / width * 60 / height + i % channels * 15);
        return new Bitmap(Shape.Of(height, width, channels), pixels);
    }

    /// <summary>The check sum of a PNG chunk, bit by bit, unlike the encoder's table.</summary>
    public static uint Crc32(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data)
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (((crc ^ (uint)(b >> bit)) & 1) * 0xEDB88320u);
        return ~crc;
    }
}
