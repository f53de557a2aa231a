using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace GeneratingImages.Training;

/// <summary>A value to compare with, drawn as a thin dashed line across the plot.</summary>
/// <param name="Label">What it is, such as <c>linear floor</c>.</param>
/// <param name="Value">Where it stands on the y axis.</param>
public sealed record ReferenceLine(string Label, double Value);

/// <summary>
/// A line plot as a PNG with two pixels each way for every point of its size. Set what is needed, then call <see cref="Write"/>.
/// </summary>
public sealed class LinePlot
{
    const int PixelsPerPoint = 2, Side = 28, LegendRow = 22, Bottom = 64, Left = 88;

    const int CaptionSize = 12, CaptionGap = 6;

    /// <summary>The width in points; letters keep their size.</summary>
    public int Width { get; init; } = 960;

    /// <summary>The height in points.</summary>
    public int Height { get; init; } = 560;

    /// <summary>The first line above the plot.</summary>
    public string Title { get; init; } = "";

    /// <summary>What the x axis shows.</summary>
    public string XLabel { get; init; } = "";

    /// <summary>What the y axis shows.</summary>
    public string YLabel { get; init; } = "";

    /// <summary>The lines, in the order of the legend.</summary>
    public IEnumerable<PlotSeries> Series { get; init; } = [];

    /// <summary>Values to compare with.</summary>
    public IEnumerable<ReferenceLine> ReferenceLines { get; init; } = [];

    /// <summary>Spaces x by its logarithm and marks every x that occurs: right for latent sizes 16, 32, 64, ...</summary>
    public bool LogarithmicX { get; init; }

    /// <summary>Spaces y by its logarithm; when not set, it does so if all values are positive and the largest is over 8 times the
    /// smallest.</summary>
    public bool? LogarithmicY { get; init; }

