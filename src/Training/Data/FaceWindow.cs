using System.Runtime.InteropServices;
using GeneratingImages.Core;
using SkiaSharp;

namespace GeneratingImages.Training;

/// <summary>
/// Decodes one photograph of Labeled Faces in the Wild to what the article trains on: rows and columns 80 to 169 of 250, the
/// face, halved by the mean of 2x2 pixels. That mean is what bilinear resizing by exactly 2 computes.
/// </summary>
sealed class FaceWindow
{
    const int Side = 250, Margin = 80, Window = Side - 2 * Margin, Half = Window / 2;
    const int Channels = 3, DecodedChannels = 4;
    const int MostScans = 64;

    // Pinned, because the decoder writes through a pointer.
    readonly byte[] _decoded = GC.AllocateArray<byte>(Side * Side * DecodedChannels, pinned: true);

    /// <summary>The size of a result.</summary>
    public static Shape Image { get; } = Shape.Of(Half, Half, Channels);

    /// <summary>Decodes a file into the bytes of one image, [45, 45, 3].</summary>
    /// <exception cref="InvalidDataException">
    /// The file is not a whole JPEG file of 250x250 pixels, grey or colour, with 8 bits a sample.
    /// </exception>
    public void Decode(byte[] jpeg, Span<byte> pixels)
    {
        JpegHeader header = JpegHeader.Read(jpeg);
        if (header is not { Width: Side, Height: Side })
            throw new InvalidDataException($"is {header.Width}x{header.Height}, expected {Side}x{Side}");
        if (header.Components is not (1 or Channels))
            throw new InvalidDataException($"has {header.Components} components{(header.Components == 4 ? " (CMYK)" : "")}, "
                + "expected 3 (colour) or 1 (grey)");
        if (header.Precision != 8) throw new InvalidDataException($"has {header.Precision} bits a sample, expected 8");
        if (header.Scans > MostScans) throw new InvalidDataException($"has {header.Scans} scans, expected at most {MostScans}");

        using SKData data = SKData.CreateCopy(jpeg);
        using SKCodec codec = SKCodec.Create(data) ?? throw new InvalidDataException("is not decodable as JPEG: damaged");
        if (codec.EncodedFormat != SKEncodedImageFormat.Jpeg || codec.Info.Width != Side || codec.Info.Height != Side)
            throw new InvalidDataException(
                $"is taken for {codec.EncodedFormat} of {codec.Info.Width}x{codec.Info.Height}, expected JPEG of {Side}x{Side}");

        // Without a colour space nothing is converted: these are the decoder's own values.
        var info = new SKImageInfo(Side, Side, SKColorType.Rgba8888, SKAlphaType.Opaque);
        SKCodecResult result = codec.GetPixels(info, Marshal.UnsafeAddrOfPinnedArrayElement(_decoded, 0));
        if (result != SKCodecResult.Success) throw new InvalidDataException($"is not decodable as JPEG ({result}): cut short or damaged");
        Halve(_decoded, pixels);
    }

    /// <summary>The window of [250, 250, 4] pixels, each result (a + b + c + d + 2) / 4 of a 2x2 square.</summary>
    internal static void Halve(ReadOnlySpan<byte> decoded, Span<byte> pixels)
    {
        const int row = Side * DecodedChannels;
        int to = 0;
        for (int y = 0; y < Half; y++)
        {
            ReadOnlySpan<byte> upper = decoded.Slice((Margin + 2 * y) * row + Margin * DecodedChannels, Window * DecodedChannels);
            ReadOnlySpan<byte> lower = decoded.Slice((Margin + 2 * y + 1) * row + Margin * DecodedChannels, Window * DecodedChannels);
            for (int x = 0; x < upper.Length; x += 2 * DecodedChannels)
                for (int c = x; c < x + Channels; c++)
                    pixels[to++] = (byte)(upper[c] + upper[c + DecodedChannels] + lower[c] + lower[c + DecodedChannels] + 2 >> 2);
        }
    }
}
