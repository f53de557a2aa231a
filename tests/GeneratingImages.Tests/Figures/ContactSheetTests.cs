using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Figures;

public class ContactSheetTests
{
    static readonly Shape s_rgb = Shape.Of(2, 2, 3);

    static Bitmap Flat(Shape shape, params byte[] colour) =>
        new(shape, [.. Enumerable.Range(0, (int)shape.Count).Select(i => colour[i % colour.Length])]);

    static (int Width, int Height, Dictionary<(int, int, int), int> Colours) Render(Action<string> write)
    {
        using var folder = new TemporaryFolder();
        write(folder["a.png"]);
        var (width, height, _, rgb) = Skia.Read(folder["a.png"]);
        var colours = Enumerable.Range(0, width * height).GroupBy(i => ((int)rgb[3 * i], (int)rgb[3 * i + 1], (int)rgb[3 * i + 2]))
            .ToDictionary(group => group.Key, group => group.Count());
        return (width, height, colours);
    }

    [Fact]
    public void PixelsAreEnlargedExactly()
    {
        // 2 x 2 is enlarged 44 times, at two pixels to the point.
        var picture = new Bitmap(s_rgb, [200, 10, 20, 30, 210, 40, 50, 60, 220, 1, 2, 3]);
        var (_, _, colours) = Render(path => ContactSheet.WriteGrid(path, "", [picture, picture, picture], 2));
        foreach (var colour in ((int, int, int)[])[(200, 10, 20), (30, 210, 40), (50, 60, 220), (1, 2, 3)])
            Assert.Equal(3 * 88 * 88, colours[colour]);
    }

    [Fact]
    public void RowsWrapTogetherAndCarryTheirLabels()
    {
        SheetRow[] rows =
        [
            new("original", Enumerable.Repeat(Flat(s_rgb, 250, 10, 10), 5)),
            new("rebuilt", Enumerable.Repeat(Flat(s_rgb, 10, 250, 10), 5)),
        ];
        var two = Render(path => ContactSheet.WriteRows(path, "pairs", rows, 3));
        var one = Render(path => ContactSheet.WriteRows(path, "pairs", rows, 5));
        Assert.Equal(5 * 176 * 176, two.Colours[(250, 10, 10)]);
        Assert.Equal(5 * 176 * 176, two.Colours[(10, 250, 10)]);
        Assert.True(two.Height > 1.6 * one.Height && two.Width < one.Width);

        SheetRow[] silent = [.. rows.Select(row => row with { Label = "" })];
        Assert.True(Ink(one.Colours) > Ink(Render(path => ContactSheet.WriteRows(path, "pairs", silent, 5)).Colours) + 500);

        static int Ink(Dictionary<(int R, int G, int B), int> colours) =>
            colours.Where(c => c.Key is { R: < 150, G: < 150, B: < 170 }).Sum(c => c.Value);
    }

    [Fact]
    public void GreyPicturesStayGrey()
    {
        var (_, _, colours) = Render(path => ContactSheet.WriteGrid(path, "", [Flat(Shape.Of(28, 28, 1), 77)]));
        Assert.Equal(28 * 28 * 36, colours[(77, 77, 77)]);
    }

    [Fact]
    public void WhatDoesNotFitTogetherIsNamed()
    {
        Bitmap a = Flat(s_rgb, 1), b = Flat(Shape.Of(3, 2, 3), 1);
        Assert.Contains("no pictures", Assert.Throws<UserException>(() => ContactSheet.WriteGrid("a.png", "", [])).Message);
        Assert.Contains("no pictures", Assert.Throws<UserException>(() => ContactSheet.WriteRows("a.png", "", [])).Message);
        Assert.Contains("[3,2,3] and [2,2,3]", Assert.Throws<UserException>(() => ContactSheet.WriteGrid("a.png", "", [a, b])).Message);
        Assert.Contains("show fewer pictures",
            Assert.Throws<UserException>(() => ContactSheet.WriteGrid("a.png", "", Enumerable.Repeat(a, 5000))).Message);
        var e = Assert.Throws<UserException>(() => ContactSheet.WriteRows("a.png", "", [new("x", [a, a]), new("y", [a])]));
        Assert.Contains("row 'y' has 1 pictures, row 'x' has 2", e.Message);
    }
}
