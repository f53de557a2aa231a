using SkiaSharp;

namespace GeneratingImages.Training;

/// <summary>The colours all figures share.</summary>
static class FigureStyle
{
    /// <summary>Titles and names.</summary>
    public const string Ink = "#111827";

    /// <summary>Numbers, axes and second lines.</summary>
    public const string Muted = "#6B7280";

    /// <summary>Grid lines and hairlines.</summary>
    public const string Hairline = "#E5E7EB";

    /// <summary>Lines in the order they are drawn; neighbours differ in lightness too, so that they survive a grey print.</summary>
    public static readonly string[] Palette = ["#2563EB", "#EA580C", "#0D9488", "#7C3AED", "#DB2777", "#65A30D", "#0891B2", "#854D0E"];

    /// <summary>A colour for Skia.</summary>
    public static SKColor Colour(string hex) => SKColor.Parse(hex);
}
