using System.Buffers;
using System.Text.Json;

namespace GeneratingImages.Core;

/// <summary>The syntax of a JSON text (RFC 8259), looked through before the text is used.</summary>
/// <remarks>
/// For a word that is no literal, <c>nil</c> where <c>null</c> should be, .NET's reader quotes all that follows it, in several copies: a
/// multiple of the file's size for a message that is cut anyhow. Of a text in pieces it quotes no more than the word.
/// </remarks>
public static class JsonSyntax
{
    const int PieceBytes = 1024;

    /// <summary>Reads a whole text, one value and nothing behind it, and keeps nothing of it.</summary>
    /// <param name="text">UTF-8, without a byte order mark.</param>
    /// <exception cref="JsonException">
    /// It is not JSON, or nested deeper than 64 levels; with line and byte, and a short message.
    /// </exception>
    public static void Check(ReadOnlyMemory<byte> text)
    {
        var reader = new Utf8JsonReader(InPieces(text));
        while (reader.Read())
        {
        }
    }

    static ReadOnlySequence<byte> InPieces(ReadOnlyMemory<byte> text)
    {
        var first = new Piece(text[..Math.Min(PieceBytes, text.Length)], null);
        Piece last = first;
        for (int at = PieceBytes; at < text.Length; at += PieceBytes)
            last = new Piece(text.Slice(at, Math.Min(PieceBytes, text.Length - at)), last);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> bytes, Piece? before)
        {
            Memory = bytes;
            if (before is null) return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
