using System.Buffers.Binary;
using System.Text;
using GeneratingImages.Core;

namespace GeneratingImages.Tests.Files;

public sealed class SafetensorsTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("genimg-safetensors").FullName;

    string File1 => Path.Combine(_folder, "a.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_written_is_read_back()
    {
        SafetensorsFile file = SafetensorsFile.Read(WriteSample());
        Assert.Equal("ü \" \n", file.Metadata["note"]);
        Assert.Equal([1f, float.NaN, -0f, 4, 5, float.MaxValue], file.Tensors["a/weight"].ToFloats());
        Assert.Equal(new TensorType(Shape.Scalar, ElementType.Int32), file.Tensors["step"].Type);
        Assert.Equal(7, BinaryPrimitives.ReadInt32LittleEndian(file.Tensors["step"].Data.Span));
    }

    [Fact]
    public void The_layout_is_the_published_one()
    {
        byte[] bytes = File.ReadAllBytes(WriteSample());
        long header = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, header % 8);
        Assert.Equal(bytes.Length, 8 + header + 24 + 4);
        string json = Encoding.UTF8.GetString(bytes, 8, (int)header);
        Assert.Contains("\"a/weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}", json);
        Assert.Equal(1f, BitConverter.ToSingle(bytes, 8 + (int)header));
    }

    [Fact]
    [Trait("bad-input", "35")]
    public void Every_truncation_is_refused()
    {
        byte[] bytes = File.ReadAllBytes(WriteSample());
        for (int length = 0; length < bytes.Length; length++) AssertRefused(bytes[..length], $"length {length}");
    }

    [Fact]
    [Trait("bad-input", "36")]
    public void Every_flipped_byte_is_refused()
    {
        byte[] bytes = File.ReadAllBytes(WriteSample());
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] damaged = [.. bytes];
            damaged[i] ^= 0x10;
            AssertRefused(damaged, $"byte {i}", checksumNeeded: true);
        }
    }

    [Theory]
    [Trait("bad-input", "38")]
    [Trait("bad-input", "39")]
    [Trait("bad-input", "40")]
    [Trait("bad-input", "41")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "gap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", "lies at bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", "cut off")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "needs 12 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2147483647,2147483647,4],"data_offsets":[0,8]}}""", "2^40")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1048576,1048576,16777216],"data_offsets":[0,0]}}""", "2^40")]
    [InlineData("""{"a":{"dtype":"Q7","shape":[2],"data_offsets":[0,8]}}""", "type 'Q7'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "describes 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", "has no data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""", "8 numbers in shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}""", "3 numbers in data_offsets")]
    [InlineData("""[1,2]""", "")]
    public void Hostile_headers_are_refused(string header, string because)
    {
        byte[] json = Encoding.UTF8.GetBytes(header), file = new byte[8 + json.Length + 8];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        json.CopyTo(file, 8);
        Assert.Contains(because, AssertRefused(file, header));
    }

    [Theory]
    [Trait("bad-input", "37")]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(57)]
    [InlineData(1L << 62)]
    [InlineData(long.MinValue)]
    [InlineData(-1)]
    public void A_header_length_outside_the_file_is_refused(long length)
    {
        byte[] file = new byte[64];
        BinaryPrimitives.WriteInt64LittleEndian(file, length);
        AssertRefused(file, $"{length}");
    }

    [Fact]
    public void Files_of_others_need_no_checksum()
    {
        byte[] json = """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"""u8.ToArray(), file = new byte[8 + json.Length + 4];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        json.CopyTo(file, 8);
        BitConverter.TryWriteBytes(file.AsSpan(^4), 2.5f);
        File.WriteAllBytes(File1, file);
        Assert.Equal([2.5f], SafetensorsFile.Read(File1).Tensors["a"].ToFloats());
    }

    string WriteSample()
    {
        SafetensorsFile.Write(
            File1,
            new Dictionary<string, string> { ["note"] = "ü \" \n" },
            [
                StoredTensor.Of("a/weight", Shape.Of(2, 3), [1, float.NaN, -0f, 4, 5, float.MaxValue]),
                new StoredTensor("step", new TensorType(Shape.Scalar, ElementType.Int32), new byte[] { 7, 0, 0, 0 }),
            ]);
        return File1;
    }

    string AssertRefused(byte[] file, string what, bool checksumNeeded = false)
    {
        File.WriteAllBytes(File1, file);
        try
        {
            SafetensorsFile.Read(File1, checksumNeeded);
        }
        catch (InvalidDataException e)
        {
            Assert.StartsWith(File1, e.Message);
            return e.Message;
        }

        Assert.Fail($"{what}: was accepted");
        return "";
    }
}
