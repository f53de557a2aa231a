namespace GeneratingImages.Training;

/// <summary>One field of a message in Protocol Buffers' wire format ("Encoding", protobuf.dev).</summary>
/// <param name="Number">The field's number.</param>
/// <param name="Wire">The wire type: 0 a varint, 1 eight bytes, 2 a length and bytes, 5 four bytes.</param>
/// <param name="Integer">The value of a varint.</param>
/// <param name="Bytes">The bytes of any other.</param>
readonly record struct WireField(int Number, int Wire, ulong Integer, ReadOnlyMemory<byte> Bytes)
{
    const int LongestVarint = 10;

    /// <summary>The fields of a message, up to its end or to the first that is damaged.</summary>
    public static IEnumerable<WireField> Read(ReadOnlyMemory<byte> message)
    {
        while (TakeVarint(ref message, out ulong key))
        {
            int number = (int)(key >> 3 & int.MaxValue), wire = (int)(key & 7);
            ulong integer = 0, length = 0;
            switch (wire)
            {
                case 0 when !TakeVarint(ref message, out integer): yield break;
                case 0: break;
                case 1: length = 8; break;
                case 2 when !TakeVarint(ref message, out length): yield break;
                case 2: break;
                case 5: length = 4; break;
                default: yield break;
            }

            if (length > (ulong)message.Length) yield break;
            yield return new WireField(number, wire, integer, message[..(int)length]);
            message = message[(int)length..];
        }
    }

    static bool TakeVarint(ref ReadOnlyMemory<byte> message, out ulong value)
    {
        value = 0;
        ReadOnlySpan<byte> bytes = message.Span;
        for (int i = 0; i < Math.Min(bytes.Length, LongestVarint); i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << 7 * i;
            if (bytes[i] > 0x7F) continue;
            message = message[(i + 1)..];
            return true;
        }

        return false;
    }
}
