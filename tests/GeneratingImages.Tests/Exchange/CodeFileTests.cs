using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using CsCheck;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Exchange;

/// <summary>Codes as CSV and NPY: what is written is read back, and what is damaged is refused by its place.</summary>
public sealed class CodeFileTests : IDisposable
{
    const string Header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_finite_number_comes_back_with_its_bits() =>
        Gen.Float.Where(float.IsFinite).Array[12].Sample(
            values =>
            {
                var codes = new CodeTable(4, values, ["a", "b,\"c\"", $"{new string('d', 400)} 🖼"]);
                foreach (string ending in new[] { "csv", "npy" })
                {
                    string path = _folder[$"codes.{ending}"];
                    codes.Write(path);
                    CodeTable read = CodeTable.Read(path, 4);
                    Assert.Equal(3, read.Count);
                    Assert.True(MemoryMarshal.AsBytes(values.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(read.Values.AsSpan())));
                    if (ending == "csv") Assert.Equal(codes.Names, read.Names);
                }
            },
            iter: 200, threads: 1);

    [Fact]
    public void The_bytes_of_an_npy_file_are_the_published_ones()
    {
        new CodeTable(3, [1, 2, 3, 4, 5, -0.5f]).Write(_folder["codes.npy"]);
        byte[] file = File.ReadAllBytes(_folder["codes.npy"]);
        Assert.Equal([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, 118, 0], file[..10]);
        Assert.Equal(Header.PadRight(117) + "\n", Encoding.ASCII.GetString(file, 10, 118));
        Assert.Equal(128 + 24, file.Length);
        Assert.Equal(-0.5f, BinaryPrimitives.ReadSingleLittleEndian(file.AsSpan(^4)));
    }

    [Fact]
    public void A_csv_file_is_the_stated_one()
    {
        new CodeTable(2, [0.1f, -2, 1e-9f, 3], ["my, \"best\".png", "7"]).Write(_folder["codes.csv"]);
        Assert.Equal("image,1,2\n\"my, \"\"best\"\".png\",0.1,-2\n7,1E-09,3\n", File.ReadAllText(_folder["codes.csv"]));
    }

    [Theory]
    [InlineData("1,2\n3,4\n", new float[] { 1, 2, 3, 4 })]
    [InlineData("1.000e+00,2.5\r\n-3,4", new float[] { 1, 2.5f, -3, 4 })]
    [InlineData(" 1 , 2\n\n3,4\n\n", new float[] { 1, 2, 3, 4 })]
    [InlineData("\uFEFFimage,a,b\nx,1,2\n", new float[] { 1, 2 })]
    public void Plain_lines_of_numbers_are_read(string text, float[] values)
    {
        File.WriteAllText(_folder["codes.csv"], text);
        Assert.Equal(values, CodeTable.Read(_folder["codes.csv"], 2).Values);
    }

    [Theory]
    [InlineData("", "0 bytes")]
    [InlineData("image,1,2\n", "no code")]
    [InlineData("1,2\n3\n", "line 2: 1 fields")]
    [InlineData("1,2,3\n", "line 1: 3 fields", "2 numbers")]
    [InlineData("1,2\n3,\n", "line 2, column 2: ''")]
    [InlineData("1,two\n", "line 1, column 2: 'two'")]
    [InlineData("image,1,2\nx,1,NaN\n", "line 2, column 3: 'NaN'")]
    [InlineData("1,1e39\n", "line 1, column 2: '1e39'")]
    [InlineData("1,-Infinity\n", "line 1, column 2")]
    [InlineData("image,1\nx,1\n", "line 1: 2 fields", "a name and 2 numbers")]
    [InlineData("image,1,2\n\"x,1,2\n", "line 2, column 1", "not closed")]
    [InlineData("image,1,2\n\"x\"y,1,2\n", "line 2, column 1", "comma")]
    [InlineData("1,\u0007\n", "line 1, column 2: '\\x07'")]
    public void A_bad_csv_file_is_refused_by_line_and_column(string text, params string[] words)
    {
        File.WriteAllText(_folder["codes.csv"], text);
        Refused("codes.csv", 2, words);
    }

