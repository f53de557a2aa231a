namespace GeneratingImages.Training;

/// <summary>Lines of a limited length, ended by line feed, carriage return or both, one after the other in one buffer.</summary>
sealed class CsvLines(StreamReader reader, long longest)
{
    const int FirstLength = 256;

    char[] _line = new char[FirstLength];
    int _length;

    /// <summary>The number of the last line, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>The last line, until the next one is read.</summary>
    public ReadOnlySpan<char> Line => _line.AsSpan(0, _length);

    /// <summary>Room for one field of the last line.</summary>
    public char[] Scratch { get; private set; } = new char[FirstLength];

    /// <summary>Reads the next line, if there is one.</summary>
    /// <exception cref="UserException">It is too long.</exception>
    public bool Next(string shown)
    {
        if (reader.Peek() < 0) return false;
        Number++;
        _length = 0;
        for (int c = reader.Read(); c >= 0 && c != '\n'; c = reader.Read())
        {
            if (c == '\r')
            {
                if (reader.Peek() == '\n') reader.Read();
                break;
            }

            if (_length >= longest)
                throw new UserException($"{shown}: line {Number} is longer than {longest} letters: it is no line of codes");
            if (_length == _line.Length)
            {
                Array.Resize(ref _line, 2 * _length);
                Scratch = new char[_line.Length];
            }

            _line[_length++] = (char)c;
        }

        return true;
    }
}

/// <summary>The fields of a line, one after the other, their quotation marks undone.</summary>
/// <param name="line">The line.</param>
/// <param name="scratch">Room for a field, as long as the line.</param>
ref struct CsvFields(ReadOnlySpan<char> line, char[] scratch)
{
    readonly ReadOnlySpan<char> _line = line;
    int _at;
    bool _ended;

    /// <summary>How many fields have been read.</summary>
    public int Count { get; private set; }

    /// <summary>The last field, until the next one is read.</summary>
    public ReadOnlySpan<char> Field { get; private set; }

    /// <summary>Reads the next field, if there is one.</summary>
    /// <exception cref="UserException">A quotation mark is not closed, or something else than a comma follows it.</exception>
    public bool Next(string shown, int number)
    {
        if (_ended) return false;
        Count++;
        if (_at < _line.Length && _line[_at] == '"') ReadQuoted(shown, number);
        else
        {
            int length = _line[_at..].IndexOf(',');
            Field = length < 0 ? _line[_at..] : _line.Slice(_at, length);
            _at += Field.Length;
        }

        // Behind a comma there is one more field, be it empty.
        _ended = _at++ >= _line.Length;
        return true;
    }

    void ReadQuoted(string shown, int number)
    {
        int length = 0;
        while (true)
        {
            int part = _line[(_at + 1)..].IndexOf('"');
            if (part < 0) throw new UserException($"{shown}: line {number}, column {Count}: a quotation mark is not closed");
            _line.Slice(_at + 1, part).CopyTo(scratch.AsSpan(length));
            length += part;
            _at += part + 2;
            if (_at >= _line.Length || _line[_at] != '"') break;
            scratch[length++] = '"';
        }

        if (_at < _line.Length && _line[_at] != ',')
            throw new UserException($"{shown}: line {number}, column {Count}: a comma must follow the closing quotation mark");
        Field = scratch.AsSpan(0, length);
    }
}
