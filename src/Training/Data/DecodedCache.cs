using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// Keeps a data set's decoded pixels in one file of the user's cache, because reading them back is many times faster than
/// unpacking and decoding the published archive. The file is valid for one state of the source files only; a missing, stale or
/// damaged one is as good as none, and a cache that cannot be written is no error.
/// </summary>
/// <remarks>
/// Layout, little-endian: the fixed header (magic, format version, key, image size, three counts, whether validation and test are
/// one, length of the source line), the fingerprint, the source line in UTF-8, SHA-256 of all that, then the parts' pixels.
/// </remarks>
static class DecodedCache
{
    const int Version = 1;
    const int HashBytes = SHA256.HashSizeInBytes;
    const int FixedBytes = 8 + sizeof(int) + HashBytes + 8 * sizeof(int) + HashBytes;
    const int LongestSource = 1 << 16;
    const int LargestSide = 1 << 12;

    /// <summary>The state of the source files: their paths, sizes and times of change.</summary>
    public static byte[] KeyOf(string name, IEnumerable<string?> paths)
    {
        var text = new StringBuilder(name);
        foreach (string? path in paths)
        {
            if (path is null) continue;
            FileInfo file = Target(path);
            text.Append(
                CultureInfo.InvariantCulture,
                $"\n{file.FullName}\n{(file.Exists ? file.Length : -1)}\n{file.LastWriteTimeUtc.Ticks}");
        }

        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }

    // Links that lead in a circle have no target; the reader says so.
    static FileInfo Target(string path)
    {
        try
        {
            return new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path));
        }
        catch (IOException)
        {
            return new FileInfo(path);
        }
    }

    /// <summary>Reads a split back, or null where there is none for this key that is whole.</summary>
    public static DataSplit? Read(string folder, string name, ReadOnlySpan<byte> key)
    {
        try
        {
            string path = PathOf(folder, name);
            if (!File.Exists(path) || new FileInfo(path).Length < FixedBytes) return null;
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            return Read(file, name, key);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes a split, whole or not at all.</summary>
    /// <returns>Whether it was written.</returns>
    public static bool Write(string folder, DataSplit split, ReadOnlySpan<byte> key)
    {
        try
        {
            using var whole = new WholeFile(PathOf(folder, split.Name));
            byte[] header = Header(split, key);
            whole.Stream.Write(header);
            whole.Stream.Write(SHA256.HashData(header));
            whole.Stream.Write(split.Train.Pixels.Span);
            if (!ReferenceEquals(split.Validation, split.Test)) whole.Stream.Write(split.Validation.Pixels.Span);
            whole.Stream.Write(split.Test.Pixels.Span);
            whole.Keep();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    static string PathOf(string folder, string name) => Path.Combine(folder, "decoded", name + ".pixels");

    static byte[] Header(DataSplit split, ReadOnlySpan<byte> key)
    {
        byte[] source = Encoding.UTF8.GetBytes(split.Source);
        byte[] header = new byte[FixedBytes + source.Length];
        "GIPIXELS"u8.CopyTo(header);
        int at = 8;
        Int(Version);
        key.CopyTo(header.AsSpan(at));
        at += HashBytes;
        for (int axis = 0; axis < 3; axis++) Int(split.Train.Image[axis]);
        Int(split.Train.Count);
        Int(split.Validation.Count);
        Int(split.Test.Count);
        Int(ReferenceEquals(split.Validation, split.Test) ? 1 : 0);
        Int(source.Length);
        Convert.FromHexString(split.Fingerprint).CopyTo(header, at);
        source.CopyTo(header, FixedBytes);
        return header;

        void Int(int value)
        {
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(at), value);
            at += sizeof(int);
        }
    }

    /// <summary>Reads a split from a file's bytes, or null where they are for another key or damaged.</summary>
    /// <exception cref="EndOfStreamException">They end early.</exception>
    internal static DataSplit? Read(Stream file, string name, ReadOnlySpan<byte> key)
    {
        byte[] header = new byte[FixedBytes];
        file.ReadExactly(header);
        if (!header.AsSpan().StartsWith("GIPIXELS"u8) || Int(8) != Version || !header.AsSpan(12, HashBytes).SequenceEqual(key)) return null;
        const int sizes = 12 + HashBytes;
        int height = Int(sizes), width = Int(sizes + 4), channels = Int(sizes + 8);
        int train = Int(sizes + 12), validation = Int(sizes + 16), test = Int(sizes + 20), sourceLength = Int(sizes + 28);
        bool shared = Int(sizes + 24) == 1;
        if (sourceLength is < 0 or > LongestSource) return null;

        byte[] described = [.. header, .. new byte[sourceLength]];
        file.ReadExactly(described.AsSpan(FixedBytes));
        byte[] digest = new byte[HashBytes];
        file.ReadExactly(digest);
        if (!SHA256.HashData(described).AsSpan().SequenceEqual(digest)) return null;

        // The header is as it was written; still nothing is allocated that the file's length does not bear out.
        if (Math.Min(Math.Min(height, width), Math.Min(channels, Math.Min(train, Math.Min(validation, test)))) < 1) return null;
        if (Math.Max(height, Math.Max(width, channels)) > LargestSide) return null;
        Shape image = Shape.Of(height, width, channels);
        long images = (long)train + test + (shared ? 0 : validation);
        if (images > file.Length || file.Length != file.Position + images * image.Count) return null;

        ImageSet trainPart = Part(train);
        ImageSet? validationPart = shared ? null : Part(validation);
        ImageSet testPart = Part(test);
        string source = Encoding.UTF8.GetString(described.AsSpan(FixedBytes));
        DataSplit split = Splits.WithFingerprint(new DataSplit(name, trainPart, validationPart ?? testPart, testPart, source, ""));
        return split.Fingerprint == Convert.ToHexStringLower(header.AsSpan(FixedBytes - HashBytes, HashBytes)) ? split : null;

        int Int(int at) => BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(at));

        ImageSet Part(int count)
        {
            byte[] pixels = GC.AllocateUninitializedArray<byte>(checked((int)(count * image.Count)));
            file.ReadExactly(pixels);
            return new ImageSet(image, pixels);
        }
    }
}
