using System.IO.Compression;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// The first 5,000 training and the first 1,000 test images of MNIST, carried in the assembly so that a first run needs no
/// download. The resource is made by scripts/make-digits.fsx from the IDX files; NOTICE states whose they are.
/// </summary>
public static class BuiltInDigits
{
    const int Side = 28;
    const int TrainFileCount = 5_000, ValidationCount = 1_000, TestCount = 1_000;

    /// <summary>The size of an image.</summary>
    public static Shape Image { get; } = Shape.Of(Side, Side, 1);

    /// <summary>The training images as in the file, without a split.</summary>
    internal static (ImageSet Train, ImageSet Test) Read()
    {
        int imageBytes = (int)Image.Count;
        byte[] pixels = new byte[(TrainFileCount + TestCount) * imageBytes];
        using Stream packed = typeof(BuiltInDigits).Assembly.GetManifestResourceStream("digits.br")
            ?? throw new InvalidOperationException("the assembly carries no resource digits.br: it was built without it");
        using var unpacked = new BrotliStream(packed, CompressionMode.Decompress);
        unpacked.ReadExactly(pixels);
        var all = new ImageSet(Image, pixels);
        return (all.Slice(0, TrainFileCount), all.Slice(TrainFileCount, TestCount));
    }

    /// <summary>4,000 training, 1,000 validation and 1,000 test images.</summary>
    public static DataSplit Load()
    {
        (ImageSet train, ImageSet test) = Read();
        return Splits.Of("digits", train, ValidationCount, test, "built in: the first 5,000 training and 1,000 test images of MNIST");
    }
}
