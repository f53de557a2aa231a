using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace GeneratingImages.Training;

/// <summary>
/// Codes in NumPy's array format (numpy.org, numpy.lib.format, version 1.0): the bytes <c>93 NUMPY 1 0</c>, two bytes of header length, a
/// Python dictionary of type, order and shape that ends in a line feed and fills up to a multiple of 64 bytes, then the values row by row.
/// </summary>
static partial class NpyFile
{
    const int Prefix = 10, Alignment = 64;

    static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Writes codes as single precision [count,width]; their names are not kept.</summary>
    public static void Write(Stream to, CodeTable codes)
    {
        string header = FormattableString.Invariant(
            $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({codes.Count}, {codes.Width}), }}");
        int length = (Prefix + header.Length + 1 + Alignment - 1) / Alignment * Alignment - Prefix;
        to.Write(Magic);
        to.Write([1, 0, (byte)length, (byte)(length >> 8)]);
        to.Write(Encoding.ASCII.GetBytes(header.PadRight(length - 1) + "\n"));
        to.Write(MemoryMarshal.AsBytes(codes.Values.AsSpan()));
    }

    /// <summary>Reads codes of a width; nothing is reserved before the header agrees with the file's length.</summary>
    /// <exception cref="UserException">
    /// The file is of another version, type, order or shape, cut off, or holds what is not a finite number.
    /// </exception>
    public static CodeTable Read(string path, int width) =>
        InputFile.Read(path, "codes as NPY", file => Read(InputFile.Printable(path), file, width));

    /// <summary>Reads a file's bytes; the name is for messages.</summary>
    internal static CodeTable Read(string shown, Stream file, int width)
    {
        UserException Wrong(string what) => new($"{shown}: {what}: write it by numpy.save(file, codes.astype('float32'))");
        Span<byte> prefix = stackalloc byte[Prefix];
        int read = file.ReadAtLeast(prefix, Prefix, throwOnEndOfStream: false);
        if (read < Prefix) throw Wrong($"has {read} bytes, the head of an NPY file {Prefix}: cut off, or another kind of file");
        if (!prefix.StartsWith(Magic))
            throw Wrong($"starts with {Convert.ToHexString(prefix[..Magic.Length])}, an NPY file with {Convert.ToHexString(Magic)}");
        if (prefix[6] != 1 || prefix[7] != 0) throw Wrong($"byte 6: has format version {prefix[6]}.{prefix[7]}, 1.0 is read");
        int length = BinaryPrimitives.ReadUInt16LittleEndian(prefix[8..]);
        if (length > file.Length - Prefix) throw Wrong($"byte 8: its header claims {length} bytes, {file.Length - Prefix} follow: cut off");
        byte[] header = new byte[length];
        file.ReadExactly(header);
        Match match = Header().Match(Encoding.Latin1.GetString(header));
        if (!match.Success)
            throw Wrong($"byte {Prefix}: its header '{InputFile.Printable(Encoding.Latin1.GetString(header).TrimEnd())}' is not read");
        if (match.Groups["type"].Value is not "<f4" and var type)
            throw Wrong($"byte {Prefix}: holds '{InputFile.Printable(type)}', '<f4' (float32) is read");
        if (match.Groups["fortran"].Value != "False")
            throw Wrong($"byte {Prefix}: lies column by column (fortran_order), row by row is read");
        long[] shape = [.. match.Groups["size"].Captures.Select(size => long.TryParse(size.Value, out long n) ? n : long.MaxValue)];
        string sizes = $"({string.Join(", ", match.Groups["size"].Captures.Select(size => size.Value))})";
        if (shape.Length != 2 || shape[0] < 1 || shape[1] != width)
            throw Wrong($"byte {Prefix}: has shape {InputFile.Printable(sizes)}, expected (codes, {width}), the model's latent size");
        long there = file.Length - Prefix - length;
        if (shape[0] > there / sizeof(float) / width || shape[0] * width * sizeof(float) != there)
            throw Wrong($"byte {Prefix + length}: {there} bytes of values follow, shape {InputFile.Printable(sizes)} needs "
                + $"{(Int128)shape[0] * width * sizeof(float)}: cut off or damaged");
        if (shape[0] * width > Array.MaxLength)
            throw Wrong($"{shape[0] * width} numbers, at most {Array.MaxLength} are read: divide the file");
        var values = new float[shape[0] * width];
        file.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        int bad = Array.FindIndex(values, value => !float.IsFinite(value));
        if (bad >= 0)
            throw new UserException(
                FormattableString.Invariant($"{shown}: byte {Prefix + length + (long)bad * sizeof(float)}: row {bad / width}, ")
                + FormattableString.Invariant($"column {bad % width} is {values[bad]}, a finite number is expected"));
        return new CodeTable(width, values);
    }

    // Keys in the order in which every version of NumPy has written them: sorted.
    [GeneratedRegex(@"^\{'descr': *'(?<type>[^']{1,16})', *'fortran_order': *(?<fortran>True|False), *"
        + @"'shape': *\( *(?:(?<size>[0-9]{1,19})(?:, *|(?=\))))*\),? *\} *\n$")]
    private static partial Regex Header();
}
