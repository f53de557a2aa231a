using System.Runtime.InteropServices;
using GeneratingImages.Core;
using SkiaSharp;

namespace GeneratingImages.Training;

/// <summary>PNG files out, PNG and JPEG files in.</summary>
public static class ImageFile
{
    /// <summary>The most pixels a file may hold, 50 million: reading takes four bytes for each.</summary>
    public const long MaxPixels = 50_000_000;

    /// <summary>The most bytes a file may have, 128 MiB.</summary>
    public const long MaxBytes = 128L << 20;

    // Every scan of a progressive JPEG visits the whole picture, and a few bytes make a scan.
    const long MaxScannedPixels = 2_000_000_000;

    /// <summary>Writes a picture as PNG. The file appears whole or not at all; an older one of that name is replaced.</summary>
    /// <exception cref="UserException">The file cannot be written there.</exception>
    public static void Write(string path, Bitmap picture) => FigureFile.Write(path, stream => PngEncoder.Encode(stream, picture));

    /// <summary>
    /// Reads a person's PNG or JPEG of any size for a model: cut at the centre to the model's proportions, made grey (luma of ITU-R
    /// BT.601) or RGB, shrunk by area averaging or enlarged bilinearly. Brightness is left alone: MNIST has white strokes on black,
    /// and a dark drawing on white paper stays one.
    /// </summary>
    /// <param name="path">A regular file.</param>
    /// <param name="shape">The model's image: [height, width, channels].</param>
    /// <exception cref="UserException">The file is missing, no PNG or JPEG, damaged, or larger than the limits.</exception>
    public static Bitmap Read(string path, Shape shape) => Resample.ToShape(Read(path), shape);

    /// <summary>
    /// Reads a PNG or JPEG as it is: grey stays grey, all else becomes RGB. The orientation a camera noted is applied, transparent
    /// parts are laid over white; a colour profile is not applied.
    /// </summary>
    /// <exception cref="UserException">The file is missing, no PNG or JPEG, damaged, or larger than the limits.</exception>
    public static Bitmap Read(string path) => Read(path, ReadBytes(path));

    /// <summary>Reads a file's bytes; the path is for messages.</summary>
    internal static Bitmap Read(string path, byte[] file)
    {
        bool png = file.AsSpan().StartsWith(PngEncoder.Signature);
        if (!png && !file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            throw new UserException($"{path}: starts with {Convert.ToHexString(file.AsSpan(0, Math.Min(4, file.Length)))}, "
                + "which is neither PNG nor JPEG; convert the picture to one of these");

        string kind = png ? "PNG" : "JPEG";
        using SKData data = SKData.CreateCopy(file);
        using SKCodec codec = SKCodec.Create(data)
            ?? throw new UserException($"{path}: the {kind} header is damaged or of an unknown kind; save the picture again");
        SKImageInfo info = codec.Info;
        long count = (long)info.Width * info.Height;
        if (count is <= 0 or > MaxPixels)
            throw new UserException(FormattableString.Invariant(
                $"{path}: {info.Width} x {info.Height} pixels, at most {MaxPixels / 1_000_000} million are read; ")
                + "shrink the picture first");
        int scans = png ? 1 : CountScans(file);
        if (scans * count > MaxScannedPixels)
            throw new UserException($"{path}: {scans} scans over {count} pixels would take too long; save the picture as a plain JPEG");

        byte[] rgba = Decode(path, kind, codec, info);
        bool grey = info.ColorType is SKColorType.Gray8 && info.AlphaType is SKAlphaType.Opaque;
        return Orient(Flatten(rgba, info.Width, info.Height, grey), codec.EncodedOrigin);
    }

    // FIFOs, devices and the kernel's own files state a length of 0, so they are refused before anything can block or run without end.
    static byte[] ReadBytes(string path)
    {
        try
        {
            string target = FigureFile.FollowLinks(path);
            if (Directory.Exists(target)) throw new UserException($"{path}: is a folder; name one PNG or JPEG file");
            var file = new FileInfo(target);
            if (!file.Exists) throw new UserException($"{path}: no such file; check the name");
            if (file.Length == 0) throw new UserException($"{path}: is empty or no regular file; name a PNG or JPEG file");
            if (file.Length > MaxBytes)
                throw new UserException($"{path}: {file.Length} bytes, at most {MaxBytes} are read; shrink the picture first");
            byte[] bytes = new byte[file.Length];
            using FileStream stream = file.OpenRead();
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UserException($"{path}: cannot be read: {e.Message.TrimEnd('.')}; check name and permissions", e);
        }
    }

    // Marker FF DA starts a scan; within a scan's data FF is always followed by 00 or a restart marker (ITU-T T.81, B.1.1.5).
    static int CountScans(ReadOnlySpan<byte> jpeg) => jpeg.Count((ReadOnlySpan<byte>)[0xFF, 0xDA]);

    static byte[] Decode(string path, string kind, SKCodec codec, SKImageInfo info)
    {
        byte[] rgba = new byte[info.Width * info.Height * 4];
        GCHandle pinned = GCHandle.Alloc(rgba, GCHandleType.Pinned);
        try
        {
            var into = new SKImageInfo(info.Width, info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
            SKCodecResult result = codec.GetPixels(into, pinned.AddrOfPinnedObject());
            return result == SKCodecResult.Success
                ? rgba
                : throw new UserException($"{path}: the {kind} data is {(result == SKCodecResult.IncompleteInput ? "cut off" : "damaged")} "
                    + $"({result}); copy or save the picture again");
        }
        finally
        {
            pinned.Free();
        }
    }

    static Bitmap Flatten(byte[] rgba, int width, int height, bool grey)
    {
        int channels = grey ? 1 : 3;
        var pixels = new byte[width * height * channels];
        for (int i = 0; i < width * height; i++)
        {
            int alpha = rgba[4 * i + 3];
            for (int k = 0; k < channels; k++)
                pixels[i * channels + k] = (byte)((rgba[4 * i + k] * alpha + 255 * (255 - alpha) + 127) / 255);
        }

        return new Bitmap(Shape.Of(height, width, channels), pixels);
    }

    // The names say where the file's first row and column belong (Exif 2.32, tag 0x0112).
    static Bitmap Orient(Bitmap picture, SKEncodedOrigin origin)
    {
        if (origin == SKEncodedOrigin.TopLeft) return picture;
        bool swapped = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom
            or SKEncodedOrigin.LeftBottom;
        bool right = origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight or SKEncodedOrigin.RightTop
            or SKEncodedOrigin.RightBottom;
        bool bottom = origin is SKEncodedOrigin.BottomRight or SKEncodedOrigin.BottomLeft or SKEncodedOrigin.RightBottom
            or SKEncodedOrigin.LeftBottom;
        int height = swapped ? picture.Width : picture.Height, width = swapped ? picture.Height : picture.Width, c = picture.Channels;
        var pixels = new byte[picture.Pixels.Length];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                int v = bottom ? height - 1 - y : y, u = right ? width - 1 - x : x;
                int from = swapped ? u * picture.Width + v : v * picture.Width + u;
                picture.Pixels.AsSpan(from * c, c).CopyTo(pixels.AsSpan((y * width + x) * c));
            }

        return new Bitmap(Shape.Of(height, width, c), pixels);
    }
}
