using ScottPlot;
using SkiaSharp;

namespace GeneratingImages.Training;

/// <summary>
/// The one font of all figures, shipped inside the assembly: on a machine without fonts Skia draws no letters and reports nothing.
/// It is Inter (SIL Open Font License, beside the file in <c>Fonts/</c>).
/// </summary>
static class FigureFont
{
    /// <summary>The name ScottPlot knows the font by.</summary>
    public const string Name = "Inter";

    static readonly Lazy<SKTypeface> s_typeface = new(Load);

    /// <summary>The font itself. Shared: never dispose it.</summary>
    public static SKTypeface Typeface => s_typeface.Value;

    /// <summary>Makes every text of a plot use the font.</summary>
    public static void ApplyTo(Plot plot)
    {
        lock (s_typeface)
        {
            if (!Fonts.FontResolvers.OfType<Resolver>().Any()) Fonts.FontResolvers.Insert(0, new Resolver());
            Fonts.Default = Name;
        }

        plot.Font.Set(Name);
    }

    static SKTypeface Load()
    {
        using Stream file = typeof(FigureFont).Assembly.GetManifestResourceStream("Inter-Regular.ttf")!;
        return SKTypeface.FromStream(file) ?? throw new InvalidOperationException("Skia cannot load the font shipped in this assembly");
    }

    // Instead of Fonts.AddFontFile, which needs the font as a file of its own.
    sealed class Resolver : IFontResolver
    {
        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
            fontName == Name ? Typeface : null;

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Name ? Typeface : null;
    }
}
