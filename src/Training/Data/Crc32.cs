using System.Buffers.Binary;

namespace GeneratingImages.Training;

/// <summary>
/// The CRC-32 of gzip (RFC 1952, section 8) and PNG: polynomial 0xEDB88320, bits reflected. Eight bytes a step with eight tables, after
/// Kounavis and Berry, "A Systematic Approach to Building High Performance Software-Based CRC Generators" (ISCC 2005).
/// </summary>
struct Crc32
{
    static readonly uint[] _tables = MakeTables();

    uint _register;

    /// <summary>The checksum of the bytes so far.</summary>
    public readonly uint Value => _register;

    /// <summary>Takes in more bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        uint[] t = _tables;
        uint crc = ~_register;
        while (bytes.Length >= 8)
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = t[0x700 + (low & 0xFF)] ^ t[0x600 + (low >> 8 & 0xFF)] ^ t[0x500 + (low >> 16 & 0xFF)] ^ t[0x400 + (low >> 24)]
                ^ t[0x300 + (high & 0xFF)] ^ t[0x200 + (high >> 8 & 0xFF)] ^ t[0x100 + (high >> 16 & 0xFF)] ^ t[high >> 24];
            bytes = bytes[8..];
        }

        foreach (byte b in bytes) crc = crc >> 8 ^ t[(crc ^ b) & 0xFF];
        _register = ~crc;
    }

    // Table k holds the remainder of a byte followed by k zero bytes.
    static uint[] MakeTables()
    {
        var tables = new uint[8 * 256];
        for (uint i = 0; i < 256; i++)
        {
            uint crc = i;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
            tables[i] = crc;
        }

        for (int i = 256; i < tables.Length; i++) tables[i] = tables[i - 256] >> 8 ^ tables[tables[i - 256] & 0xFF];
        return tables;
    }
}
