using GeneratingImages.Training;
using SkiaSharp;

namespace GeneratingImages.Tests.Figures;

public class PngTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 1, 3)]
    [InlineData(7, 1, 1)]
    [InlineData(1, 9, 3)]
    [InlineData(5, 3, 3)]
    [InlineData(28, 28, 1)]
    [InlineData(45, 45, 3)]
    [InlineData(131, 257, 1)]
    [InlineData(257, 131, 3)]
    public void SkiaReadsWhatWasWritten(int height, int width, int channels)
    {
        using var folder = new TemporaryFolder();
        foreach (Bitmap picture in (Bitmap[])[Skia.Noise(height, width, channels, 1), Skia.Slope(height, width, channels)])
        {
            ImageFile.Write(folder["a.png"], picture);
            var (w, h, type, rgb) = Skia.Read(folder["a.png"]);
            Assert.Equal((width, height), (w, h));
            Assert.Equal(channels == 1, type == SKColorType.Gray8);
            byte[] expected = channels == 3 ? picture.Pixels : [.. picture.Pixels.SelectMany(value => new[] { value, value, value })];
            Assert.Equal(expected, rgb);

            Bitmap back = ImageFile.Read(folder["a.png"]);
            Assert.Equal(picture.Shape, back.Shape);
            Assert.Equal(picture.Pixels, back.Pixels);
        }
    }

    [Fact]
    public void FiltersMakeSmoothPicturesSmall()
    {
        using var folder = new TemporaryFolder();
        ImageFile.Write(folder["a.png"], Skia.Slope(200, 200, 3));
        // Unfiltered, the differing values leave deflate far more than a twentieth.
        Assert.InRange(new FileInfo(folder["a.png"]).Length, 1, 200 * 200 * 3 / 20);
    }
}
