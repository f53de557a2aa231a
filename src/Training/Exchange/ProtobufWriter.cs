using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace GeneratingImages.Training;

/// <summary>
/// Writes messages in the wire format of Protocol Buffers (protobuf.dev, "Encoding"): a field is a key, field number times 8 plus wire
/// type, then its value. Wire type 0 is a varint, 1 eight bytes, 5 four, 2 a length and that many bytes, which strings and messages are
/// too.
/// </summary>
sealed class ProtobufWriter
{
    const int Varint = 0, Fixed64 = 1, LengthDelimited = 2, Fixed32 = 5;

    readonly ArrayBufferWriter<byte> _buffer = new();

    /// <summary>What has been written.</summary>
    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    /// <summary>An integer or enumeration.</summary>
    public void Integer(int field, long value)
    {
        Key(field, Varint);
        Number((ulong)value);
    }

    /// <summary>A single-precision number.</summary>
    public void Float(int field, float value)
    {
        Key(field, Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(_buffer.GetSpan(sizeof(float)), value);
        _buffer.Advance(sizeof(float));
    }

    /// <summary>A double-precision number.</summary>
    public void Double(int field, double value)
    {
        Key(field, Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(_buffer.GetSpan(sizeof(double)), value);
        _buffer.Advance(sizeof(double));
    }

    /// <summary>A text, or nothing where it is empty: that is what readers take a missing one for.</summary>
    public void Text(int field, string value)
    {
        if (value.Length > 0) Bytes(field, Encoding.UTF8.GetBytes(value));
    }

    /// <summary>Bytes.</summary>
    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Key(field, LengthDelimited);
        Number((ulong)value.Length);
        _buffer.Write(value);
    }

    /// <summary>A message inside this one.</summary>
    public void Message(int field, Action<ProtobufWriter> write)
    {
        var inner = new ProtobufWriter();
        write(inner);
        Bytes(field, inner.Written);
    }

    void Key(int field, int wireType) => Number((ulong)((field << 3) | wireType));

    // Seven bits a byte, lowest first; the highest bit says that more follow.
    void Number(ulong value)
    {
        while (value >= 0x80)
        {
            Byte((byte)(value | 0x80));
            value >>= 7;
        }

        Byte((byte)value);
    }

    void Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }
}
