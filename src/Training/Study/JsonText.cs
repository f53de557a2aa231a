using System.Text;
using System.Text.Json;

namespace GeneratingImages.Training;

/// <summary>The text of a JSON file, and how errors in it are reported: with the file, the line and the column.</summary>
/// <param name="path">The file.</param>
/// <param name="bytes">Its content, without a byte order mark.</param>
sealed class JsonText(string path, byte[] bytes)
{
    // What .NET appends to its own messages; the place is stated here instead.
    const string PlaceSuffix = " LineNumber:";

    /// <summary>The content.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>Reads a file of UTF-8.</summary>
    /// <param name="path">The file.</param>
    /// <param name="expected">What it should be, for messages: "a study file".</param>
    /// <param name="largest">The most bytes it may have.</param>
    /// <exception cref="UserException">It is not there, too large, or not UTF-8.</exception>
    public static JsonText Read(string path, string expected, int largest) => InputFile.Read(path, expected, file =>
    {
        string shown = InputFile.Printable(path);
        if (file.Length > largest) throw new UserException($"{shown}: has {file.Length} bytes, {expected} has at most {largest}: split it");
        byte[] all = new byte[file.Length];
        file.ReadExactly(all);
        return Of(shown, all);
    });

    /// <summary>Takes a file's bytes; the name is for messages.</summary>
    /// <exception cref="UserException">They are not UTF-8.</exception>
    public static JsonText Of(string shown, byte[] all)
    {
        byte[] content = all.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? all[Encoding.UTF8.Preamble.Length..] : all;
        var text = new JsonText(shown, content);
        try
        {
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetCharCount(content);
        }
        catch (DecoderFallbackException e)
        {
            throw text.Error(Math.Max(0, e.Index), "is not UTF-8 from here on: save the file as UTF-8");
        }

        return text;
    }

    /// <summary>An error at a byte of the text.</summary>
    public UserException Error(int offset, string message)
    {
        (int line, int column) = Place(offset);
        return new UserException(FormattableString.Invariant($"{path}, line {line}, column {column}: ") + message);
    }

    /// <summary>The error that the JSON reader found.</summary>
    public UserException Error(JsonException found)
    {
        int lineStart = 0;
        for (long line = 0; line < (found.LineNumber ?? 0); line++) lineStart = bytes.AsSpan(lineStart).IndexOf((byte)'\n') + lineStart + 1;
        string message = found.Message;
        int end = message.IndexOf(PlaceSuffix, StringComparison.Ordinal);
        if (end >= 0) message = message[..end];
        if (message.Contains("trailing comma", StringComparison.Ordinal)) message = "a comma before a closing bracket: remove it";
        int offset = (int)Math.Min(lineStart + (found.BytePositionInLine ?? 0), bytes.Length);
        return Error(offset, $"is not JSON: {InputFile.Printable(message.TrimEnd('.').ReplaceLineEndings(" "))}");
    }

    /// <summary>Line and column of a byte, both from 1; the column counts characters as editors do.</summary>
    (int Line, int Column) Place(int offset)
    {
        ReadOnlySpan<byte> before = bytes.AsSpan(0, Math.Min(offset, bytes.Length));
        int lineStart = before.LastIndexOf((byte)'\n') + 1;
        return (before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1);
    }
}
