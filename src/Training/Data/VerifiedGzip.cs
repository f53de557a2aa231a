using System.Buffers.Binary;
using System.IO.Compression;

namespace GeneratingImages.Training;

/// <summary>
/// Reads gzip data (RFC 1952) and verifies what .NET's GZipStream leaves to a switch of the running program: that the data is not
/// cut short, that checksum and length in every trailer hold, and that nothing follows the last one. All faults are
/// <see cref="InvalidDataException"/>s that name the place in the file.
/// </summary>
sealed class VerifiedGzip : Stream
{
    const int TrailerBytes = 8;

    // At the end of its data DeflateStream has read at most its buffer too far, 8 KiB in .NET 10.
    const int MostReadAhead = 1 << 16;

    readonly Stream _file;
    long _bodyStart;
    DeflateStream? _body;
    Crc32 _crc;
    uint _length;
    byte[] _last = [];

    /// <summary>Starts at the file's place, which must be the beginning of a gzip header.</summary>
    /// <param name="file">A stream that can seek; it stays open.</param>
    public VerifiedGzip(Stream file)
    {
        _file = file;
        StartMember();
    }

    /// <summary>Whether the bytes at the stream's place begin a gzip header; the place stays.</summary>
    public static bool Begins(Stream file)
    {
        long start = file.Position;
        bool begins = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = start;
        return begins;
    }

    /// <summary>Reads unpacked bytes; 0 only when the whole file has been read and verified.</summary>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        while (_body is not null)
        {
            int n = Inflate(buffer);
            if (n > 0)
            {
                _crc.Append(buffer[..n]);
                _length += (uint)n;
                return n;
            }

            EndMember();
        }

        return 0;
    }

    int Inflate(Span<byte> buffer)
    {
        try
        {
            return _body!.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            string fault = _file.Position >= _file.Length ? "is cut short or damaged" : "is damaged";
            throw new InvalidDataException(
                $"the gzip data {fault} near byte {_file.Position} of {_file.Length}, expected a whole deflate stream", e);
        }
    }

    // The header: 10 fixed bytes, then by flag an extra field, a name, a comment and a checksum of the header.
    void StartMember()
    {
        const int hasHeaderCrc = 2, hasExtra = 4, hasName = 8, hasComment = 16, reserved = 0xE0;
        Span<byte> header = stackalloc byte[10];
        ReadWhole(header, "gzip header");
        if (header[0] != 0x1f || header[1] != 0x8b)
            throw new InvalidDataException($"begins with bytes {header[0]:x2} {header[1]:x2}, expected gzip data (1f 8b)");
        int flags = header[3];
        if (header[2] != 8 || (flags & reserved) != 0)
            throw new InvalidDataException($"gzip method {header[2]} with flags {flags:x2}, expected method 8 (deflate) and known flags");
        if ((flags & hasExtra) != 0)
        {
            Span<byte> size = stackalloc byte[2];
            ReadWhole(size, "gzip header");
            _file.Position += BinaryPrimitives.ReadUInt16LittleEndian(size);
        }

        if ((flags & hasName) != 0) SkipText();
        if ((flags & hasComment) != 0) SkipText();
        if ((flags & hasHeaderCrc) != 0) _file.Position += 2;

        if (_file.Position >= _file.Length)
            throw new InvalidDataException($"ends at byte {_file.Length} within the gzip header: the file is cut short");
        _body = new DeflateStream(_file, CompressionMode.Decompress, leaveOpen: true);
        (_bodyStart, _crc, _length) = (_file.Position, default, 0);
    }

    // DeflateStream reads its input in blocks and does not say which byte was the last it needed. But the eight bytes of the
    // trailer are known once everything is unpacked: they must stand in the block that was read last, or right behind it.
    void EndMember()
    {
        _body!.Dispose();
        _body = null;
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _crc.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], _length);

        long from = Math.Max(_bodyStart, _file.Position - MostReadAhead), to = Math.Min(_file.Length, _file.Position + TrailerBytes);
        int size = (int)(to - from);
        if (_last.Length < size) _last = new byte[size];
        _file.Position = from;
        _file.ReadExactly(_last, 0, size);
        int at = _last.AsSpan(0, size).IndexOf(trailer);
        if (at < 0)
            throw new InvalidDataException($"the gzip data is cut short or damaged: up to byte {to} of {_file.Length} no trailer states "
                + $"the unpacked bytes' checksum {_crc.Value:x8} and their number {_length} (modulo 2^32)");
        _file.Position = from + at + TrailerBytes;

        // Zeros may fill up a block of tape; another member may follow (RFC 1952, section 2.2).
        while (_file.Position < _file.Length && _file.ReadByte() is int b)
        {
            if (b == 0) continue;
            _file.Position--;
            if (!Begins(_file))
                throw new InvalidDataException($"{_file.Length - _file.Position} bytes follow the gzip data, "
                    + $"which ends at byte {_file.Position}; expected none");
            StartMember();
            return;
        }
    }

    void ReadWhole(Span<byte> bytes, string part)
    {
        long start = _file.Position;
        if (_file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new InvalidDataException($"ends at byte {_file.Length}, "
                + $"within or before the {part} that should begin at byte {start}: the file is cut short");
    }

    void SkipText()
    {
        int b;
        while ((b = _file.ReadByte()) > 0) { }
        if (b < 0) throw new InvalidDataException($"ends at byte {_file.Length} within the gzip header: the file is cut short");
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _body?.Dispose();
        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override void Flush() { }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
