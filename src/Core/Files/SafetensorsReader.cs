using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace GeneratingImages.Core;

/// <summary>
/// Reads a safetensors file from a stream, one array a tensor, so that the file may be larger than an array can be. Every size is checked
/// against the stream's length before anything is reserved for it.
/// </summary>
sealed class SafetensorsReader
{
    const int MaxHeader = 100_000_000;

    readonly Stream _stream;
    readonly byte[] _header;
    readonly long _dataLength;

    SafetensorsReader(Stream stream, byte[] header)
    {
        (_stream, _header) = (stream, header);
        _dataLength = stream.Length - 8 - header.Length;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="stream">The file from its beginning; its length must be known.</param>
    /// <param name="checksumNeeded">Whether a file without a checksum is refused.</param>
    /// <exception cref="InvalidDataException">It is damaged or no safetensors file.</exception>
    public static SafetensorsFile Read(Stream stream, bool checksumNeeded)
    {
        try
        {
            return new SafetensorsReader(stream, ReadHeader(stream)).Read(checksumNeeded);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException
            or ShapeException or OverflowException or DecoderFallbackException)
        {
            throw new InvalidDataException($"its header cannot be used: {Shown(e.Message)}", e);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("ends before its data do: cut off while it was read", e);
        }
    }

    static byte[] ReadHeader(Stream stream)
    {
        if (stream.Length < 8) throw new InvalidDataException($"{stream.Length} bytes, a safetensors file has at least 8");
        Span<byte> start = stackalloc byte[8];
        stream.ReadExactly(start);
        long length = BinaryPrimitives.ReadInt64LittleEndian(start);
        if (length < 2 || length > MaxHeader || length > stream.Length - 8)
            throw new InvalidDataException(
                $"its header claims {length} bytes, the file has {stream.Length}: not a safetensors file, or cut off");
        var header = new byte[length];
        stream.ReadExactly(header);
        return header;
    }

    SafetensorsFile Read(bool checksumNeeded)
    {
        JsonSyntax.Check(_header);
        using JsonDocument json = JsonDocument.Parse(_header, new JsonDocumentOptions { AllowDuplicateProperties = false });
        var metadata = new Dictionary<string, string>();
        var places = new List<Place>();
        foreach (JsonProperty property in json.RootElement.EnumerateObject())
        {
            if (property.Name == "__metadata__")
                foreach (JsonProperty entry in property.Value.EnumerateObject()) metadata.Add(entry.Name, entry.Value.GetString() ?? "");
            else
                places.Add(PlaceOf(property));
        }

        places = [.. places.OrderBy(place => place.Start)];
        CheckRanges(places);
        using IncrementalHash? hasher = metadata.TryGetValue(SafetensorsFile.HashKey, out string? hash) ? BeginHash(hash) : null;
        if (hasher is null && checksumNeeded) throw new InvalidDataException("has no checksum: written by another program, or damaged");
        var tensors = new Dictionary<string, StoredTensor>();
        foreach (Place place in places)
        {
            var data = new byte[place.End - place.Start];
            _stream.ReadExactly(data);
            hasher?.AppendData(data);
            tensors.Add(place.Name, new StoredTensor(place.Name, place.Type, data));
        }

        if (hasher is not null) CheckHash(hash!, hasher);
        return new SafetensorsFile(metadata, tensors);
    }

    Place PlaceOf(JsonProperty property)
    {
        string dtype = Member(property, "dtype").GetString() ?? "";
        if (!SafetensorsFile.Names.ContainsValue(dtype))
            throw new InvalidDataException(
                $"tensor {Shown(property.Name)} has type '{Shown(dtype)}', known are {string.Join(", ", SafetensorsFile.Names.Values)}");
        Shape shape = Shape.Of([.. Items(property, "shape", Shape.MaxRank).Select(s => s.GetInt32())]);
        var type = new TensorType(shape, SafetensorsFile.Names.First(n => n.Value == dtype).Key);
        long[] range = [.. Items(property, "data_offsets", 2).Select(o => o.GetInt64())];
        if (range.Length != 2 || range[0] < 0 || range[1] < range[0] || range[1] > _dataLength)
            throw new InvalidDataException(
                $"tensor {Shown(property.Name)} lies at bytes {string.Join("..", range)} of {_dataLength}: cut off or damaged");
        if (range[1] - range[0] != type.Bytes)
            throw new InvalidDataException(
                $"tensor {Shown(property.Name)} {type} needs {type.Bytes} bytes, the file gives it {range[1] - range[0]}");
        if (type.Bytes > Array.MaxLength)
            throw new InvalidDataException(
                $"tensor {Shown(property.Name)} {type} has {type.Bytes} bytes, at most {Array.MaxLength} can be read");
        return new Place(property.Name, type, range[0], range[1]);
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

    void CheckRanges(List<Place> places)
    {
        long end = 0;
        foreach (Place place in places)
        {
            if (place.Start != end)
                throw new InvalidDataException(
                    $"tensor {Shown(place.Name)} starts at byte {place.Start}, {end} was expected: ranges overlap or leave a gap");
            end = place.End;
        }

        if (end != _dataLength) throw new InvalidDataException($"{_dataLength} bytes of data, the header describes {end}");
    }

    /// <summary>A hash of the header as it was before it carried the hash.</summary>
    IncrementalHash BeginHash(string hash)
    {
        byte[] unsigned = [.. _header];
        int at = unsigned.AsSpan().IndexOf(Encoding.ASCII.GetBytes(hash));
        if (hash.Length != 64 || at < 0) throw new InvalidDataException("its checksum is unreadable: the file is damaged");
        unsigned.AsSpan(at, 64).Fill((byte)'0');
        IncrementalHash hasher = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hasher.AppendData(unsigned);
        return hasher;
    }

    static void CheckHash(string hash, IncrementalHash hasher)
    {
        string found = Convert.ToHexStringLower(hasher.GetHashAndReset());
        if (found != hash)
            throw new InvalidDataException($"its checksum is {found[..12]}..., {hash[..12]}... was expected: the file is damaged");
    }

    /// <summary>Where a tensor lies behind the header.</summary>
    readonly record struct Place(string Name, TensorType Type, long Start, long End);
}
