using System.Text;

namespace GeneratingImages.Tests.Exchange;

/// <summary>
/// One field of a Protocol Buffers message, read by the wire format alone (protobuf.dev, "Encoding"); repeated fields come one by one.
/// </summary>
readonly record struct ProtobufField(int Field, ulong Number, byte[] Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>The fields of a message by number; what does not follow the format to the last byte fails the test.</summary>
    public static ILookup<int, ProtobufField> Read(byte[] message)
    {
        var fields = new List<ProtobufField>();
        int at = 0;
        while (at < message.Length)
        {
            ulong key = Varint();
            (int field, int wire) = ((int)(key >> 3), (int)(key & 7));
            Assert.InRange(field, 1, int.MaxValue);
            Assert.Contains(wire, (int[])[0, 2, 5]);
            ulong number = wire == 5 ? BitConverter.ToUInt32(message, at) : Varint();
            int length = wire switch { 0 => 0, 5 => 4, _ => checked((int)number) };
            Assert.InRange(at + length, at, message.Length);
            fields.Add(new ProtobufField(field, number, message[at..(at + length)]));
            at += length;
        }

        return fields.ToLookup(field => field.Field);

        ulong Varint()
        {
            ulong value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte next = message[at++];
                value |= (ulong)(next & 0x7F) << shift;
                if (next < 0x80) return value;
            }
        }
    }
}
