using System.Buffers.Binary;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// Reads the IDX files of MNIST, packed with gzip as published or raw. An IDX file is two zero bytes, the type (8: unsigned
/// bytes), the number of dimensions, the sizes as big-endian 32-bit numbers, then the bytes (LeCun, Cortes, Burges, "The MNIST
/// database of handwritten digits", section "File formats").
/// </summary>
public static class IdxFile
{
    const uint LabelMagic = 0x0801, ImageMagic = 0x0803;

    /// <summary>Reads a file of images.</summary>
    /// <param name="path">The file.</param>
    /// <param name="image">The size every image must have: [height, width, 1].</param>
    /// <param name="count">The number of images it must hold.</param>
    /// <exception cref="UserException">The file cannot be read, is damaged, or holds something else.</exception>
    public static ImageSet ReadImages(string path, Shape image, int count) =>
        InputFile.Read(path, $"an IDX file of {count} images", file => ReadImages(file, image, count));

    /// <summary>Reads a file of labels.</summary>
    /// <param name="path">The file.</param>
    /// <param name="count">The number of labels it must hold.</param>
    /// <param name="classes">Every label must be below this number.</param>
    /// <exception cref="UserException">The file cannot be read, is damaged, or holds something else.</exception>
    public static byte[] ReadLabels(string path, int count, int classes) =>
        InputFile.Read(path, $"an IDX file of {count} labels", file => ReadLabels(file, count, classes));

    internal static ImageSet ReadImages(Stream file, Shape image, int count)
    {
        using Stream bytes = Unpacked(file);
        ReadHeader(bytes, ImageMagic, [count, image[0], image[1]]);
        return new ImageSet(image, ReadBody(bytes, checked(count * (int)image.Count)));
    }

    internal static byte[] ReadLabels(Stream file, int count, int classes)
    {
        using Stream bytes = Unpacked(file);
        ReadHeader(bytes, LabelMagic, [count]);
        byte[] labels = ReadBody(bytes, count);
        int wrong = labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classes - 1));
        return wrong < 0 ? labels : throw new InvalidDataException($"label {wrong} is {labels[wrong]}, expected 0 to {classes - 1}");
    }

    static Stream Unpacked(Stream file) => VerifiedGzip.Begins(file) ? new VerifiedGzip(file) : file;

    static void ReadHeader(Stream bytes, uint magic, ReadOnlySpan<int> sizes)
    {
        Span<byte> word = stackalloc byte[4];
        uint found = ReadWord(bytes, word, "magic number");
        if (found != magic)
            throw new InvalidDataException($"magic number {found} ({Meaning(found)}), expected {magic} ({Meaning(magic)})");
        for (int i = 0; i < sizes.Length; i++)
        {
            string name = i switch { 0 => magic == LabelMagic ? "labels" : "images", 1 => "rows", _ => "columns" };
            uint size = ReadWord(bytes, word, $"number of {name}");
            if (size != sizes[i]) throw new InvalidDataException($"the header states {size} {name}, expected {sizes[i]}");
        }
    }

    static uint ReadWord(Stream bytes, Span<byte> word, string name) =>
        bytes.ReadAtLeast(word, word.Length, throwOnEndOfStream: false) == word.Length
            ? BinaryPrimitives.ReadUInt32BigEndian(word)
            : throw new InvalidDataException($"ends within the IDX header, before the {name}: the file is cut short");

    // The header's sizes were found to be the expected ones, so this allocation is of known size.
    static byte[] ReadBody(Stream bytes, int count)
    {
        byte[] body = GC.AllocateUninitializedArray<byte>(count);
        int read = bytes.ReadAtLeast(body, count, throwOnEndOfStream: false);
        if (read < count)
            throw new InvalidDataException($"ends after {read} bytes behind the IDX header, expected {count}: the file is cut short");

        // Reading on is also what makes the gzip reader verify its trailer.
        if (bytes.ReadByte() >= 0)
            throw new InvalidDataException($"more than {count} bytes behind the IDX header, expected exactly as many");
        return body;
    }

    static string Meaning(uint magic) => magic switch
    {
        LabelMagic => "labels",
        ImageMagic => "images",
        _ when magic >> 16 == 0 => "IDX of another type",
        _ => "not IDX",
    };
}
