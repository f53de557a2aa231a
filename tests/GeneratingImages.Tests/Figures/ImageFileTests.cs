using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using GeneratingImages.Core;
using GeneratingImages.Training;
using SkiaSharp;

namespace GeneratingImages.Tests.Figures;

public class ImageFileTests
{
    [Theory]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    public void ReadsWhatSkiaReads(SKEncodedImageFormat format)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a"], Skia.Encode(Skia.Slope(37, 53, 3), format));
        Bitmap read = ImageFile.Read(folder["a"]);
        Assert.Equal(Shape.Of(37, 53, 3), read.Shape);
        Assert.Equal(Skia.Read(folder["a"]).Rgb, read.Pixels);
    }

    [Fact]
    public void BringsAPictureToTheModelsShapeWithoutInverting()
    {
        using var folder = new TemporaryFolder();
        var white = new Bitmap(Shape.Of(300, 200, 3), [.. Enumerable.Repeat((byte)255, 300 * 200 * 3)]);
        File.WriteAllBytes(folder["a.jpg"], Skia.Encode(white, SKEncodedImageFormat.Jpeg));
        Bitmap read = ImageFile.Read(folder["a.jpg"], Shape.Of(28, 28, 1));
        Assert.Equal(Shape.Of(28, 28, 1), read.Shape);
        Assert.All(read.Pixels, value => Assert.Equal(255, value));
    }

    [Fact]
    public void TransparentPartsAreWhite()
    {
        using var folder = new TemporaryFolder();
        var black = new Bitmap(Shape.Of(4, 4, 3), new byte[48]);
        File.WriteAllBytes(folder["a.png"], Skia.Encode(black, SKEncodedImageFormat.Png, alpha: 0));
        Assert.All(ImageFile.Read(folder["a.png"]).Pixels, value => Assert.Equal(255, value));
        File.WriteAllBytes(folder["a.png"], Skia.Encode(black, SKEncodedImageFormat.Png, alpha: 51));
        Assert.All(ImageFile.Read(folder["a.png"]).Pixels, value => Assert.Equal(204, value));
    }

    [Fact]
    public void SixteenBitsBecomeEight()
    {
        using var folder = new TemporaryFolder();
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionMode.Compress, leaveOpen: true)) zlib.Write([0, 0, 0, 0x80, 0x80, 0xFF, 0xFF]);
        byte[] header = [0, 0, 0, 3, 0, 0, 0, 1, 16, 0, 0, 0, 0];
        File.WriteAllBytes(folder["a.png"],
            [.. PngEncoder.Signature, .. Chunk("IHDR", header), .. Chunk("IDAT", data.ToArray()), .. Chunk("IEND", [])]);
        Assert.Equal([0, 128, 255], ImageFile.Read(folder["a.png"], Shape.Of(1, 3, 1)).Pixels);

        static byte[] Chunk(string type, byte[] content)
        {
            byte[] body = [.. Encoding.ASCII.GetBytes(type), .. content], length = new byte[4], crc = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
            BinaryPrimitives.WriteUInt32BigEndian(crc, Skia.Crc32(body));
            return [.. length, .. body, .. crc];
        }
    }

    // Exif 2.32, 4.6.4: the sides at which the file's row 0 and column 0 are to be seen.
    [Theory]
    [InlineData(1, "top", "left")]
    [InlineData(2, "top", "right")]
    [InlineData(3, "bottom", "right")]
    [InlineData(4, "bottom", "left")]
    [InlineData(5, "left", "top")]
    [InlineData(6, "right", "top")]
    [InlineData(7, "right", "bottom")]
    [InlineData(8, "left", "bottom")]
    public void TurnsPicturesAsTheCameraNoted(int orientation, string row0, string column0)
    {
        using var folder = new TemporaryFolder();
        var picture = new Bitmap(Shape.Of(32, 64, 1), new byte[32 * 64]);
        for (int y = 0; y < 16; y++)
            for (int x = 0; x < 16; x++)
                (picture.Pixels[y * 64 + x], picture.Pixels[y * 64 + 48 + x]) = (255, 128);
        byte[] jpeg = Skia.Encode(picture, SKEncodedImageFormat.Jpeg);
        byte[] tag = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0];
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, .. tag, 0, 0, 0, 0];
        File.WriteAllBytes(folder["a.jpg"], [.. jpeg[..2], .. exif, .. jpeg[2..]]);

        Bitmap read = ImageFile.Read(folder["a.jpg"]);
        Assert.Equal(orientation < 5 ? (32, 64) : (64, 32), (read.Height, read.Width));
        Assert.Equal(255, At(read, row0, column0), 6.0);
        Assert.Equal(128, At(read, row0, Opposite(column0)), 6.0);
        Assert.Equal(0, At(read, Opposite(row0), column0), 6.0);
    }

    static string Opposite(string side) => side switch { "top" => "bottom", "bottom" => "top", "left" => "right", _ => "left" };

    static double At(Bitmap picture, string side, string other)
    {
        int y = side == "bottom" || other == "bottom" ? picture.Height - 8 : 8;
        int x = side == "right" || other == "right" ? picture.Width - 8 : 8;
        return picture.Pixels[(y * picture.Width + x) * picture.Channels];
    }
}
