using System.Text.Json;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>A value of a JSON text that knows where it stands, so that whoever finds it wrong can say where.</summary>
sealed class LocatedJson
{
    LocatedJson(JsonTokenType kind, int offset) => (Kind, Offset) = (kind, offset);

    /// <summary>What it is: the token it begins with.</summary>
    public JsonTokenType Kind { get; }

    /// <summary>The byte it begins at.</summary>
    public int Offset { get; }

    /// <summary>The value as it stands in the text.</summary>
    public ReadOnlyMemory<byte> Raw { get; private set; }

    /// <summary>The content of a string; null for anything else.</summary>
    public string? String { get; private init; }

    /// <summary>The members of an object, in their order.</summary>
    public IReadOnlyList<Member> Members { get; private set; } = [];

    /// <summary>The elements of an array.</summary>
    public IReadOnlyList<LocatedJson> Elements { get; private set; } = [];

    /// <summary>A member of an object.</summary>
    /// <param name="Name">Its key.</param>
    /// <param name="Offset">The byte the key begins at.</param>
    /// <param name="Value">Its value.</param>
    public sealed record Member(string Name, int Offset, LocatedJson Value);

    /// <summary>A text at the place of this value.</summary>
    public LocatedJson Replaced(string text) =>
        new(JsonTokenType.String, Offset)
        {
            String = text,
            Raw = (byte[])[(byte)'"', .. JsonEncodedText.Encode(text).EncodedUtf8Bytes, (byte)'"'],
        };

    /// <summary>Reads a whole text: one value and nothing behind it.</summary>
    /// <exception cref="UserException">It is not JSON (RFC 8259), or an object has a key twice.</exception>
    public static LocatedJson Parse(JsonText text)
    {
        var reader = new Utf8JsonReader(text.Bytes.Span);
        try
        {
            JsonSyntax.Check(text.Bytes);
            reader.Read();
            LocatedJson root = Value(text, ref reader);
            reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            throw text.Error(e);
        }
        catch (InvalidOperationException e)
        {
            // A string with half of a surrogate pair: the reader finds it only when asked for the string.
            throw text.Error((int)reader.TokenStartIndex, e.Message);
        }
    }

    static LocatedJson Value(JsonText text, ref Utf8JsonReader reader)
    {
        int start = (int)reader.TokenStartIndex;
        var value = new LocatedJson(reader.TokenType, start)
        {
            String = reader.TokenType == JsonTokenType.String ? reader.GetString() : null,
        };
        if (value.Kind == JsonTokenType.StartObject) value.Members = ReadMembers(text, ref reader);
        if (value.Kind == JsonTokenType.StartArray) value.Elements = ReadElements(text, ref reader);
        value.Raw = text.Bytes[start..(int)reader.BytesConsumed];
        return value;
    }

    static List<Member> ReadMembers(JsonText text, ref Utf8JsonReader reader)
    {
        var members = new List<Member>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            (string name, int offset) = (reader.GetString()!, (int)reader.TokenStartIndex);
            if (members.Any(member => member.Name == name))
                throw text.Error(offset, $"'{InputFile.Printable(name)}' is given twice: remove one");
            reader.Read();
            members.Add(new Member(name, offset, Value(text, ref reader)));
        }

        return members;
    }

    static List<LocatedJson> ReadElements(JsonText text, ref Utf8JsonReader reader)
    {
        var elements = new List<LocatedJson>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) elements.Add(Value(text, ref reader));
        return elements;
    }
}
