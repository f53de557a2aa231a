using CsCheck;
using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Figures;

public class ResampleTests
{
    [Fact]
    public void HalvingIsTheRoundedMeanOfFour()
    {
        Bitmap from = Skia.Noise(90, 90, 3, 3), to = Resample.ToShape(from, Shape.Of(45, 45, 3));
        for (int y = 0; y < 45; y++)
            for (int x = 0; x < 45; x++)
                for (int k = 0; k < 3; k++)
                {
                    int At(int dy, int dx) => from.Pixels[((2 * y + dy) * 90 + 2 * x + dx) * 3 + k];
                    Assert.Equal((At(0, 0) + At(0, 1) + At(1, 0) + At(1, 1) + 2) >> 2, to.Pixels[(y * 45 + x) * 3 + k]);
                }
    }

    // Witness: each value by its definition in double, over all inputs.
    [Fact]
    public void EveryValueIsItsDefinitionRounded() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int).Sample((h, w, toH, toW, seed) =>
        {
            Bitmap from = Resample.CropToAspect(Skia.Noise(h, w, 1, seed), toH, toW), to = Resample.ToShape(from, Shape.Of(toH, toW, 1));
            from = Resample.CropToAspect(from, toH, toW);
            for (int y = 0; y < toH; y++)
                for (int x = 0; x < toW; x++)
                {
                    double exact = 0;
                    for (int v = 0; v < from.Height; v++)
                        for (int u = 0; u < from.Width; u++)
                            exact += Weight(y, v, from.Height, toH) * Weight(x, u, from.Width, toW) * from.Pixels[v * from.Width + u];
                    Assert.InRange(to.Pixels[y * toW + x] - exact, -0.501, 0.501);
                }
        }, iter: 60);

    static double Weight(int to, int from, int fromCount, int toCount)
    {
        double size = (double)fromCount / toCount;
        if (fromCount >= toCount) return Math.Max(0, Math.Min(from + 1, (to + 1) * size) - Math.Max(from, to * size)) / size;
        double centre = Math.Clamp((to + 0.5) * size - 0.5, 0, fromCount - 1);
        return Math.Max(0, 1 - Math.Abs(centre - from));
    }

    [Theory]
    [InlineData(100, 40, 28, 28, 40, 40)]
    [InlineData(40, 100, 28, 28, 40, 40)]
    [InlineData(30, 60, 20, 30, 30, 45)]
    [InlineData(1, 1000, 28, 28, 1, 1)]
    public void CutsTheCentre(int height, int width, int toHeight, int toWidth, int cutHeight, int cutWidth)
    {
        Bitmap picture = Skia.Noise(height, width, 3, 9), cut = Resample.CropToAspect(picture, toHeight, toWidth);
        Assert.Equal(Shape.Of(cutHeight, cutWidth, 3), cut.Shape);
        int top = (height - cutHeight) / 2, left = (width - cutWidth) / 2;
        Assert.Equal(picture.Pixels.AsSpan((top * width + left) * 3, cutWidth * 3), cut.Pixels.AsSpan(0, cutWidth * 3));
    }

    [Fact]
    public void GreyIsTheLumaOfBt601()
    {
        var colours = new Bitmap(Shape.Of(1, 5, 3), [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 10, 20, 30]);
        Assert.Equal([76, 150, 29, 255, 18], Resample.WithChannels(colours, 1).Pixels);
        Assert.Equal([7, 7, 7], Resample.WithChannels(new Bitmap(Shape.Of(1, 1, 1), [7]), 3).Pixels);
    }

    [Fact]
    public void ValuesAreCutToTheirRange()
    {
        float[] values = [-1, 0, 0.5f, 1, 2, float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        Assert.Equal([0, 0, 128, 255, 255, 0, 255, 0], Bitmap.FromFloats(Shape.Of(2, 4, 1), values).Pixels);
        Assert.Equal(2, Bitmap.ManyFromFloats(Shape.Of(2, 2, 1), values).Length);
        Assert.Throws<ArgumentException>(() => Bitmap.FromFloats(Shape.Of(2, 2, 1), values));
        Assert.Throws<ArgumentException>(() => new Bitmap(Shape.Of(2, 2, 2), new byte[8]));
        Bitmap all = new(Shape.Of(16, 16, 1), [.. Enumerable.Range(0, 256).Select(i => (byte)i)]);
        Assert.Equal(all.Pixels, Bitmap.FromFloats(all.Shape, all.ToFloats()).Pixels);
    }
}
