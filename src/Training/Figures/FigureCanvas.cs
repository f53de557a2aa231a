using GeneratingImages.Core;
using SkiaSharp;

namespace GeneratingImages.Training;

/// <summary>A white surface measured in points, drawn with a whole number of pixels to the point so that letters are crisp.</summary>
sealed class FigureCanvas : IDisposable
{
    const long MaxPixels = 100_000_000;

    readonly SKSurface _surface;
    readonly int _width;
    readonly int _height;

    /// <summary>A surface of <paramref name="width"/> x <paramref name="height"/> points.</summary>
    public FigureCanvas(int width, int height, int pixelsPerPoint)
    {
        long pixels = (long)width * height * pixelsPerPoint * pixelsPerPoint;
        (_width, _height) = (width * pixelsPerPoint, height * pixelsPerPoint);
        var info = new SKImageInfo(_width, _height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        SKSurface? surface = pixels > MaxPixels ? null : SKSurface.Create(info);
        _surface = surface
            ?? throw new UserException($"a figure of {pixels} pixels cannot be drawn, at most {MaxPixels} can; show fewer pictures");
        Skia.Clear(SKColors.White);
        Skia.Scale(pixelsPerPoint);
    }

    /// <summary>Skia's own interface, in points.</summary>
    public SKCanvas Skia => _surface.Canvas;

    /// <summary>The width of a text in points.</summary>
    public static float Measure(string text, float size)
    {
        using SKFont font = Font(size);
        return font.MeasureText(text);
    }

    /// <summary>Writes a text from its baseline; what is wider than <paramref name="room"/> is set smaller, then cut with an
    /// ellipsis.</summary>
    public void Text(string text, float x, float baseline, float size, SKColor colour, SKTextAlign align = SKTextAlign.Left,
        float room = float.MaxValue)
    {
        float fitted = Math.Clamp(size * room / Math.Max(1, Measure(text, size)), size * 0.8f, size);
        using SKFont font = Font(fitted);
        if (font.MeasureText(text) > room)
        {
            while (text.Length > 1 && font.MeasureText(text + "…") > room) text = text[..^1].TrimEnd();
            text += "…";
        }

        using var paint = new SKPaint { Color = colour, IsAntialias = true };
        Skia.DrawText(text, x, baseline, align, font, paint);
    }

    /// <summary>Draws a straight line; <paramref name="dash"/> holds the lengths of ink and gap in turn.</summary>
    public void Line(float x0, float y0, float x1, float y1, SKColor colour, float width, float[]? dash = null)
    {
        using SKPathEffect? effect = dash is null ? null : SKPathEffect.CreateDash(dash, 0);
        using var paint = new SKPaint { Color = colour, StrokeWidth = width, IsAntialias = true, IsStroke = true, PathEffect = effect };
        Skia.DrawLine(x0, y0, x1, y1, paint);
    }

    /// <summary>Draws a picture enlarged without smoothing, as a model's pixels are; a hairline around it shows where a white one
    /// ends.</summary>
    public void Picture(Bitmap picture, float x, float y, float scale)
    {
        byte[] rgb = Resample.WithChannels(picture, 3).Pixels;
        var rgba = new byte[picture.Width * picture.Height * 4];
        for (int i = 0; i < picture.Width * picture.Height; i++)
        {
            rgb.AsSpan(3 * i, 3).CopyTo(rgba.AsSpan(4 * i));
            rgba[4 * i + 3] = 255;
        }

        var info = new SKImageInfo(picture.Width, picture.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        using SKImage image = SKImage.FromPixelCopy(info, rgba);
        var area = SKRect.Create(x, y, picture.Width * scale, picture.Height * scale);
        using var frame = new SKPaint { Color = FigureStyle.Colour(FigureStyle.Hairline) };
        Skia.DrawRect(SKRect.Inflate(area, 0.5f, 0.5f), frame);
        Skia.DrawImage(image, area, new SKSamplingOptions(SKFilterMode.Nearest));
    }

    /// <summary>What has been drawn so far, in RGB.</summary>
    public Bitmap ToBitmap()
    {
        using SKImage image = _surface.Snapshot();
        using SKPixmap pixels = image.PeekPixels();
        ReadOnlySpan<byte> rgba = pixels.GetPixelSpan();
        var rgb = new byte[_width * _height * 3];
        for (int i = 0; i < _width * _height; i++) rgba.Slice(4 * i, 3).CopyTo(rgb.AsSpan(3 * i));
        return new Bitmap(Shape.Of(_height, _width, 3), rgb);
    }

    /// <inheritdoc/>
    public void Dispose() => _surface.Dispose();

    static SKFont Font(float size) =>
        new(FigureFont.Typeface, size) { Subpixel = true, Edging = SKFontEdging.Antialias, Hinting = SKFontHinting.None };
}
