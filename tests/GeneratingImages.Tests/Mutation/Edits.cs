using System.Buffers.Binary;
using System.Text;
using GeneratingImages.Core;

namespace GeneratingImages.Tests.Mutation;

/// <summary>
/// Seeded changes to bytes: bits, bytes, integers of every width and order, numbers in text, and pieces taken out, put in or moved.
/// </summary>
static class Edits
{
    const int MostEdits = 6, LongestPiece = 64, Beginning = 64;

    // Where arithmetic on sizes goes wrong: the ends of the signed and unsigned ranges, and just beyond them.
    static readonly long[] s_edges =
    [
        0, 1, -1, 2, 7, 8, 127, 128, 255, 256, 32767, 32768, 65535, 65536,
        int.MaxValue, 1L << 31, uint.MaxValue, 1L << 32, long.MaxValue, long.MinValue, -2, 1L << 62,
    ];

    static readonly string[] s_texts =
    [
        "0", "-1", "1", "00", "2147483647", "2147483648", "4294967296", "9223372036854775807", "99999999999999999999",
        "1e400", "-1e400", "1e-400", "NaN", "null", "true",
        "[]", "{}", "\"\"", "\"\\ud800\"", "0.5", "1e5", "[[[[[[[[[[[[", "\0", "\u001b[2J", "é", "٣",
    ];

    /// <summary>A changed copy.</summary>
    public static byte[] Of(byte[] sample, CounterRandom random)
    {
        var bytes = new List<byte>(sample);
        for (int edits = 1 + random.Below(MostEdits); edits > 0; edits--) Edit(bytes, random);
        return [.. bytes];
    }

    static void Edit(List<byte> bytes, CounterRandom random)
    {
        if (bytes.Count == 0)
        {
            bytes.Add((byte)random.Below(256));
            return;
        }

        // Headers stand at the beginning, and there every bit counts.
        int at = random.Below(random.Below(3) == 0 ? Math.Min(bytes.Count, Beginning) : bytes.Count);
        switch (random.Below(14))
        {
            case 0 or 1: bytes[at] ^= (byte)(1 << random.Below(8)); break;
            case 2: bytes[at] = (byte)random.Below(256); break;
            case 3: bytes[at] = (byte)s_edges[random.Below(s_edges.Length)]; break;
            case 4: bytes[at] += (byte)(random.Below(33) - 16); break;
            case 5 or 6: WriteInteger(bytes, at, random); break;
            case 7: bytes.RemoveRange(at, Length(bytes.Count - at, random)); break;
            case 8: bytes.InsertRange(at, Piece(bytes, random)); break;
            case 9: bytes.InsertRange(at, Enumerable.Repeat((byte)random.Below(256), 1 + random.Below(LongestPiece)).ToArray()); break;
            case 10:
                byte[] piece = Piece(bytes, random);
                for (int i = 0; i < piece.Length && at + i < bytes.Count; i++) bytes[at + i] = piece[i];
                break;
            case 11: ReplaceNumber(bytes, at, random); break;
            case 12 when random.Below(4) == 0: bytes.RemoveRange(at, bytes.Count - at); break;
            case 12: bytes.AddRange(Piece(bytes, random)); break;
            default: Repeat(bytes, at, random); break;
        }
    }

    static int Length(int most, CounterRandom random) => Math.Min(most, 1 + random.Below(LongestPiece));

    static byte[] Piece(List<byte> bytes, CounterRandom random)
    {
        int from = random.Below(bytes.Count);
        return bytes.GetRange(from, Length(bytes.Count - from, random)).ToArray();
    }

    static void WriteInteger(List<byte> bytes, int at, CounterRandom random)
    {
        int width = 1 << (1 + random.Below(3));
        long value = s_edges[random.Below(s_edges.Length)];
        Span<byte> word = stackalloc byte[8];
        if (random.Below(2) == 0) BinaryPrimitives.WriteInt64LittleEndian(word, value);
        else BinaryPrimitives.WriteInt64BigEndian(word, value << (64 - 8 * width));
        for (int i = 0; i < width && at + i < bytes.Count; i++) bytes[at + i] = word[i];
    }

    // In text the next number, or whatever stands there, becomes another one.
    static void ReplaceNumber(List<byte> bytes, int at, CounterRandom random)
    {
        int start = bytes.FindIndex(at, b => b is >= (byte)'0' and <= (byte)'9');
        if (start < 0) start = at;
        int end = bytes.FindIndex(start, b => b is < (byte)'0' or > (byte)'9');
        bytes.RemoveRange(start, (end < 0 ? bytes.Count : end) - start);
        bytes.InsertRange(start, Encoding.UTF8.GetBytes(s_texts[random.Below(s_texts.Length)]));
    }

    // A piece many times over, seldom very many.
    static void Repeat(List<byte> bytes, int at, CounterRandom random)
    {
        byte[] piece = bytes.GetRange(at, Math.Min(bytes.Count - at, 1 + random.Below(16))).ToArray();
        int times = 1 << random.Below(random.Below(16) == 0 ? 11 : 5);
        bytes.InsertRange(at, Enumerable.Repeat(piece, times).SelectMany(p => p).ToArray());
    }
}
