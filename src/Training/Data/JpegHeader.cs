using System.Buffers.Binary;

namespace GeneratingImages.Training;

/// <summary>
/// What a JPEG file says of itself, read before a decoder sees it: the markers and the frame header of ITU-T T.81, annex B.
/// A hostile file can ask a decoder for any size and for thousands of passes; here it is refused by its header.
/// </summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Components">Components: 1 grey, 3 colour, 4 CMYK.</param>
/// <param name="Precision">Bits a sample.</param>
/// <param name="Scans">Scans in the file; a progressive file goes over the image once for each.</param>
readonly record struct JpegHeader(int Height, int Width, int Components, int Precision, int Scans)
{
    const byte Prefix = 0xFF, StartOfImage = 0xD8, EndOfImage = 0xD9, StartOfScan = 0xDA, Temporary = 0x01;
    const int MostSampling = 4;

    /// <summary>Reads the markers from the first to the last.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a JPEG file with one frame header and at least one scan.</exception>
    public static JpegHeader Read(ReadOnlySpan<byte> file)
    {
        if (file is not [Prefix, StartOfImage, ..])
            throw new InvalidDataException(
                $"begins with {Convert.ToHexStringLower(file[..Math.Min(4, file.Length)])}, expected a JPEG file (ffd8)");
        JpegHeader? frame = null;
        int scans = 0;
        int at = 2;
        while (NextMarker(file, ref at) is { } marker && marker != EndOfImage)
        {
            if (marker is StartOfImage or Temporary or >= 0xD0 and <= 0xD7) continue;
            int length = at + 2 <= file.Length ? BinaryPrimitives.ReadUInt16BigEndian(file[at..]) : 0;
            if (length < 2 || at + length > file.Length)
                throw new InvalidDataException($"JPEG segment {marker:x2} at byte {at} has length {length}, "
                    + $"{file.Length - at} bytes are left: cut short or damaged");
            ReadOnlySpan<byte> segment = file.Slice(at + 2, length - 2);
            at += length;

            // C0 to CF are frame headers, but for the tables C4 (Huffman) and CC (arithmetic) and the reserved C8.
            if (marker is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC)
                frame = frame is null ? Frame(segment) : throw new InvalidDataException("two JPEG frame headers, expected one");
            else if (marker == StartOfScan) scans++;
        }

        return frame is { } f && scans > 0 ? f with { Scans = scans }
            : throw new InvalidDataException($"{(frame is null ? "no JPEG frame header" : "no JPEG scan")} "
                + $"up to byte {at} of {file.Length}: cut short or damaged");
    }

    static JpegHeader Frame(ReadOnlySpan<byte> segment)
    {
        if (segment.Length < 6 || segment.Length < 6 + 3 * segment[5])
            throw new InvalidDataException($"the JPEG frame header has {segment.Length} bytes, expected 6 and 3 for every component");
        var frame = new JpegHeader(
            BinaryPrimitives.ReadUInt16BigEndian(segment[1..]),
            BinaryPrimitives.ReadUInt16BigEndian(segment[3..]),
            segment[5],
            segment[0],
            0);
        for (int i = 0; i < frame.Components; i++)
        {
            int sampling = segment[7 + 3 * i], across = sampling >> 4, down = sampling & 15;
            if (across is < 1 or > MostSampling || down is < 1 or > MostSampling)
                throw new InvalidDataException($"JPEG component {i} has sampling {across}x{down}, expected 1 to {MostSampling} each way");
        }

        return frame;
    }

    // Within coded data FF is followed by 00 (a stuffed byte) or a restart marker, so a search finds the next real marker.
    static byte? NextMarker(ReadOnlySpan<byte> file, ref int at)
    {
        while (at < file.Length)
        {
            int prefix = file[at..].IndexOf(Prefix);
            if (prefix < 0) break;
            at += prefix;
            while (at < file.Length && file[at] == Prefix) at++;
            if (at == file.Length) break;
            byte marker = file[at++];
            if (marker != 0) return marker;
        }

        at = file.Length;
        return null;
    }
}
