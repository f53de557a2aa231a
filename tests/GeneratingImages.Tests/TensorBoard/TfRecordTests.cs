using System.Text;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.TensorBoard;

public sealed class TfRecordTests
{
    // RFC 3720, appendix B.4, "CRC Examples"; the RFC prints the four bytes in the order they are sent. The last is the check value of
    // CRC-32C in the "Catalogue of parametrised CRC algorithms" (CRC-32/ISCSI).
    public static TheoryData<byte[], uint> PublishedVectors => new()
    {
        { new byte[32], 0x8a9136aa },
        { [.. Enumerable.Repeat((byte)0xFF, 32)], 0x62a8ab43 },
        { [.. Enumerable.Range(0, 32).Select(i => (byte)i)], 0x46dd794e },
        { [.. Enumerable.Range(0, 32).Select(i => (byte)(31 - i))], 0x113fdb5c },
        {
            Convert.FromHexString(
                "01c00000" + "00000000" + "00000000" + "00000000"
                + "14000000" + "00000400" + "00000014" + "00000018"
                + "28000000" + "00000000" + "02000000" + "00000000"),
            0xd9963a56
        },
        { Encoding.ASCII.GetBytes("123456789"), 0xe3069283 },
    };

    [Theory]
    [MemberData(nameof(PublishedVectors))]
    public void The_checksum_gives_the_published_values(byte[] bytes, uint expected)
    {
        Assert.Equal(expected, TfRecord.Crc32C(bytes));
        Assert.Equal(expected, PublishedReader.Crc32C(bytes));
    }

    [Fact]
    public void Checksums_of_every_length_agree_with_the_bit_by_bit_definition()
    {
        byte[] bytes = [.. Enumerable.Range(0, 70).Select(i => (byte)(i * 37 + 11))];
        for (int length = 0; length <= bytes.Length; length++)
            Assert.Equal(PublishedReader.Crc32C(bytes[..length]), TfRecord.Crc32C(bytes.AsSpan(0, length)));
    }

    [Fact]
    public void Records_are_read_back_by_both_readers()
    {
        byte[][] records = [[], [1], [.. Enumerable.Range(0, 300).Select(i => (byte)i)]];
        byte[] file = Written(records);
        Assert.Equal(3 * 16 + 301, file.Length);
        Assert.Equal(records, PublishedReader.Records(file));
        Assert.Equal(records, TfRecord.Read(new MemoryStream(file)));
    }

    [Fact]
    public void Reading_ends_at_the_first_record_that_is_not_whole()
    {
        byte[] file = Written([[1, 2, 3], [4, 5]]);
        for (int length = 0; length < file.Length; length++)
            Assert.Equal(length < 19 ? 0 : 1, TfRecord.Read(new MemoryStream(file[..length])).Count());
        for (int at = 0; at < file.Length; at++)
        {
            byte[] damaged = [.. file];
            damaged[at] ^= 0x40;
            Assert.Equal(at < 19 ? 0 : 1, TfRecord.Read(new MemoryStream(damaged)).Count());
        }
    }

    static byte[] Written(byte[][] records)
    {
        using var file = new MemoryStream();
        foreach (byte[] record in records) TfRecord.Write(file, record);
        return file.ToArray();
    }
}
