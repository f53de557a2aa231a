using System.Text;

namespace GeneratingImages.Tests.TensorBoard;

/// <summary>
/// Reads event files from the published formats alone, sharing no code with the writer: record_writer.h and crc32c.h of TensorFlow for the
/// framing, "Encoding" of protobuf.dev for the messages, event.proto and summary.proto for the fields' numbers and types.
/// </summary>
static class PublishedReader
{
    /// <summary>One value of one event.</summary>
    public sealed record Value(long Step, double Time, string Tag, float? Number, Image? Picture);

    /// <summary>Fields 1 to 4 of Summary.Image.</summary>
    public sealed record Image(int Height, int Width, int Colorspace, byte[] Encoded);

    /// <summary>A field of a message: its number, its wire type, and what it holds.</summary>
    sealed record Field(int Number, int Wire, ulong Integer, byte[] Bytes);

    /// <summary>The values of a file's events, after checking that it begins with a version and that every checksum holds.</summary>
    public static List<Value> Read(string path)
    {
        List<byte[]> records = Records(File.ReadAllBytes(path));
        Field[] first = [.. Fields(records[0])];
        Assert.Equal("brain.Event:2", Encoding.ASCII.GetString(Assert.Single(first, f => f.Number == 3).Bytes));
        Assert.DoesNotContain(first, f => f.Number == 5);
        return [.. records.Skip(1).SelectMany(Values)];
    }

    /// <summary>The payloads of a file of records; any byte that does not fit fails.</summary>
    public static List<byte[]> Records(byte[] file)
    {
        var records = new List<byte[]>();
        for (int at = 0; at < file.Length;)
        {
            ulong length = 0;
            for (int i = 7; i >= 0; i--) length = length << 8 | file[at + i];
            Assert.Equal(Masked(file[at..(at + 8)]), Word(file, at + 8));
            byte[] data = file[(at + 12)..(at + 12 + (int)length)];
            Assert.Equal(Masked(data), Word(file, at + 12 + (int)length));
            records.Add(data);
            at += 16 + (int)length;
        }

        return records;
    }

    /// <summary>A record around a payload.</summary>
    public static byte[] Framed(byte[] data)
    {
        byte[] length = BitConverter.GetBytes((ulong)data.Length);
        return [.. length, .. BitConverter.GetBytes(Masked(length)), .. data, .. BitConverter.GetBytes(Masked(data))];
    }

    /// <summary>CRC-32C bit by bit, as RFC 3720 defines it: polynomial 0x1EDC6F41, here with its bits reversed.</summary>
    public static uint Crc32C(byte[] bytes)
    {
        uint crc = 0xFFFFFFFF;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) == 1 ? crc >> 1 ^ 0x82F63B78 : crc >> 1;
        }

        return crc ^ 0xFFFFFFFF;
    }

    static uint Masked(byte[] bytes)
    {
        uint crc = Crc32C(bytes);
        return unchecked((crc >> 15 | crc << 17) + 0xa282ead8);
    }

    static uint Word(byte[] file, int at) => (uint)(file[at] | file[at + 1] << 8 | file[at + 2] << 16 | file[at + 3] << 24);

    static IEnumerable<Value> Values(byte[] record)
    {
        Field[] fields = [.. Fields(record)];
        Field time = Assert.Single(fields, f => f.Number == 1), step = Assert.Single(fields, f => f.Number == 2);
        Assert.Equal((1, 0), (time.Wire, step.Wire));
        foreach (Field value in Fields(Assert.Single(fields, f => f.Number == 5).Bytes))
        {
            Assert.Equal((1, 2), (value.Number, value.Wire));
            Field[] parts = [.. Fields(value.Bytes)];
            string tag = Encoding.UTF8.GetString(Assert.Single(parts, p => p.Number == 1).Bytes);
            Field? number = parts.SingleOrDefault(p => p.Number == 2), picture = parts.SingleOrDefault(p => p.Number == 4);
            Assert.Equal(number is null ? null : 5, number?.Wire);
            yield return new Value(
                (long)step.Integer, BitConverter.ToDouble(time.Bytes), tag, number is null ? null : BitConverter.ToSingle(number.Bytes),
                picture is null ? null : Picture([.. Fields(picture.Bytes)]));
        }
    }

    static Image Picture(Field[] fields) => new(
        (int)fields.Single(f => f.Number == 1).Integer, (int)fields.Single(f => f.Number == 2).Integer,
        (int)fields.Single(f => f.Number == 3).Integer, fields.Single(f => f.Number == 4).Bytes);

    static IEnumerable<Field> Fields(byte[] message)
    {
        for (int at = 0; at < message.Length;)
        {
            ulong key = Varint(message, ref at), integer = 0;
            int wire = (int)(key & 7), length = wire switch { 1 => 8, 5 => 4, _ => 0 };
            Assert.Contains(wire, (int[])[0, 1, 2, 5]);
            if (wire == 0) integer = Varint(message, ref at);
            if (wire == 2) length = (int)Varint(message, ref at);
            yield return new Field((int)(key >> 3), wire, integer, message[at..(at + length)]);
            at += length;
        }
    }

    static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte b = message[at++];
            value |= (ulong)(b & 127) << shift;
            if (b < 128) return value;
        }
    }
}