    [Fact]
    public void A_line_without_end_is_not_read_to_its_end()
    {
        File.WriteAllText(_folder["codes.csv"], new string('1', 5_000_000));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused("codes.csv", 2, "line 1 is longer than 1200 letters");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }", 24, "byte 10", "fortran_order")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }", 48, "byte 10", "'<f8'", "float32")]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), }", 24, "'>f4'")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), }", 24, "'|O'")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }", 24, "(3, 2)", "(codes, 3)")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (6,), }", 24, "(6)", "(codes, 3)")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", 4, "()")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3), }", 0, "(0, 3)")]
    [InlineData(Header, 23, "byte 128: 23 bytes", "needs 24")]
    [InlineData(Header, 28, "byte 128: 28 bytes", "needs 24")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 3), }", 24, "needs 110680464442257309684")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 3), }", 24, "byte 10")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3), }", 24, "byte 10", "header")]
    [InlineData("__import__('os')", 24, "byte 10", "header")]
    public void A_bad_npy_header_is_refused(string header, int bytes, params string[] words)
    {
        byte[] padded = Encoding.ASCII.GetBytes(header.PadRight(117) + "\n");
        File.WriteAllBytes(_folder["codes.npy"], [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. padded, .. new byte[bytes]]);
        Refused("codes.npy", 3, words);
    }

    [Theory]
    [InlineData("93 4E 55 4D 50 59 02 00 FF FF FF FF", "byte 6", "2.0")]
    [InlineData("93 4E 55 4D 50 59 01 00 FF FF", "byte 8", "65535")]
    [InlineData("93 4E 55 4D 50 58 01 00 76 00", "934E554D5058")]
    [InlineData("93 4E 55 4D 50 59 01", "has 7 bytes", "cut off")]
    [InlineData("93 4E 55", "has 3 bytes", "cut off")]
    [InlineData("", "0 bytes")]
    public void Other_files_are_no_npy_files(string bytes, params string[] words)
    {
        File.WriteAllBytes(_folder["codes.npy"], Convert.FromHexString(bytes.Replace(" ", "")));
        Refused("codes.npy", 3, words);
    }

    [Fact]
    public void Every_truncation_and_every_value_that_is_no_number_is_refused_by_its_byte()
    {
        new CodeTable(3, [1, 2, 3, 4, float.NaN, 6]).Write(_folder["codes.npy"]);
        Refused("codes.npy", 3, "byte 144: row 1, column 1 is NaN");
        new CodeTable(3, [1, 2, 3, 4, 5, 6]).Write(_folder["codes.npy"]);
        byte[] whole = File.ReadAllBytes(_folder["codes.npy"]);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(_folder["codes.npy"], whole[..length]);
            Refused("codes.npy", 3);
        }
    }

    [Fact]
    public void Mutated_files_are_read_or_refused_in_one_line()
    {
        var seed = new GeneratingImages.Core.CounterRandom(11);
        foreach (string ending in new[] { "npy", "csv" })
        {
            string path = _folder[$"codes.{ending}"];
            new CodeTable(3, [1, 2, 3, 4, 5, 6], ["a", "\"b\""]).Write(path);
            byte[] whole = File.ReadAllBytes(path);
            for (int i = 0; i < 2000; i++)
            {
                byte[] mutated = [.. whole];
                for (int k = 0; k <= i % 3; k++) mutated[seed.Next() % (uint)mutated.Length] = (byte)seed.Next();
                File.WriteAllBytes(path, mutated);
                try
                {
                    CodeTable read = CodeTable.Read(path, 3);
                    Assert.True(read.Values.All(float.IsFinite));
                }
                catch (UserException e)
                {
                    Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
                    Assert.DoesNotContain('\n', e.Message);
                }
            }
        }
    }

    [Fact]
    public void Other_endings_are_refused()
    {
        Refused("codes.txt", 3, ".csv or .npy");
        Assert.Throws<UserException>(() => new CodeTable(1, [1]).Write(_folder["codes"]));
        Refused("none.csv", 3, "does not exist");
    }

    [Fact]
    public void Numbers_do_not_depend_on_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            german.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = german;
            new CodeTable(2, [0.5f, -1.25f]).Write(_folder["codes.csv"]);
            Assert.Equal("image,1,2\n0,0.5,-1.25\n", File.ReadAllText(_folder["codes.csv"]));
            Assert.Equal([0.5f, -1.25f], CodeTable.Read(_folder["codes.csv"], 2).Values);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    void Refused(string name, int width, params string[] words)
    {
        UserException e = Assert.Throws<UserException>(() => CodeTable.Read(_folder[name], width));
        Assert.StartsWith(_folder[name], e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
        foreach (string word in words) Assert.Contains(word, e.Message, StringComparison.Ordinal);
    }
}
