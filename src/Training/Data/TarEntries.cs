using System.Globalization;
using System.Text;

namespace GeneratingImages.Training;

/// <summary>
/// Walks a tar archive (POSIX.1-1988 ustar, with GNU long names and POSIX.1-2001 "pax" paths and sizes) from front to back.
/// Nothing is ever written to disk. Header checksums are verified; sizes are bounded before anything is read into memory.
/// Faults are <see cref="InvalidDataException"/>s.
/// </summary>
/// <param name="archive">The unpacked archive.</param>
/// <param name="mostBytes">More bytes than this are not read: a small file can unpack to any size.</param>
sealed class TarEntries(Stream archive, long mostBytes)
{
    const int Block = 512;
    const int LongestExtension = 1 << 16;

    readonly byte[] _header = new byte[Block];
    readonly byte[] _skipped = new byte[1 << 15];
    long _unread;
    int _padding;
    long _total;

    /// <summary>What an entry is. Only files have content.</summary>
    public enum EntryKind
    {
        /// <summary>A regular file.</summary>
        File,

        /// <summary>A directory.</summary>
        Directory,

        /// <summary>A link, device, pipe or anything else that is not taken.</summary>
        Other,
    }

    /// <summary>An entry: its name with forward slashes, its kind and its size in bytes.</summary>
    public sealed record Entry(string Name, EntryKind Kind, long Size)
    {
        /// <summary>The name as it can be printed.</summary>
        public string Shown => InputFile.Printable(Name);
    }

    /// <summary>The number of headers read so far.</summary>
    public int Count { get; private set; }

    /// <summary>The next entry, or null behind the last one. Content of the entry before that was not read is skipped.</summary>
    /// <exception cref="InvalidDataException">A header is damaged, or a name leads out of the archive.</exception>
    public Entry? Next()
    {
        string? longName = null;
        long? paxSize = null;
        while (true)
        {
            Skip();
            if (!ReadHeader()) return null;
            Count++;
            char type = (char)_header[156];
            long size = Octal(124, 12, "size");
            if (type is 'L' or 'x')
            {
                byte[] extension = ReadExtension(size);
                if (type == 'L') longName = Text(extension);
                else ReadPax(extension, ref longName, ref paxSize);
                continue;
            }

            EntryKind kind = type switch { '0' or '\0' or '7' => EntryKind.File, '5' => EntryKind.Directory, _ => EntryKind.Other };
            string name = longName ?? HeaderName();
            size = paxSize ?? size;

            // Links and devices have no content whatever their size field says; of unknown types POSIX says to skip the content.
            bool hasContent = type is not ('1' or '2' or '3' or '4' or '5' or '6');
            (_unread, _padding) = hasContent ? (size, (int)(-size & Block - 1)) : (0, 0);
            if (LeadsOut(name))
                throw new InvalidDataException(
                    $"entry '{InputFile.Printable(name)}' leads out of the archive's folder, expected names below it");
            return new Entry(name, kind, size);
        }
    }

    /// <summary>Reads on in the entry's content.</summary>
    /// <exception cref="InvalidDataException">The archive ends before the entry does.</exception>
    public int Read(Span<byte> buffer)
    {
        if (_unread == 0) return 0;
        int n = ReadArchive(buffer[..(int)Math.Min(buffer.Length, _unread)]);
        if (n == 0) throw new InvalidDataException($"the archive ends {_unread} bytes before entry {Count} does: the file is cut short");
        _unread -= n;
        return n;
    }

