using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using GeneratingImages.Training;
using SkiaSharp;

namespace GeneratingImages.Tests.Data;

/// <summary>Builds archives in memory, good ones and bad ones, and runs readers on them from a temporary file.</summary>
static class ArchiveBuilder
{
    /// <summary>What a hostile file may take at most: far more than any of them needs, far less than a hang.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static byte[] Gzip(byte[] bytes, CompressionLevel level = CompressionLevel.Fastest)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, level)) gzip.Write(bytes);
        return packed.ToArray();
    }

    public static byte[] Idx(uint magic, uint[] sizes, byte[] body)
    {
        byte[] file = new byte[4 + 4 * sizes.Length + body.Length];
        BinaryPrimitives.WriteUInt32BigEndian(file, magic);
        for (int i = 0; i < sizes.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(4 + 4 * i), sizes[i]);
        body.CopyTo(file, 4 + 4 * sizes.Length);
        return file;
    }

    /// <summary>A ustar entry with its padding, written by hand so that every field can be wrong.</summary>
    public static byte[] Entry(string name, byte[] content, char type = '0', long? size = null)
    {
        byte[] entry = new byte[512 + (content.Length + 511) / 512 * 512];
        Encoding.UTF8.GetBytes(name).CopyTo(entry, 0);
        Field(100, "0000644\0");
        Field(108, "0000000\0");
        Field(116, "0000000\0");
        long stated = size ?? content.Length;
        if (stated < 1L << 33) Field(124, Convert.ToString(stated, 8).PadLeft(11, '0') + "\0");
        else
        {
            entry[124] = 0x80;
            BinaryPrimitives.WriteInt64BigEndian(entry.AsSpan(128), stated);
        }

        Field(136, "00000000000\0");
        entry[156] = (byte)type;
        Field(257, "ustar\0" + "00");
        Field(148, "        ");
        Field(148, Convert.ToString(entry.AsSpan(0, 512).ToArray().Sum(b => b), 8).PadLeft(6, '0') + "\0 ");
        content.CopyTo(entry, 512);
        return entry;

        void Field(int at, string text) => Encoding.ASCII.GetBytes(text).CopyTo(entry, at);
    }

    public static byte[] Tar(params byte[][] entries) => [.. entries.SelectMany(e => e), .. new byte[1024]];

    public static byte[] CifarRecords(int count, byte coarse = 3, byte fine = 42)
    {
        byte[] records = new byte[count * 3074];
        for (int i = 0; i < count; i++)
        {
            records[i * 3074] = coarse;
            records[i * 3074 + 1] = fine;
            for (int p = 0; p < 3072; p++) records[i * 3074 + 2 + p] = (byte)(i + p / 1024 * 50 + p % 7);
        }

        return records;
    }

    public static byte[] Jpeg(
        int width = 250, int height = 250, int seed = 1, SKEncodedImageFormat format = SKEncodedImageFormat.Jpeg, bool grey = false)
    {
        using var bitmap = new SKBitmap(width, height, grey ? SKColorType.Gray8 : SKColorType.Rgba8888, SKAlphaType.Opaque);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                bitmap.SetPixel(x, y, new SKColor((byte)(x + seed), (byte)(grey ? x + seed : y), (byte)(grey ? x + seed : x / 2 + y / 2)));
        using SKData data = bitmap.Encode(format, 90);
        return data.ToArray();
    }

    /// <summary>Writes the bytes to a temporary file, runs the reader on it and removes it.</summary>
    public static T ReadFrom<T>(byte[] bytes, Func<string, T> read)
    {
        string path = Path.Combine(Path.GetTempPath(), $"genimg-{Guid.NewGuid():N}");
        File.WriteAllBytes(path, bytes);
        try
        {
            Task<T> reading = Task.Run(() => read(path));
            Assert.True(Task.WaitAny([reading], Patience) == 0, $"not done after {Patience}: a hang");
            return reading.GetAwaiter().GetResult();
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>
    /// Reads bytes that must be refused, and checks that the message is one printable line with file and fragments in it.
    /// </summary>
    public static string Refused<T>(byte[] bytes, Func<string, T> read, params string[] fragments)
    {
        UserException refusal = Assert.Throws<UserException>(() => ReadFrom(bytes, read));
        Assert.Contains("genimg-", refusal.Message);
        Assert.All(refusal.Message, c => Assert.False(char.IsControl(c), $"control character in: {refusal.Message}"));
        foreach (string fragment in fragments) Assert.Contains(fragment, refusal.Message);
        return refusal.Message;
    }
}
