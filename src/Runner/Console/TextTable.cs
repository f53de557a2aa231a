using System.Text;

namespace GeneratingImages.Runner;

/// <summary>
/// A plain table: columns side by side with two blanks between, headings and a rule above, the same on a terminal and in a file.
/// </summary>
sealed class TextTable(params string[] headings)
{
    readonly List<string[]> _rows = [];

    /// <summary>The columns that are aligned on the right, such as numbers.</summary>
    public IReadOnlyList<int> Right { get; init; } = [];

    /// <summary>Appends a row, one cell a heading.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>The table's lines.</summary>
    public IEnumerable<string> Lines()
    {
        int[] widths = [.. headings.Select((heading, column) => _rows.Select(row => row[column].Length).Append(heading.Length).Max())];
        return _rows.Prepend([.. widths.Select(width => new string('-', width))]).Prepend(headings).Select(row => Line(row, widths));
    }

    string Line(string[] row, int[] widths)
    {
        var line = new StringBuilder();
        for (int column = 0; column < row.Length; column++)
        {
            if (column > 0) line.Append("  ");
            line.Append(Right.Contains(column) ? row[column].PadLeft(widths[column]) : row[column].PadRight(widths[column]));
        }

        return line.ToString().TrimEnd();
    }
}
