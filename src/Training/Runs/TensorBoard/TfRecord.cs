using System.Buffers.Binary;
using System.Numerics;

namespace GeneratingImages.Training;

/// <summary>
/// The framing of TensorFlow's record files: the length as 8 bytes, the length's masked CRC-32C, the data, the data's masked CRC-32C, all
/// little-endian (tensorflow/core/lib/io/record_writer.h).
/// </summary>
static class TfRecord
{
    const int HeaderBytes = sizeof(ulong) + sizeof(uint), FooterBytes = sizeof(uint);

    /// <summary>Writes one record.</summary>
    public static void Write(Stream to, ReadOnlySpan<byte> data)
    {
        byte[] record = new byte[HeaderBytes + data.Length + FooterBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(sizeof(ulong)), Mask(Crc32C(record.AsSpan(0, sizeof(ulong)))));
        data.CopyTo(record.AsSpan(HeaderBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(HeaderBytes + data.Length), Mask(Crc32C(data)));

        // One call, so that a process that dies leaves the record there or, at worst, a beginning of it.
        to.Write(record);
    }

    /// <summary>The records of a file up to its end or to the first that is not whole: nobody can find the next one behind that.</summary>
    /// <param name="from">A stream that knows its length.</param>
    public static IEnumerable<byte[]> Read(Stream from)
    {
        byte[] header = new byte[HeaderBytes], footer = new byte[FooterBytes];
        while (from.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) == HeaderBytes)
        {
            ulong length = BinaryPrimitives.ReadUInt64LittleEndian(header);
            uint check = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(sizeof(ulong)));
            if (check != Mask(Crc32C(header.AsSpan(0, sizeof(ulong)))) || length > (ulong)Math.Max(0, from.Length - from.Position))
                yield break;
            byte[] data = new byte[length];
            if (from.ReadAtLeast(data, data.Length, throwOnEndOfStream: false) < data.Length) yield break;
            if (from.ReadAtLeast(footer, FooterBytes, throwOnEndOfStream: false) < FooterBytes) yield break;
            if (BinaryPrimitives.ReadUInt32LittleEndian(footer) != Mask(Crc32C(data))) yield break;
            yield return data;
        }
    }

    /// <summary>
    /// The CRC-32C of iSCSI: the Castagnoli polynomial, bits reflected, register and result inverted (RFC 3720, section 12.1).
    /// </summary>
    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (byte b in bytes) crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    // A checksum of data that contains checksums is weak, so stored ones are rotated and shifted (tensorflow/core/lib/hash/crc32c.h).
    static uint Mask(uint crc) => BitOperations.RotateRight(crc, 15) + 0xa282ead8;
}