    /// <summary>Writes the plot as PNG, whole or not at all.</summary>
    /// <exception cref="UserException">There is nothing to draw, a series has not as many x as y, or the file cannot be
    /// written.</exception>
    public void Write(string path)
    {
        try
        {
            byte[] png = ToPng();
            FigureFile.Write(path, stream => stream.Write(png));
        }
        catch (UserException e) when (!e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new UserException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>The plot as PNG.</summary>
    /// <exception cref="UserException">There is nothing to draw, or a series has not as many x as y.</exception>
    public byte[] ToPng()
    {
        PlotSeries[] series = [.. Series];
        ReferenceLine[] references = [.. ReferenceLines.Where(line => double.IsFinite(line.Value))];
        foreach (PlotSeries s in series)
            if (s.X.Count != s.Y.Count)
                throw new UserException($"series '{s.Label}' has {s.X.Count} x and {s.Y.Count} y values; give as many of each");
        double[] ys = [.. series.SelectMany(s => s.Y).Where(double.IsFinite)];
        if (ys.Length == 0) throw new UserException("no series has a finite value, so there is nothing to draw");

        double[] all = [.. ys, .. references.Select(line => line.Value)];
        bool logY = (LogarithmicY ?? all.Max() > 8 * all.Min()) && all.Min() > 0;
        double[] xs = [.. series.SelectMany(s => s.X).Where(double.IsFinite).Distinct().Order()];
        bool logX = LogarithmicX && xs[0] > 0;
        using var canvas = new FigureCanvas(Width, Height, PixelsPerPoint);
        var right = (int)Math.Clamp(references.Select(line => CaptionWidth(line) + 28).DefaultIfEmpty(28).Max(), 28, Width / 4);
        var (plot, low, high) = Draw(series, references, xs, all, logX, logY);
        (float X, float Y)[] places = LegendPlaces(series);
        var area = new PixelRect(Left, Width - right, Height - Bottom, places[^1].Y + LegendRow + 3);
        plot.Layout.Fixed(area);
        plot.Render(canvas.Skia, new PixelRect(0, Width, Height, 0));
        canvas.Text(Title, Side, 42, 20, FigureStyle.Colour(FigureStyle.Ink), room: Width - 2 * Side);
        Legend(canvas, series, places);
        Captions(canvas, references, area, value => area.Bottom - (float)((At(value, logY) - low) / (high - low)) * area.Height);
        using var png = new MemoryStream();
        PngEncoder.Encode(png, canvas.ToBitmap());
        return png.ToArray();
    }

    (Plot Plot, double Low, double High) Draw(
        PlotSeries[] series, ReferenceLine[] references, double[] xs, double[] values, bool logX, bool logY)
    {
        var plot = new Plot();
        FigureFont.ApplyTo(plot);
        Color muted = Color.FromHex(FigureStyle.Muted);
        foreach (ReferenceLine line in references)
        {
            var drawn = plot.Add.HorizontalLine(At(line.Value, logY), 1, muted, LinePattern.Dashed);
            drawn.EnableAutoscale = false;
        }

        for (int i = 0; i < series.Length; i++)
        {
            PlotSeries s = series[i];
            var drawn = plot.Add.Scatter(
                [.. s.X.Select(x => At(x, logX))], s.Y.Select(y => At(y, logY)).ToArray(), Color.FromHex(ColourOf(s, i)));
            var (pattern, width, shape, size) = s.Style switch
            {
                SeriesStyle.Rings => (LinePattern.Dotted, 1.5f, MarkerShape.OpenCircle, 11),
                SeriesStyle.Bars => (LinePattern.Dashed, 1.5f, MarkerShape.HorizontalBar, 18),
                _ => (LinePattern.Solid, 2, MarkerShape.FilledCircle, 6),
            };
            (drawn.LinePattern, drawn.LineWidth, drawn.MarkerShape, drawn.MarkerLineWidth) = (pattern, width, shape, 2);
            // Markers keep single points visible; past some thirty they would only thicken the line.
            drawn.MarkerSize = s.X.Count <= 32 ? size : 0;
        }

        var (left, end) = Limits(At(xs[0], logX), At(xs[^1], logX), 0.03, 0.5);
        double alone = logY ? 0.15 : Math.Max(Math.Abs(values[0]) * 0.2, 1e-12);
        var (low, high) = Limits(At(values.Min(), logY), At(values.Max(), logY), 0.06, alone);
        plot.Axes.SetLimits(left, end, low, high);

        double[] xTicks = logX ? xs : AxisTicks.Linear(left, end, 21);
        bool whole = !logX && xs.All(double.IsInteger);
        double[] yTicks = logY ? AxisTicks.Logarithmic(Math.Pow(10, low), Math.Pow(10, high)) : AxisTicks.Linear(low, high, 6);
        plot.Axes.Bottom.TickGenerator = Ticks(whole ? xTicks.Where(double.IsInteger) : xTicks, logX);
        plot.Axes.Left.TickGenerator = Ticks(yTicks, logY);
        Style(plot, muted);
        return (plot, low, high);
    }

    void Style(Plot plot, Color muted)
    {
        plot.Axes.Right.IsVisible = plot.Axes.Top.IsVisible = false;
        plot.Axes.Left.FrameLineStyle.IsVisible = false;
        plot.Axes.Bottom.FrameLineStyle.Color = Color.FromHex("#9CA3AF");
        foreach (IAxis axis in (IAxis[])[plot.Axes.Left, plot.Axes.Bottom])
        {
            axis.TickLabelStyle.FontSize = 13;
            axis.TickLabelStyle.ForeColor = muted;
            axis.MajorTickStyle.Length = axis == plot.Axes.Left ? 0 : 4;
            axis.MajorTickStyle.Color = Color.FromHex("#9CA3AF");
        }

        foreach (var (label, text) in new[] { (plot.Axes.Left.Label, YLabel), (plot.Axes.Bottom.Label, XLabel) })
        {
            label.Text = text;
            label.FontSize = 13;
            label.Bold = false;
            label.ForeColor = Color.FromHex(FigureStyle.Ink);
        }

        plot.Grid.MajorLineColor = Color.FromHex(FigureStyle.Hairline);
        plot.Grid.XAxisStyle.IsVisible = false;
    }

    // Above the plot, where it can cover no point; in as many rows as it takes.
    (float X, float Y)[] LegendPlaces(PlotSeries[] series)
    {
        float x = Side, y = 67;
        var places = new (float, float)[series.Length];
        for (int i = 0; i < series.Length; i++)
        {
            float width = 29 + FigureCanvas.Measure(series[i].Label, 13);
            if (x > Side && x + width > Width - Side) (x, y) = (Side, y + LegendRow);
            places[i] = (x, y);
            x += width + 24;
        }

        return places;
    }

    void Legend(FigureCanvas canvas, PlotSeries[] series, (float X, float Y)[] places)
    {
        for (int i = 0; i < series.Length; i++)
        {
            var (x, y) = places[i];
            SKColor colour = FigureStyle.Colour(ColourOf(series[i], i));
            LegendMark(canvas, series[i].Style, x, y, colour);
            canvas.Text(series[i].Label, x + 29, y + 4.5f, 13, FigureStyle.Colour(FigureStyle.Ink), room: Width - Side - x - 29);
        }
    }

    static void LegendMark(FigureCanvas canvas, SeriesStyle style, float x, float y, SKColor colour)
    {
        using var paint = new SKPaint
        {
            Color = colour, IsAntialias = true, StrokeWidth = 2, Style = style == SeriesStyle.Rings ? SKPaintStyle.Stroke : SKPaintStyle.Fill,
        };
        if (style == SeriesStyle.Line) canvas.Line(x, y, x + 22, y, colour, 2.5f);
        if (style == SeriesStyle.Bars) canvas.Line(x + 2, y, x + 20, y, colour, 2);
        else canvas.Skia.DrawCircle(x + 11, y, style == SeriesStyle.Rings ? 5 : 3.5f, paint);
    }

    // Right of the plot at the line's height; those too near to each other are pushed apart, in their order.
    void Captions(FigureCanvas canvas, ReferenceLine[] references, PixelRect area, Func<double, float> toY)
    {
        const float apart = 16;
        ReferenceLine[] ordered = [.. references.OrderByDescending(line => line.Value)];
        float[] y = [.. ordered.Select(line => toY(line.Value))];
        for (int pass = 0; pass < 100; pass++)
            for (int i = 1; i < y.Length; i++)
                if (y[i] - y[i - 1] is var gap && gap < apart)
                    (y[i - 1], y[i]) = (y[i - 1] - (apart - gap) / 2, y[i] + (apart - gap) / 2);
        for (int i = 0; i < ordered.Length; i++)
        {
            string value = AxisTicks.Loss(ordered[i].Value);
            float label = area.Right + 10 + FigureCanvas.Measure(value, CaptionSize) + CaptionGap;
            canvas.Text(value, area.Right + 10, y[i] + 4, CaptionSize, FigureStyle.Colour(FigureStyle.Ink));
            canvas.Text(ordered[i].Label, label, y[i] + 4, CaptionSize, FigureStyle.Colour(FigureStyle.Muted), room: Width - label - 10);
        }
    }

    // What stands right of the plot: the value, a gap, the label.
    static float CaptionWidth(ReferenceLine line) =>
        FigureCanvas.Measure(AxisTicks.Loss(line.Value), CaptionSize) + CaptionGap + FigureCanvas.Measure(line.Label, CaptionSize);

    static NumericManual Ticks(IEnumerable<double> values, bool logarithmic)
    {
        double[] ticks = [.. values];
        string[] labels = logarithmic ? Array.ConvertAll(ticks, AxisTicks.Label) : AxisTicks.Labels(ticks);
        return new NumericManual(Array.ConvertAll(ticks, value => At(value, logarithmic)), labels);
    }

    static (double Low, double High) Limits(double min, double max, double margin, double alone) =>
        max > min ? (min - margin * (max - min), max + margin * (max - min)) : (min - alone, max + alone);

    // NaN leaves a gap in the line; an infinity would take the whole line away.
    static double At(double value, bool logarithmic) =>
        !double.IsFinite(value) || (logarithmic && value <= 0) ? double.NaN : logarithmic ? Math.Log10(value) : value;

    static string ColourOf(PlotSeries series, int place) => series.Colour ?? FigureStyle.Palette[place % FigureStyle.Palette.Length];
}
