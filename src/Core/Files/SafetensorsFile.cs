using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace GeneratingImages.Core;

/// <summary>A tensor of a file: name, type and raw little-endian bytes.</summary>
public sealed record StoredTensor(string Name, TensorType Type, ReadOnlyMemory<byte> Data)
{
    /// <summary>Wraps single-precision values.</summary>
    public static StoredTensor Of(string name, Shape shape, float[] values) =>
        new(name, new TensorType(shape, ElementType.Float32), MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <summary>The values of a single-precision tensor.</summary>
    /// <exception cref="InvalidDataException">It has another type.</exception>
    public float[] ToFloats() => Type.Element == ElementType.Float32
        ? MemoryMarshal.Cast<byte, float>(Data.Span).ToArray()
        : throw new InvalidDataException($"tensor {Name} holds {Type.Element}, Float32 was expected");
}

/// <summary>
/// The safetensors format: 8 bytes header length, a JSON header of names, types, shapes and byte ranges, then the data. Files written here
/// carry a SHA-256 of header and data in their metadata, so that a flipped bit anywhere is found; files of others are read without.
/// </summary>
public sealed class SafetensorsFile
{
    /// <summary>The key of the checksum in the metadata.</summary>
    internal const string HashKey = "sha256";

    /// <summary>The format's names of the element types.</summary>
    internal static readonly Dictionary<ElementType, string> Names = new()
    {
        [ElementType.Float32] = "F32", [ElementType.Float64] = "F64", [ElementType.Int32] = "I32", [ElementType.UInt8] = "U8",
    };

    internal SafetensorsFile(IReadOnlyDictionary<string, string> metadata, IReadOnlyDictionary<string, StoredTensor> tensors) =>
        (Metadata, Tensors) = (metadata, tensors);

    /// <summary>The free-form strings of the header.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Tensors { get; }

    /// <summary>Writes a file, whole or not at all.</summary>
    public static void Write(string path, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<StoredTensor> tensors) =>
        Write(path, metadata, tensors, FileCalls.OfTheSystem);

    /// <summary>The same with calls that a test can let fail.</summary>
    internal static void Write(
        string path, IReadOnlyDictionary<string, string> metadata, IReadOnlyList<StoredTensor> tensors, FileCalls calls)
    {
        byte[] unsigned = Header(metadata, tensors, new string('0', 64));
        byte[] header = Header(metadata, tensors, Hash(unsigned, tensors));
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (StoredTensor tensor in tensors) stream.Write(tensor.Data.Span);
        }, calls);
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="checksumNeeded">Whether a file without a checksum, as others write them, is refused.</param>
    /// <exception cref="InvalidDataException">It is damaged or no safetensors file; the message names file and place.</exception>
    public static SafetensorsFile Read(string path, bool checksumNeeded = false)
    {
        try
        {
            using Stream stream = Open(path);
            return SafetensorsReader.Read(stream, checksumNeeded);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    // A pipe or a device states no length: reading it could wait for ever, or never end.
    static FileStream Open(string path)
    {
        string target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        if (target != path && !File.Exists(target)) throw new InvalidDataException($"is a link to {target}, which is no file");
        if (File.Exists(target) && new FileInfo(target).Length == 0)
            throw new InvalidDataException("0 bytes: an empty file, a pipe or a device");
        return File.OpenRead(path);
    }

    static string Hash(byte[] unsignedHeader, IReadOnlyList<StoredTensor> tensors)
    {
        using var hasher = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hasher.AppendData(unsignedHeader);
        foreach (StoredTensor tensor in tensors) hasher.AppendData(tensor.Data.Span);
        return Convert.ToHexStringLower(hasher.GetHashAndReset());
    }

    /// <summary>The header, padded with spaces to a multiple of 8 bytes so that the data is aligned.</summary>
    static byte[] Header(IReadOnlyDictionary<string, string> metadata, IReadOnlyList<StoredTensor> tensors, string hash)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString(HashKey, hash);
            foreach ((string key, string value) in metadata) json.WriteString(key, value);
            json.WriteEndObject();
            long offset = 0;
            foreach (StoredTensor tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", Names[tensor.Type.Element]);
                json.WriteStartArray("shape");
                foreach (int size in tensor.Type.Shape.ToArray()) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Data.Length);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (buffer.Length % 8 != 0) buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }
}
