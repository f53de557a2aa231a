using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using GeneratingImages.Core;
using GeneratingImages.Tests.Data;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Tests.TensorBoard;

namespace GeneratingImages.Tests.Mutation;

/// <summary>
/// Changes that keep a file's outer layers whole, so that what lies below them is reached: checksums and lengths are computed anew, by
/// code that shares nothing with the readers.
/// </summary>
static class Repairs
{
    const int GzipHeader = 10, GzipTrailer = 8, TarBlock = 512;

    /// <summary>Changed content under a whole gzip layer, or the content itself.</summary>
    public static byte[] PackedOrRaw(byte[] sample, CounterRandom random)
    {
        byte[] changed = Edits.Of(sample, random);
        return random.Below(2) == 0 ? changed : Pack(changed);
    }

    /// <summary>Changed packed data, mostly with the checksum and length of what it unpacks to now.</summary>
    public static byte[] Gzip(byte[] sample, CounterRandom random)
    {
        byte[] changed = Edits.Of(sample, random);
        if (random.Below(4) == 0 || changed.Length < GzipHeader + GzipTrailer) return changed;
        try
        {
            using var inflate = new DeflateStream(new MemoryStream(changed[GzipHeader..^GzipTrailer]), CompressionMode.Decompress);
            using var unpacked = new MemoryStream();
            inflate.CopyTo(unpacked);
            BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(changed.Length - 8), Skia.Crc32(unpacked.ToArray()));
            BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(changed.Length - 4), (int)unpacked.Length);
        }
        catch (InvalidDataException)
        {
            // What does not unpack has no checksum.
        }

        return changed;
    }

    /// <summary>A changed tar archive, mostly with every header's checksum put right.</summary>
    public static byte[] Tar(byte[] sample, CounterRandom random)
    {
        byte[] changed = random.Below(2) == 0 ? Edits.Of(sample, random) : EditedHeader(sample, random);
        return random.Below(8) == 0 ? changed : WithTarSums(changed);
    }

    /// <summary>The same below a gzip layer.</summary>
    public static byte[] PackedTar(byte[] sample, CounterRandom random) => Pack(Tar(sample, random));

    /// <summary>A changed PNG, mostly with every chunk's length and checksum put right.</summary>
    public static byte[] Png(byte[] sample, CounterRandom random)
    {
        if (random.Below(4) == 0) return Edits.Of(sample, random);
        using var file = new MemoryStream();
        file.Write(sample.AsSpan(0, 8));
        List<(string Type, byte[] Data)> chunks = [.. Chunks(sample)];
        int chosen = random.Below(chunks.Count);
        chunks[chosen] = (chunks[chosen].Type, Edits.Of(chunks[chosen].Data, random));
        if (random.Below(8) == 0) chunks.Insert(random.Below(chunks.Count + 1), chunks[random.Below(chunks.Count)]);
        if (random.Below(8) == 0) chunks.RemoveAt(random.Below(chunks.Count));
        byte[] word = new byte[4];
        foreach ((string type, byte[] data) in chunks)
        {
            byte[] named = [.. Encoding.ASCII.GetBytes(type), .. data];
            BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
            file.Write(word);
            file.Write(named);
            BinaryPrimitives.WriteUInt32BigEndian(word, Skia.Crc32(named));
            file.Write(word);
        }

        return file.ToArray();
    }

    /// <summary>A changed JPEG: anywhere, or in the tables and headers ahead of the coded data.</summary>
    public static byte[] Jpeg(byte[] sample, CounterRandom random)
    {
        int scan = sample.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]) + 14;
        return random.Below(2) == 0 ? Edits.Of(sample, random) : [.. Edits.Of(sample[..scan], random), .. sample[scan..]];
    }

    /// <summary>A changed safetensors file, mostly with the header's length and the checksum put right.</summary>
    public static byte[] Safetensors(byte[] sample, CounterRandom random)
    {
        if (random.Below(4) == 0) return Edits.Of(sample, random);
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(sample);
        byte[] header = sample[8..(8 + length)], data = sample[(8 + length)..];
        if (random.Below(4) == 0) data = Edits.Of(data, random);
        else header = Edits.Of(header, random);
        SignHeader(header, data);
        byte[] file = [.. new byte[8], .. header, .. data];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        return file;
    }

    /// <summary>A changed file of decoded pixels, mostly with the header's digest put right.</summary>
    public static byte[] DecodedPixels(byte[] sample, CounterRandom random)
    {
        const int SourceLength = 72, Fixed = 108, Digest = 32;
        byte[] changed = Edits.Of(sample, random);
        if (random.Below(4) == 0 || changed.Length < Fixed) return changed;
        int end = Fixed + BinaryPrimitives.ReadInt32LittleEndian(changed.AsSpan(SourceLength));
        if (end >= Fixed && end <= changed.Length - Digest) SHA256.HashData(changed.AsSpan(0, end)).CopyTo(changed, end);
        return changed;
    }

    /// <summary>A changed event file, mostly with records whose lengths and checksums hold.</summary>
    public static byte[] Events(byte[] sample, CounterRandom random)
    {
        if (random.Below(4) == 0) return Edits.Of(sample, random);
        using var file = new MemoryStream();
        foreach (byte[] record in PublishedReader.Records(sample))
            file.Write(PublishedReader.Framed(random.Below(2) == 0 ? Edits.Of(record, random) : record));
        return file.ToArray();
    }

    /// <summary>A gzip file that packs nothing, so that it is made quickly.</summary>
    public static byte[] Pack(byte[] content) => ArchiveBuilder.Gzip(content, CompressionLevel.NoCompression);

    static byte[] EditedHeader(byte[] sample, CounterRandom random)
    {
        int at = random.Below(sample.Length / TarBlock) * TarBlock;
        byte[] header = Edits.Of(sample[at..(at + TarBlock)], random);
        Array.Resize(ref header, TarBlock);
        return [.. sample[..at], .. header, .. sample[(at + TarBlock)..]];
    }

    static byte[] WithTarSums(byte[] tar)
    {
        for (int at = 0; at + TarBlock <= tar.Length; at += TarBlock)
        {
            Span<byte> header = tar.AsSpan(at, TarBlock);
            if (!header[257..].StartsWith("ustar"u8)) continue;
            header.Slice(148, 8).Fill((byte)' ');
            int sum = 0;
            foreach (byte b in header) sum += b;
            Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header[148..]);
        }

        return tar;
    }

    static IEnumerable<(string Type, byte[] Data)> Chunks(byte[] png)
    {
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            yield return (Encoding.ASCII.GetString(png, at + 4, 4), png[(at + 8)..(at + 8 + length)]);
            at += 12 + length;
        }
    }

    static void SignHeader(byte[] header, byte[] data)
    {
        ReadOnlySpan<byte> key = "\"sha256\":\""u8;
        int at = header.AsSpan().IndexOf(key) + key.Length;
        if (at < key.Length || at + 64 > header.Length) return;
        header.AsSpan(at, 64).Fill((byte)'0');
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData([.. header, .. data]))).CopyTo(header, at);
    }
}
