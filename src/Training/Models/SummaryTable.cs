using System.Globalization;
using System.Text;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>A model's layers as a plain text table.</summary>
public static class SummaryTable
{
    /// <summary>One line a layer (path, layer, output, parameters) between a header and the total; lines end with a line feed.</summary>
    /// <param name="input">The shape of one input image, without the batch.</param>
    /// <param name="layers">The layers in order.</param>
    public static string Format(Shape input, IEnumerable<LayerSummary> layers)
    {
        LayerSummary[] all = [.. layers];
        string[][] rows =
        [
            ["path", "layer", "output", "parameters"],
            ["input", "", Sizes(input), ""],
            .. all.Select(layer => new[] { layer.Path, layer.Description, Sizes(layer.Output), Count(layer.Parameters) }),
            ["total", "", "", Count(all.Sum(layer => layer.Parameters))],
        ];
        int[] widths = [.. Enumerable.Range(0, 4).Select(column => rows.Max(row => row[column].Length))];
        string rule = string.Join("  ", widths.Select(width => new string('-', width)));
        var text = new StringBuilder();
        for (int i = 0; i < rows.Length; i++)
        {
            if (i == 1 || i == rows.Length - 1) text.Append(rule).Append('\n');
            text.AppendJoin("  ", rows[i].Select((cell, k) => k == 3 ? cell.PadLeft(widths[k]) : cell.PadRight(widths[k])));
            // The last column is right-aligned, so only an empty one leaves blanks at the end.
            while (text[^1] == ' ') text.Length--;
            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Sizes as people write them: <c>28 x 28 x 1</c>.</summary>
    internal static string Sizes(Shape shape, string times = "x") => string.Join($" {times} ", shape.ToArray());

    /// <summary>A count in groups of three digits: <c>1,234,567</c>.</summary>
    internal static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
