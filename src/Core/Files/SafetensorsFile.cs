using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
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
    const int MaxHeader = 100_000_000;
    const string HashKey = "sha256";

    static readonly Dictionary<ElementType, string> Names = new()
    {
        [ElementType.Float32] = "F32", [ElementType.Float64] = "F64", [ElementType.Int32] = "I32", [ElementType.UInt8] = "U8",
    };

    SafetensorsFile(IReadOnlyDictionary<string, string> metadata, IReadOnlyDictionary<string, StoredTensor> tensors) =>
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
            return Parse(ReadBytes(path), checksumNeeded);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    // A pipe or a device states no length: reading it could wait for ever, or never end.
    static byte[] ReadBytes(string path)
    {
        string target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        if (target != path && !File.Exists(target)) throw new InvalidDataException($"is a link to {target}, which is no file");
        if (File.Exists(target) && new FileInfo(target).Length == 0)
            throw new InvalidDataException("0 bytes: an empty file, a pipe or a device");
        return File.ReadAllBytes(path);
    }

    /// <summary>Reads a file's bytes.</summary>
    /// <exception cref="InvalidDataException">They are damaged or no safetensors file.</exception>
    internal static SafetensorsFile Parse(byte[] file, bool checksumNeeded)
    {
        try
        {
            return ParseUnguarded(file, checksumNeeded);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException
            or ShapeException or OverflowException or DecoderFallbackException)
        {
            throw new InvalidDataException($"its header cannot be used: {Shown(e.Message)}", e);
        }
    }

    static SafetensorsFile ParseUnguarded(byte[] file, bool checksumNeeded)
    {
        if (file.Length < 8) throw new InvalidDataException($"{file.Length} bytes, a safetensors file has at least 8");
        long length = BinaryPrimitives.ReadInt64LittleEndian(file);
        if (length < 2 || length > MaxHeader || length > file.Length - 8)
            throw new InvalidDataException(
                $"its header claims {length} bytes, the file has {file.Length}: not a safetensors file, or cut off");
        ReadOnlyMemory<byte> header = file.AsMemory(8, (int)length), data = file.AsMemory(8 + (int)length);
        JsonSyntax.Check(header);
        using JsonDocument json = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false });
        var metadata = new Dictionary<string, string>();
        var tensors = new List<(StoredTensor Tensor, long Start, long End)>();
        foreach (JsonProperty property in json.RootElement.EnumerateObject())
        {
            if (property.Name == "__metadata__")
                foreach (JsonProperty entry in property.Value.EnumerateObject()) metadata.Add(entry.Name, entry.Value.GetString() ?? "");
            else
                tensors.Add(ReadTensor(property, data));
        }

        CheckRanges(tensors, data.Length);
        if (metadata.TryGetValue(HashKey, out string? hash)) CheckHash(hash, header, data);
        else if (checksumNeeded) throw new InvalidDataException("has no checksum: written by another program, or damaged");
        return new SafetensorsFile(metadata, tensors.ToDictionary(t => t.Tensor.Name, t => t.Tensor));
    }

    static (StoredTensor Tensor, long Start, long End) ReadTensor(JsonProperty property, ReadOnlyMemory<byte> data)
    {
        string dtype = Member(property, "dtype").GetString() ?? "";
        if (!Names.ContainsValue(dtype))
            throw new InvalidDataException(
                $"tensor {Shown(property.Name)} has type '{Shown(dtype)}', known are {string.Join(", ", Names.Values)}");
        Shape shape = Shape.Of([.. Items(property, "shape", Shape.MaxRank).Select(s => s.GetInt32())]);
        var type = new TensorType(shape, Names.First(n => n.Value == dtype).Key);
        long[] range = [.. Items(property, "data_offsets", 2).Select(o => o.GetInt64())];
        if (range.Length != 2 || range[0] < 0 || range[1] < range[0] || range[1] > data.Length)
            throw new InvalidDataException(
                $"tensor {Shown(property.Name)} lies at bytes {string.Join("..", range)} of {data.Length}: cut off or damaged");
        if (range[1] - range[0] != type.Bytes)
            throw new InvalidDataException(
                $"tensor {Shown(property.Name)} {type} needs {type.Bytes} bytes, the file gives it {range[1] - range[0]}");
        return (new StoredTensor(property.Name, type, data[(int)range[0]..(int)range[1]]), range[0], range[1]);
    }

    // Names come from the file, and can be of any length.
    static string Shown(string name)
    {
        const int Longest = 200;
        return (name.Length <= Longest ? name : name[..Longest] + "...").ReplaceLineEndings(" ");
    }

    static IEnumerable<JsonElement> Items(JsonProperty tensor, string name, int most)
    {
        JsonElement array = Member(tensor, name);
        return array.GetArrayLength() <= most
            ? array.EnumerateArray()
            : throw new InvalidDataException(
                $"tensor {Shown(tensor.Name)} has {array.GetArrayLength()} numbers in {name}, at most {most} are possible");
    }

    static JsonElement Member(JsonProperty tensor, string name) => tensor.Value.TryGetProperty(name, out JsonElement member)
        ? member
        : throw new InvalidDataException($"tensor {Shown(tensor.Name)} has no {name}");

    static void CheckRanges(List<(StoredTensor Tensor, long Start, long End)> tensors, long length)
    {
        long end = 0;
        foreach ((StoredTensor tensor, long start, long next) in tensors.OrderBy(t => t.Start))
        {
            if (start != end)
                throw new InvalidDataException(
                    $"tensor {Shown(tensor.Name)} starts at byte {start}, {end} was expected: ranges overlap or leave a gap");
            end = next;
        }

        if (end != length) throw new InvalidDataException($"{length} bytes of data, the header describes {end}");
    }

    static void CheckHash(string hash, ReadOnlyMemory<byte> header, ReadOnlyMemory<byte> data)
    {
        byte[] unsigned = header.ToArray();
        int at = unsigned.AsSpan().IndexOf(Encoding.ASCII.GetBytes(hash));
        if (hash.Length != 64 || at < 0) throw new InvalidDataException("its checksum is unreadable: the file is damaged");
        unsigned.AsSpan(at, 64).Fill((byte)'0');
        using var hasher = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hasher.AppendData(unsigned);
        hasher.AppendData(data.Span);
        string found = Convert.ToHexStringLower(hasher.GetHashAndReset());
        if (found != hash)
            throw new InvalidDataException($"its checksum is {found[..12]}..., {hash[..12]}... was expected: the file is damaged");
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
