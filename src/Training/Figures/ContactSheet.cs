using GeneratingImages.Core;
using SkiaSharp;

namespace GeneratingImages.Training;

/// <summary>One row of a contact sheet.</summary>
/// <param name="Label">Written to the left of the row: <c>original</c>, <c>occluded</c>, <c>completed</c>.</param>
/// <param name="Images">The row's pictures, all of one shape.</param>
public sealed record SheetRow(string Label, IEnumerable<Bitmap> Images);

/// <summary>Pictures side by side as a PNG: samples of a data set, pairs of original and rebuilt, triples with the occluded one.</summary>
public static class ContactSheet
{
    /// <summary>The most pictures that a sheet shows of work whose pictures are files of their own.</summary>
    public const int MostOfMany = 100;

    const int Margin = 24, Gap = 4, BlockGap = 18, TitleHeight = 40, TitleSize = 18, LabelSize = 13;

    /// <summary>The side in points that pictures are enlarged to, about.</summary>
    const int CellSide = 88;

    /// <summary>Writes pictures in reading order.</summary>
    /// <param name="path">The file; it appears whole or not at all.</param>
    /// <param name="title">The line above the pictures.</param>
    /// <param name="images">The pictures, all of one shape.</param>
    /// <param name="columns">Pictures in a row.</param>
    /// <exception cref="UserException">There are no pictures or too many, their shapes differ, or the file cannot be written.</exception>
    public static void WriteGrid(string path, string title, IEnumerable<Bitmap> images, int columns = 10)
    {
        SheetRow[] rows = [.. images.Chunk(Math.Max(1, columns)).Select(row => new SheetRow("", row))];
        Write(path, title, rows, Math.Max(1, rows.Length));
    }

    /// <summary>
    /// Writes labelled rows whose columns belong together, such as originals over rebuilt images. What does not fit into
    /// <paramref name="columns"/> goes on below, all rows again.
    /// </summary>
    /// <param name="path">The file; it appears whole or not at all.</param>
    /// <param name="title">The line above the pictures.</param>
    /// <param name="rows">The rows from the top.</param>
    /// <param name="columns">Pictures in a row.</param>
    /// <exception cref="UserException">
    /// There are no pictures or too many, their shapes or the rows' lengths differ, or the file cannot be written.
    /// </exception>
    public static void WriteRows(string path, string title, IEnumerable<SheetRow> rows, int columns = 10)
    {
        var whole = rows.Select(row => (row.Label, Images: row.Images.ToArray())).ToArray();
        foreach (var (label, images) in whole)
            if (images.Length != whole[0].Images.Length)
                throw new UserException($"{path}: row '{label}' has {images.Length} pictures, row '{whole[0].Label}' has "
                    + $"{whole[0].Images.Length}; give as many in each");
        int width = Math.Max(1, columns), count = whole.Length == 0 ? 0 : whole[0].Images.Length;
        var wrapped = new List<SheetRow>();
        for (int start = 0; start < count; start += width)
            wrapped.AddRange(whole.Select(row => new SheetRow(row.Label, row.Images.Skip(start).Take(width))));
        Write(path, title, wrapped, Math.Max(1, whole.Length));
    }

    static void Write(string path, string title, IReadOnlyList<SheetRow> rows, int rowsInBlock)
    {
        Bitmap[][] pictures = [.. rows.Select(row => row.Images.ToArray())];
        Shape shape = pictures.SelectMany(row => row).FirstOrDefault()?.Shape
            ?? throw new UserException($"{path}: there are no pictures to show");
        foreach (Bitmap picture in pictures.SelectMany(row => row))
            if (picture.Shape != shape)
                throw new UserException($"{path}: pictures of {picture.Shape} and {shape} cannot share a sheet; bring them to one shape");

        int scale = Math.Max(1, (int)Math.Round((double)CellSide / Math.Max(shape[0], shape[1])));
        int cellHeight = shape[0] * scale, cellWidth = shape[1] * scale;
        int labels = rows.Any(row => row.Label.Length > 0)
            ? (int)Math.Ceiling(rows.Max(row => FigureCanvas.Measure(row.Label, LabelSize))) + 14
            : 0;
        int columns = pictures.Max(row => row.Length), blocks = (rows.Count + rowsInBlock - 1) / rowsInBlock;
        int left = Margin + labels, top = title.Length > 0 ? Margin + TitleHeight : Margin;
        int titleRoom = Math.Min((int)Math.Ceiling(FigureCanvas.Measure(title, TitleSize)), 640);
        int width = Math.Max(left + columns * (cellWidth + Gap) - Gap, Margin + titleRoom) + Margin;
        int height = top + rows.Count * (cellHeight + Gap) - Gap + (blocks - 1) * (BlockGap - Gap) + Margin;
        using var canvas = new FigureCanvas(width, height, pixelsPerPoint: 2);
        canvas.Text(title, Margin, Margin + 18, TitleSize, FigureStyle.Colour(FigureStyle.Ink), room: width - 2 * Margin);
        float y = top;
        for (int row = 0; row < rows.Count; row++)
        {
            if (row > 0) y += cellHeight + (row % rowsInBlock == 0 ? BlockGap : Gap);
            canvas.Text(rows[row].Label, left - 14, y + cellHeight / 2f + 4.5f, LabelSize, FigureStyle.Colour(FigureStyle.Muted),
                SKTextAlign.Right);
            for (int column = 0; column < pictures[row].Length; column++)
                canvas.Picture(pictures[row][column], left + column * (cellWidth + Gap), y, scale);
        }

        FigureFile.Write(path, stream => PngEncoder.Encode(stream, canvas.ToBitmap()));
    }
}
