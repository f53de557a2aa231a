using System.Globalization;

namespace GeneratingImages.Training;

/// <summary>
/// Codes as CSV (RFC 4180, but a field does not span lines): a line <c>image,1,2,3,...</c>, then a line a code: its name and its numbers,
/// in the shortest digits that give the same bits. Plain lines of numbers, as <c>numpy.savetxt(file, codes, delimiter=",")</c> writes
/// them, are read too.
/// </summary>
static class CsvCodes
{
    const string NameColumn = "image";
    const long MaxBytes = 1L << 30;
    const int MaxFieldLength = 400, MaxShown = 30;

    /// <summary>Writes codes; those without a name are counted from 0.</summary>
    public static void Write(TextWriter to, CodeTable codes)
    {
        IEnumerable<string> numbers = Enumerable.Range(1, codes.Width).Select(i => i.ToString(CultureInfo.InvariantCulture));
        to.WriteLine(string.Join(',', numbers.Prepend(NameColumn)));
        for (int i = 0; i < codes.Count; i++)
        {
            to.Write(Quoted(codes.Names?[i] ?? i.ToString(CultureInfo.InvariantCulture)));
            foreach (float value in codes[i])
            {
                to.Write(',');
                to.Write(value.ToString("R", CultureInfo.InvariantCulture));
            }

            to.WriteLine();
        }
    }

    /// <summary>Reads codes of a width.</summary>
    /// <exception cref="UserException">
    /// A line has another width, a field is no finite number, or there is no code; the message names line and column.
    /// </exception>
    public static CodeTable Read(string path, int width) =>
        InputFile.Read(path, "codes as CSV", file => Read(InputFile.Printable(path), file, width));

    /// <summary>Reads a file's bytes; the name is for messages.</summary>
    internal static CodeTable Read(string shown, Stream file, int width)
    {
        if (file.Length > MaxBytes) throw new UserException($"{shown}: {file.Length} bytes, at most {MaxBytes} are read: divide the file");
        using var reader = new StreamReader(file);
        // Every field takes at most so many letters, so a longer line is refused before it is all in memory.
        var lines = new CsvLines(reader, checked((width + 1L) * MaxFieldLength));
        var values = new List<float>();
        List<string>? names = null;
        while (lines.Next(shown))
        {
            if (lines.Line.IsEmpty) continue;
            var fields = new CsvFields(lines.Line, lines.Scratch);
            bool isHeader = lines.Number == 1 && fields.Next(shown, 1) && fields.Field.SequenceEqual(NameColumn);
            if (isHeader) names = [];
            else fields = new CsvFields(lines.Line, lines.Scratch);
            // Fields beyond those that can be right are counted, and nothing more.
            int first = names is null ? 0 : 1, before = values.Count;
            while (fields.Next(shown, lines.Number))
            {
                if (isHeader || fields.Count > width + first) continue;
                if (fields.Count <= first) names!.Add(fields.Field.ToString());
                else values.Add(Number(fields.Field, shown, lines.Number, fields.Count));
            }

            if (fields.Count != width + first) throw Wrong(shown, lines.Number, fields.Count, width, names is not null);
        }

        return values.Count > 0
            ? new CodeTable(width, [.. values], names)
            : throw new UserException($"{shown}: holds no code: expected lines of {width} numbers with commas between");
    }

    static UserException Wrong(string shown, int line, int fields, int width, bool named) => new(
        $"{shown}: line {line}: {fields} fields, expected {(named ? $"a name and {width} numbers" : $"{width} numbers")}: "
        + "the codes are of a model of another latent size, or the line is damaged");

    static float Number(ReadOnlySpan<char> field, string shown, int line, int column)
    {
        const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent
            | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        bool isNumber = float.TryParse(field, Plain, CultureInfo.InvariantCulture, out float value);
        if (isNumber && float.IsFinite(value)) return value;
        string cut = InputFile.Printable(field.Length <= MaxShown ? field.ToString() : $"{field[..MaxShown]}...");
        throw new UserException($"{shown}: line {line}, column {column}: '{cut}' is not "
            + (isNumber ? "a finite number in single precision" : "a number, expected one such as -0.25"));
    }

    static string Quoted(string name)
    {
        string plain = InputFile.OnOneLine(name);
        return plain.AsSpan().IndexOfAny(',', '"') < 0 ? plain : $"\"{plain.Replace("\"", "\"\"")}\"";
    }
}
