using System.Globalization;
using System.Text;

namespace GeneratingImages.Training;

/// <summary>
/// Codes as CSV (RFC 4180, but a field does not span lines): a line <c>image,1,2,3,...</c>, then a line a code: its name and its numbers, in
/// the shortest digits that give the same bits. Plain lines of numbers, as <c>numpy.savetxt(file, codes, delimiter=",")</c> writes them,
/// are read too.
/// </summary>
static class CsvCodes
{
    const string NameColumn = "image";
    const long MaxBytes = 1L << 30;
    const int MaxFieldLength = 400, MaxShown = 30;

    /// <summary>Writes codes; those without a name are counted from 0.</summary>
    public static void Write(TextWriter to, CodeTable codes)
    {
        to.WriteLine(string.Join(',', Enumerable.Range(1, codes.Width).Select(i => i.ToString(CultureInfo.InvariantCulture)).Prepend(NameColumn)));
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
    /// <exception cref="UserException">A line has another width, a field is no finite number, or there is no code; the message names line and column.</exception>
    public static CodeTable Read(string path, int width) =>
        InputFile.Read(path, "codes as CSV", file => Read(InputFile.Printable(path), file, width));

    /// <summary>Reads a file's bytes; the name is for messages.</summary>
    internal static CodeTable Read(string shown, Stream file, int width)
    {
        if (file.Length > MaxBytes) throw new UserException($"{shown}: {file.Length} bytes, at most {MaxBytes} are read: divide the file");
        using var reader = new StreamReader(file);
        // Every field takes at most so many letters, so a longer line is refused before it is all in memory.
        var lines = new LineReader(reader, checked((width + 1L) * MaxFieldLength));
        var values = new List<float>();
        List<string>? names = null;
        while (lines.Next(shown) is { } line)
        {
            if (line.Length == 0) continue;
            (List<string> fields, int count) = Fields(line, width + 1, shown, lines.Number);
            if (lines.Number == 1 && fields[0] == NameColumn)
            {
                names = [];
                if (count != width + 1) throw Wrong(shown, 1, count, width, named: true);
                continue;
            }

            int first = names is null ? 0 : 1;
            if (count != width + first) throw Wrong(shown, lines.Number, count, width, names is not null);
            names?.Add(fields[0]);
            for (int i = first; i < fields.Count; i++) values.Add(Number(fields[i], shown, lines.Number, i + 1));
        }

        return values.Count > 0
            ? new CodeTable(width, [.. values], names)
            : throw new UserException($"{shown}: holds no code: expected lines of {width} numbers with commas between");
    }

    static UserException Wrong(string shown, int line, int fields, int width, bool named) => new(
        $"{shown}: line {line}: {fields} fields, expected {(named ? $"a name and {width} numbers" : $"{width} numbers")}: "
        + "the codes are of a model of another latent size, or the line is damaged");

    static float Number(string field, string shown, int line, int column)
    {
        const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent
            | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        string cut = InputFile.Printable(field.Length <= MaxShown ? field : field[..MaxShown] + "...");
        if (!float.TryParse(field, Plain, CultureInfo.InvariantCulture, out float value))
            throw new UserException($"{shown}: line {line}, column {column}: '{cut}' is not a number, expected one such as -0.25");
        return float.IsFinite(value)
            ? value
            : throw new UserException($"{shown}: line {line}, column {column}: '{cut}' is not a finite number in single precision");
    }

    // More fields than can be right are counted, but not kept.
    static (List<string> Fields, int Count) Fields(string line, int most, string shown, int number)
    {
        var fields = new List<string>();
        int count = 0;
        for (int at = 0; ;)
        {
            if (at < line.Length && line[at] == '"')
            {
                var text = new StringBuilder();
                while (true)
                {
                    int end = line.IndexOf('"', at + 1);
                    if (end < 0) throw new UserException($"{shown}: line {number}, column {count + 1}: a quotation mark is not closed");
                    if (count < most) text.Append(line, at + 1, end - at - 1);
                    at = end + 1;
                    if (at >= line.Length || line[at] != '"') break;
                    if (count < most) text.Append('"');
                }

                if (at < line.Length && line[at] != ',')
                    throw new UserException($"{shown}: line {number}, column {count + 1}: a comma must follow the closing quotation mark");
                if (count++ < most) fields.Add(text.ToString());
            }
            else
            {
                int end = line.IndexOf(',', at);
                if (count++ < most) fields.Add(end < 0 ? line[at..] : line[at..end]);
                at = end < 0 ? line.Length : end;
            }

            if (at >= line.Length) return (fields, count);
            at++;
            if (at == line.Length)
            {
                if (count++ < most) fields.Add("");
                return (fields, count);
            }
        }
    }

    static string Quoted(string name)
    {
        string plain = InputFile.Printable(name);
        return plain.AsSpan().IndexOfAny(',', '"') < 0 ? plain : $"\"{plain.Replace("\"", "\"\"")}\"";
    }

    /// <summary>Lines of a limited length, ended by line feed, carriage return or both.</summary>
    sealed class LineReader(StreamReader reader, long longest)
    {
        readonly StringBuilder _line = new();

        /// <summary>The number of the last line, from 1.</summary>
        public int Number { get; private set; }

        public string? Next(string shown)
        {
            if (reader.Peek() < 0) return null;
            Number++;
            _line.Clear();
            for (int c = reader.Read(); c >= 0 && c != '\n'; c = reader.Read())
            {
                if (c == '\r')
                {
                    if (reader.Peek() == '\n') reader.Read();
                    break;
                }

                if (_line.Length >= longest)
                    throw new UserException($"{shown}: line {Number} is longer than {longest} letters: it is no line of codes");
                _line.Append((char)c);
            }

            return _line.ToString();
        }
    }
}