    /// <summary>Fills a buffer from the entry's content.</summary>
    /// <exception cref="InvalidDataException">The entry or the archive ends before that.</exception>
    public void ReadExactly(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int n = Read(buffer);
            if (n == 0) throw new InvalidDataException($"entry {Count} ends {buffer.Length} bytes early");
            buffer = buffer[n..];
        }
    }

    /// <summary>Reads the padding behind the last entry, which makes a gzip reader below verify its trailer.</summary>
    public void ReadToEnd()
    {
        while (ReadArchive(_skipped) > 0) { }
    }

    int ReadArchive(Span<byte> buffer)
    {
        int n = archive.Read(buffer);
        _total += n;
        return _total <= mostBytes ? n
            : throw new InvalidDataException($"unpacks to more than {mostBytes} bytes (entry {Count} is reached), expected less");
    }

    void Skip()
    {
        while (_unread > 0) Read(_skipped);
        while (_padding > 0)
        {
            int n = ReadArchive(_skipped.AsSpan(0, _padding));
            if (n == 0) throw new InvalidDataException($"the archive ends within the padding of entry {Count}: the file is cut short");
            _padding -= n;
        }
    }

    // Two blocks of zeros end an archive. One is taken as the end as well, but no block at all is a cut.
    bool ReadHeader()
    {
        int n = archive.ReadAtLeast(_header, Block, throwOnEndOfStream: false);
        if (n < Block) throw new InvalidDataException($"the archive ends behind entry {Count} without an end mark: the file is cut short");
        if (!_header.AsSpan().ContainsAnyExcept((byte)0)) return false;

        // The checksum is the sum of all bytes, its own field taken as spaces.
        long sum = 8 * ' ';
        for (int i = 0; i < Block; i++) sum += i is >= 148 and < 156 ? 0 : _header[i];
        long stated = Octal(148, 8, "checksum");
        return sum == stated ? true
            : throw new InvalidDataException(
                $"the tar header behind entry {Count} has checksum {sum}, it states {stated}: not a tar archive, or damaged");
    }

    byte[] ReadExtension(long size)
    {
        if (size > LongestExtension)
            throw new InvalidDataException($"the extended tar header {Count} has {size} bytes, expected at most {LongestExtension}");
        (_unread, _padding) = (size, (int)(-size & Block - 1));
        byte[] bytes = new byte[size];
        ReadExactly(bytes);
        return bytes;
    }

    // Records of the form "length key=value\n", the length in decimal and counting itself.
    static void ReadPax(ReadOnlySpan<byte> records, ref string? name, ref long? size)
    {
        while (!records.IsEmpty)
        {
            int space = records.IndexOf((byte)' ');
            if (space < 0 || !int.TryParse(records[..space], NumberStyles.None, CultureInfo.InvariantCulture, out int length)
                || length <= space + 1 || length > records.Length || records[length - 1] != '\n')
                throw new InvalidDataException("an extended tar header is damaged, expected records 'length key=value'");
            ReadOnlySpan<byte> record = records[(space + 1)..(length - 1)];
            if (record.StartsWith("path="u8)) name = Encoding.UTF8.GetString(record[5..]);
            if (record.StartsWith("size="u8))
            {
                size = long.TryParse(record[5..], NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value
                    : throw new InvalidDataException("an extended tar header states size "
                        + $"'{InputFile.Printable(Encoding.UTF8.GetString(record[5..]))}', expected a number");
            }

            records = records[length..];
        }
    }

    string HeaderName()
    {
        string name = Text(_header.AsSpan(0, 100));
        bool ustar = _header.AsSpan(257, 6).SequenceEqual("ustar\0"u8);
        string prefix = ustar ? Text(_header.AsSpan(345, 155)) : "";
        return prefix.Length > 0 ? $"{prefix}/{name}" : name;
    }

    static string Text(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? field : field[..end]);
    }

    // Octal digits, framed by spaces and zeros; GNU writes numbers over 8 GiB in binary behind a byte 0x80.
    long Octal(int start, int length, string name)
    {
        ReadOnlySpan<byte> field = _header.AsSpan(start, length);
        long value = 0;
        if (field[0] == 0x80)
        {
            foreach (byte b in field[1..])
            {
                if (value > long.MaxValue >> 9) throw new InvalidDataException($"the tar header {Count} states a {name} over 2^54");
                value = value << 8 | b;
            }

            return value;
        }

        foreach (byte b in field.Trim(" \0"u8))
        {
            if (b is < (byte)'0' or > (byte)'7')
                throw new InvalidDataException(
                    $"the tar header behind entry {Count} has a {name} that is not octal: not a tar archive, or damaged");
            value = value << 3 | (long)(b - '0');
        }

        return value;
    }

    static bool LeadsOut(string name)
    {
        if (name is ['/' or '\\', ..] or [_, ':', ..]) return true;
        foreach (Range part in name.AsSpan().SplitAny('/', '\\'))
            if (name.AsSpan(part) is "..") return true;
        return false;
    }
}
