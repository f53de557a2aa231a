using System.Buffers.Binary;
using System.Text;

namespace GeneratingImages.Training;

/// <summary>
/// One message of TensorBoard's event file, in Protocol Buffers' wire format. Of tensorflow/core/util/event.proto: wall_time = 1 (double,
/// seconds since 1970), step = 2 (int64), file_version = 3 (string), summary = 5. Of tensorflow/core/framework/summary.proto: a summary
/// holds values = 1, a value has tag = 1, simple_value = 2 (float), image = 4, and an image height = 1, width = 2, colorspace = 3,
/// encoded_image_string = 4.
/// </summary>
sealed class EventMessage
{
    const int Varint = 0, Delimited = 2;
    const int WallTime = 1, Step = 2, FileVersion = 3, Summary = 5, Value = 1, Tag = 1, SimpleValue = 2, Image = 4;

    readonly ProtobufWriter _message = new(), _summary = new();

    /// <summary>Begins a message.</summary>
    /// <param name="time">When what it tells of took place.</param>
    /// <param name="step">Its place on the horizontal axis.</param>
    public EventMessage(DateTimeOffset time, long step)
    {
        _message.Double(WallTime, (time - DateTimeOffset.UnixEpoch).TotalSeconds);
        _message.Integer(Step, step);
    }

    /// <summary>The message that every file begins with.</summary>
    public static byte[] Version(DateTimeOffset time)
    {
        var message = new EventMessage(time, 0);
        message._message.Text(FileVersion, "brain.Event:2");
        return message._message.Written.ToArray();
    }

    /// <summary>Adds a number.</summary>
    public EventMessage Scalar(string tag, double value)
    {
        _summary.Message(Value, scalar =>
        {
            scalar.Text(Tag, tag);
            scalar.Float(SimpleValue, (float)value);
        });
        return this;
    }

    /// <summary>Adds a picture.</summary>
    /// <param name="tag">Its name.</param>
    /// <param name="png">A PNG file.</param>
    public EventMessage Picture(string tag, byte[] png)
    {
        const int Height = 1, Width = 2, Colorspace = 3, Encoded = 4;
        _summary.Message(Value, picture =>
        {
            picture.Text(Tag, tag);
            picture.Message(Image, image =>
            {
                // The header chunk comes first: width and height at bytes 16 and 20, the colour type at 25 (PNG specification,
                // section 11.2.2).
                image.Integer(Height, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
                image.Integer(Width, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)));
                image.Integer(Colorspace, png[25] == 0 ? 1 : 3);
                image.Bytes(Encoded, png);
            });
        });
        return this;
    }

    /// <summary>The message's bytes; nothing can be added behind.</summary>
    public byte[] ToArray()
    {
        _message.Bytes(Summary, _summary.Written);
        return _message.Written.ToArray();
    }

    /// <summary>The step of a message and the tags of the values in it; no tags if it has none, or is damaged.</summary>
    public static (long Step, IReadOnlyList<string> Tags) TagsOf(ReadOnlyMemory<byte> message)
    {
        long step = 0;
        var tags = new List<string>();
        foreach (WireField field in WireField.Read(message))
        {
            if (field is { Number: Step, Wire: Varint }) step = (long)field.Integer;
            if (field is not { Number: Summary, Wire: Delimited }) continue;
            foreach (WireField value in WireField.Read(field.Bytes))
            {
                if (value is not { Number: Value, Wire: Delimited }) continue;
                foreach (WireField part in WireField.Read(value.Bytes))
                    if (part is { Number: Tag, Wire: Delimited }) tags.Add(Encoding.UTF8.GetString(part.Bytes.Span));
            }
        }

        return (step, tags);
    }
}
