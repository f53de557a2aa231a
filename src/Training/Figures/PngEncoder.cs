using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace GeneratingImages.Training;

/// <summary>Writes 8-bit grey and RGB pictures as PNG (W3C, Portable Network Graphics Specification, third edition).</summary>
static class PngEncoder
{
    /// <summary>The eight bytes every PNG file starts with (section 5.2).</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Writes a whole file: header, one data chunk, end.</summary>
    public static void Encode(Stream to, Bitmap picture)
    {
        to.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], picture.Height);
        header[8] = 8;                                              // bits a value
        header[9] = (byte)(picture.Channels == 1 ? 0 : 2);          // colour type: grey or truecolour
        header[10..].Clear();                                       // deflate, adaptive filtering, not interlaced
        WriteChunk(to, "IHDR", header);
        WriteChunk(to, "IDAT", Compress(picture));
        WriteChunk(to, "IEND", []);
    }

    static byte[] Compress(Bitmap picture)
    {
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Optimal))
        {
            int stride = picture.Width * picture.Channels;
            byte[] above = new byte[stride];
            byte[] best = new byte[stride + 1];
            byte[] candidate = new byte[stride + 1];
            for (int y = 0; y < picture.Height; y++)
            {
                byte[] row = picture.Pixels.AsSpan(y * stride, stride).ToArray();
                long bestSum = long.MaxValue;
                // Up comes first: it leaves nothing but zeros of the equal rows that drawings are full of.
                foreach (byte filter in (ReadOnlySpan<byte>)[2, 1, 0, 3, 4])
                {
                    long sum = Filter(filter, row, above, picture.Channels, candidate);
                    if (sum < bestSum) (bestSum, best, candidate) = (sum, candidate, best);
                    if (bestSum == 0) break;
                }

                zlib.Write(best);
                above = row;
            }
        }

        return data.ToArray();
    }

    // Section 9.2 has the filters, 12.7 the rule to choose by: the row whose differences, as signed bytes, are smallest in sum.
    static long Filter(byte kind, byte[] row, byte[] above, int channels, byte[] into)
    {
        into[0] = kind;
        long sum = 0;
        for (int i = 0; i < row.Length; i++)
        {
            int left = i >= channels ? row[i - channels] : 0;
            int up = above[i];
            int corner = i >= channels ? above[i - channels] : 0;
            int prediction = kind switch
            {
                0 => 0,
                1 => left,
                2 => up,
                3 => (left + up) / 2,
                _ => Paeth(left, up, corner),
            };
            byte difference = (byte)(row[i] - prediction);
            into[i + 1] = difference;
            sum += Math.Abs((int)(sbyte)difference);
        }

        return sum;
    }

    // Section 9.4: of left, up and corner the one nearest to left + up - corner; ties go in that order.
    static int Paeth(int left, int up, int corner)
    {
        int toLeft = Math.Abs(up - corner), toUp = Math.Abs(left - corner), toCorner = Math.Abs(left + up - 2 * corner);
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }

    static void WriteChunk(Stream to, string type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        to.Write(word);
        byte[] name = Encoding.ASCII.GetBytes(type);
        to.Write(name);
        to.Write(data);
        // Annex D: the same CRC-32 as gzip's.
        var crc = new Crc32();
        crc.Append(name);
        crc.Append(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, crc.Value);
        to.Write(word);
    }
}
