using System.Formats.Tar;
using System.IO.Compression;
using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Evaluation;

/// <summary>The published data sets' training and test parts, read independently of the product's readers; the test is skipped without
/// them.</summary>
static class RealData
{
    static readonly Lazy<(ImageSet Train, ImageSet Test)> _mnist = new(ReadMnist);
    static readonly Lazy<(ImageSet Train, ImageSet Test)> _cifar100 = new(ReadCifar100);

    public static (ImageSet Train, ImageSet Test) Mnist => _mnist.Value;

    public static (ImageSet Train, ImageSet Test) Cifar100 => _cifar100.Value;

    /// <summary>Skips the calling test, or fails it where the data is required, if the file is not there.</summary>
    public static void Require(string file)
    {
        if (System.IO.File.Exists(PathOf(file))) return;
        string message = $"{file} is not in the folder that GENIMG_DATA names ('{Folder}')";
        if (Environment.GetEnvironmentVariable("GENIMG_REQUIRE_DATA") == "1") Assert.Fail(message);
        Assert.Skip(message);
    }

    static string? Folder => Environment.GetEnvironmentVariable("GENIMG_DATA");

    static string PathOf(string file) => Path.Combine(Folder ?? "", file);

    static (ImageSet Train, ImageSet Test) ReadMnist()
    {
        const int header = 16;
        ImageSet Read(string name)
        {
            using var unzipped = new GZipStream(System.IO.File.OpenRead(PathOf("mnist/" + name)), CompressionMode.Decompress);
            return new ImageSet(Shape.Of(28, 28, 1), All(unzipped).AsMemory(header));
        }

        return (Read("train-images-idx3-ubyte.gz").Slice(0, 48_000), Read("t10k-images-idx3-ubyte.gz"));
    }

    static (ImageSet Train, ImageSet Test) ReadCifar100()
    {
        using FileStream file = System.IO.File.OpenRead(PathOf("cifar-100/cifar-100-binary.tar.gz"));
        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(unzipped);
        ImageSet? train = null, test = null;
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.Name.EndsWith("/train.bin", StringComparison.Ordinal)) train = Interleave(All(entry.DataStream!)).Slice(0, 40_000);
            if (entry.Name.EndsWith("/test.bin", StringComparison.Ordinal)) test = Interleave(All(entry.DataStream!));
        }

        return (train!, test!);
    }

    /// <summary>Records of two labels and three planes, as images.</summary>
    static ImageSet Interleave(byte[] records)
    {
        const int plane = 1024, record = (3 * plane) + 2;
        byte[] pixels = new byte[records.Length / record * 3 * plane];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = records[(i / (3 * plane) * record) + 2 + (i % 3 * plane) + (i / 3 % plane)];
        return new ImageSet(Shape.Of(32, 32, 3), pixels);
    }

    static byte[] All(Stream stream)
    {
        var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
