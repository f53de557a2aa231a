using System.Globalization;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Figures;

public class PlotTests
{
    static readonly EpochReport[] s_history =
        [.. Enumerable.Range(1, 15).Select(e => new EpochReport(e, 0.05 / e + 0.003, 0.04 / e + 0.004, 1, 1))];

    static byte[] Curve(string title, EpochReport[] history, params ReferenceLine[] lines)
    {
        using var folder = new TemporaryFolder();
        LossCurve.Write(folder["a.png"], title, history, lines);
        Assert.Single(Directory.GetFiles(folder.Root));
        var (width, height, _, rgb) = Skia.Read(folder["a.png"]);
        Assert.Equal((1920, 1120), (width, height));
        return rgb;
    }

    // Pixels of a rectangle that a test on red, green and blue holds for.
    static int Count(byte[] rgb, int left, int top, int right, int bottom, Func<int, int, int, bool> holds)
    {
        int count = 0;
        for (int y = top; y < bottom; y++)
            for (int x = left; x < right; x++)
                if (holds(rgb[(y * 1920 + x) * 3], rgb[(y * 1920 + x) * 3 + 1], rgb[(y * 1920 + x) * 3 + 2])) count++;
        return count;
    }

    static bool Dark(int r, int g, int b) => r < 140 && g < 140 && b < 160;

    static bool Blue(int r, int g, int b) => r < 80 && b > 200;

    static bool Orange(int r, int g, int b) => r > 200 && b < 60;

    [Fact]
    public void LettersAreDrawn()
    {
        byte[] with = Curve("mnist, rebuild, deep", s_history), without = Curve("", s_history);
        Assert.InRange(Count(with, 56, 40, 500, 100, Dark), 1000, 8000);
        Assert.Equal(0, Count(without, 0, 30, 1920, 110, Dark));
        // ScottPlot's own: labels of the left and of the bottom axis, and the latter's title.
        Assert.InRange(Count(with, 90, 180, 170, 990, Dark), 200, 8000);
        Assert.InRange(Count(with, 190, 1000, 1900, 1035, Dark), 500, 20000);
        Assert.InRange(Count(with, 190, 1040, 1900, 1090, Dark), 200, 3000);
    }

    [Fact]
    public void ScottPlotUsesTheShippedFont()
    {
        Curve("x", s_history);
        Assert.Equal("Inter", FigureFont.Typeface.FamilyName);
        Assert.Same(FigureFont.Typeface, ScottPlot.Fonts.GetTypeface("Inter", bold: true, italic: false));
    }

    [Fact]
    public void OneEpochShowsBothPoints()
    {
        byte[] rgb = Curve("one", [new EpochReport(1, 0.06, 0.04, 1, 1)]);
        Assert.InRange(Count(rgb, 180, 190, 1860, 980, Blue), 60, 400);
        Assert.InRange(Count(rgb, 180, 190, 1860, 980, Orange), 60, 400);
        // Equal losses leave no range to scale by.
        Curve("equal", [new EpochReport(1, 0.05, 0.05, 1, 1)]);
        Curve("zero", [new EpochReport(1, 0, 0, 1, 1)]);
    }

    [Fact]
    public void ReferenceLinesAreDashedAndNamed()
    {
        byte[] with = Curve("x", s_history, new ReferenceLine("linear floor", 0.01683), new ReferenceLine("published", 0.0170));
        byte[] without = Curve("x", s_history);
        Assert.InRange(Count(with, 1560, 190, 1920, 980, Dark), 800, 8000);
        Assert.Equal(0, Count(without, 1880, 190, 1920, 980, Dark));
    }

    [Fact]
    public void LossesThatAreNoNumbersLeaveGaps()
    {
        EpochReport[] history = [.. s_history[..3], new(4, double.NaN, double.PositiveInfinity, 1, 1), new(5, 0.02, double.NaN, 1, 1)];
        byte[] rgb = Curve("x", history);
        Assert.InRange(Count(rgb, 180, 190, 1860, 980, Blue), 1000, 20000);
        Assert.InRange(Count(rgb, 180, 190, 1860, 980, Orange), 1000, 20000);
        using var folder = new TemporaryFolder();
        var e = Assert.Throws<UserException>(() => LossCurve.Write(folder["a.png"], "x", [new(1, double.NaN, double.NaN, 1, 1)], []));
        Assert.Contains("no series has a finite value", e.Message);
        Assert.Throws<UserException>(() => LossCurve.Write(folder["a.png"], "x", [], []));
        Assert.Throws<UserException>(() => new LinePlot { Series = [new("a", [1, 2], [1])] }.Write(folder["a.png"]));
        Assert.Empty(Directory.GetFiles(folder.Root));
    }

    [Fact]
    public void TheCultureChangesNothing()
    {
        byte[] expected = Curve("x", s_history, new ReferenceLine("floor", 0.0168));
        CultureInfo before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (comma.NumberFormat.NumberDecimalSeparator, comma.NumberFormat.NegativeSign) = (",", "~");
        try
        {
            CultureInfo.CurrentCulture = comma;
            Assert.Equal(expected, Curve("x", s_history, new ReferenceLine("floor", 0.0168)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData(0.0, 1.0, 5, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(0.0021, 0.0171, 6, "0.005 0.010 0.015")]
    [InlineData(0.4, 15.6, 16, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15")]
    [InlineData(-0.5, 9.0, 5, "0 2 4 6 8")]
    public void LinearTicksAreRound(double min, double max, int wanted, string expected) =>
        Assert.Equal(expected, string.Join(' ', AxisTicks.Labels(AxisTicks.Linear(min, max, wanted))));

    [Theory]
    [InlineData(0.0028, 0.038, "0.005 0.01 0.02")]
    [InlineData(0.003, 0.009, "0.003 0.004 0.005 0.006 0.008")]
    [InlineData(0.00004, 0.03, "0.0001 0.0003 0.001 0.003 0.01 0.03")]
    [InlineData(1e-7, 10.0, "1e-7 1e-6 0.00001 0.0001 0.001 0.01 0.1 1 10")]
    public void LogarithmicTicksAreRound(double min, double max, string expected) =>
        Assert.Equal(expected, string.Join(' ', AxisTicks.Logarithmic(min, max).Select(AxisTicks.Label)));
}
