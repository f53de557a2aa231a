using System.Globalization;
using System.Security.Cryptography;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>The data sets of the article, by name, and the built-in digits.</summary>
public static class DataSets
{
    const string MnistMirror = "https://ossci-datasets.s3.amazonaws.com/mnist/";
    const string MnistMirror2 = "https://storage.googleapis.com/cvdf-datasets/mnist/";
    const string MnistPublisher = "http://yann.lecun.com/exdb/mnist/";

    // The publisher's host does not always resolve; the Internet Archive's copy has the published MD5.
    const string LfwMemento = "https://web.archive.org/web/20231118124720if_/https://vis-www.cs.umass.edu/lfw/lfw-deepfunneled.tgz";
    const int DigitClasses = 10;

    // MNIST's digests are those of the publisher's files, as torchvision (MD5) and TensorFlow Datasets (SHA-256) check them;
    // so are CIFAR-100's.
    static readonly DataSetInfo _mnist = new(
        "mnist", "MNIST", Shape.Of(28, 28, 1), 48_000, 12_000, 10_000,
        [
            Mnist("train-images-idx3-ubyte.gz", 9_912_422,
                "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
            Mnist("train-labels-idx1-ubyte.gz", 28_881,
                "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c", "d53e105ee54ea40749a09fcbcd1e9432"),
            Mnist("t10k-images-idx3-ubyte.gz", 1_648_877,
                "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", "9fb629c4189551a2d022fa330f9573f3"),
            Mnist("t10k-labels-idx1-ubyte.gz", 4_542,
                "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", "ec29112dd5afa0611ce80d1b7f02629c"),
        ],
        "Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits");

    static readonly DataSetInfo _cifar100 = new(
        "cifar100", "CIFAR-100", Cifar100Archive.Image, 40_000, 10_000, 10_000,
        [
            new DataFile("cifar-100-binary.tar.gz", 168_513_733,
                "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec", "03b5dce01913d631647c71ecec9e9cb8",
                [new Uri("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz")]),
        ],
        "A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009")
    { Folders = ["cifar100", "cifar-100"] };

    static readonly DataSetInfo _lfw = new(
        "lfw", "Labeled Faces in the Wild, deep funneled", LfwArchive.Image, 10_586, 2_647, 2_647,
        [
            new DataFile("lfw-deepfunneled.tgz", 108_761_145, null, "68331da3eb755a505a502b5aacb3c201",
                [
                    new Uri("https://vis-www.cs.umass.edu/lfw/lfw-deepfunneled.tgz"),
                    new Uri(LfwMemento),
                    new Uri("http://vis-www.cs.umass.edu/lfw/lfw-deepfunneled.tgz"),
                ]),
        ],
        "G. B. Huang, M. Ramesh, T. Berg, E. Learned-Miller, Labeled Faces in the Wild, UMass Amherst TR 07-49, 2007; "
        + "G. B. Huang, M. Mattar, H. Lee, E. Learned-Miller, Learning to Align from Scratch, NIPS 2012; "
        + "the photographs' rights stay with their owners");

    static readonly DataSetInfo _digits = new(
        "digits", "the built-in digits", BuiltInDigits.Image, 4_000, 1_000, 1_000, [],
        "Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits; the first images of it");

    /// <summary>All data sets known by name.</summary>
    public static IReadOnlyList<DataSetInfo> All { get; } = [_digits, _mnist, _cifar100, _lfw];

    /// <summary>The data set of that name, in any case.</summary>
    /// <exception cref="UserException">There is none.</exception>
    public static DataSetInfo Find(string name) =>
        All.FirstOrDefault(info => info.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new UserException($"data set '{InputFile.Printable(name)}': not known, "
            + $"expected {string.Join(", ", All.Select(info => info.Name))}");

    /// <summary>Loads a data set's three parts.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">Where to look, and how much to take.</param>
    /// <param name="progress">Told about long reading.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="UserException">
    /// The name is unknown, a file is not found, damaged or another one, or the limit is below 1.
    /// </exception>
    public static DataSplit Load(
        string name, DataOptions options, IProgress<DataProgress>? progress = null, CancellationToken cancel = default)
    {
        DataSetInfo info = Find(name);
        if (info == _digits) return Splits.Chosen(BuiltInDigits.Load(), options);
        string?[] paths = DataPlaces.Locate(info, options.Folder);
        byte[] key = DecodedCache.KeyOf(info.Name, paths);
        if (options.UseCache && DecodedCache.Read(DataPlaces.CacheFolder, info.Name, key) is { } decoded)
            return Splits.Chosen(decoded, options);
        DataSplit split = Read(info, paths, progress, cancel);
        if (options.UseCache) DecodedCache.Write(DataPlaces.CacheFolder, split, key);
        return Splits.Chosen(split, options);
    }

    /// <summary>Reads and splits the published files.</summary>
    /// <param name="info">The data set.</param>
    /// <param name="paths">A path for every file, null for optional ones that are not there.</param>
    /// <param name="progress">Told about long reading.</param>
    /// <param name="cancel">Stops the reading.</param>
    internal static DataSplit Read(DataSetInfo info, string?[] paths, IProgress<DataProgress>? progress, CancellationToken cancel)
    {
        int trainFileCount = info.TrainCount + info.ValidationCount;
        if (info == _mnist)
        {
            ImageSet trainFile = IdxFile.ReadImages(paths[0]!, info.Image, trainFileCount);
            if (paths[1] is { } trainLabels) IdxFile.ReadLabels(trainLabels, trainFileCount, DigitClasses);
            ImageSet testFile = IdxFile.ReadImages(paths[2]!, info.Image, info.TestCount);
            if (paths[3] is { } testLabels) IdxFile.ReadLabels(testLabels, info.TestCount, DigitClasses);
            return Splits.Of(info.Name, trainFile, info.ValidationCount, testFile, Source(info, paths));
        }

        if (info == _cifar100)
        {
            (ImageSet train, ImageSet test) = Cifar100Archive.Read(paths[0]!, trainFileCount, info.TestCount, progress, cancel);
            return Splits.Of(info.Name, train, info.ValidationCount, test, Source(info, paths));
        }

        LfwArchive.Faces faces = LfwArchive.Read(paths[0]!, progress, cancel);
        string passedOver = faces.Skipped > 0 ? $", {faces.Skipped} other entries passed over" : "";
        string source = string.Create(
            CultureInfo.InvariantCulture,
            $"{Source(info, paths)}: {faces.Images.Count:N0} photographs of 13,233{passedOver}; "
            + $"split by image, so a person can stand on both sides; validation and test are the same fifth, as in the article");
        try
        {
            return Splits.FourToOne(info.Name, faces.Images, source);
        }
        catch (InvalidDataException e)
        {
            throw new UserException($"{InputFile.Printable(paths[0]!)}: {e.Message}; fetch the published archive", e);
        }
    }

    static string Source(DataSetInfo info, string?[] paths) =>
        string.Join(", ", info.Files.Zip(paths).Where(pair => pair.Second is not null && !pair.First.IsOptional)
            .Select(pair => $"{InputFile.Printable(pair.Second!)} "
                + $"({(IsPublished(pair.First, pair.Second!) ? "the published file" : "digest differs from the published file's")})"));

    /// <summary>Whether a file is the published one, by its length and digest.</summary>
    internal static bool IsPublished(DataFile published, string path)
    {
        using FileStream file = InputFile.Open(path, InputFile.Printable(path), $"{published.Name}");
        if (published.Bytes > 0 && file.Length != published.Bytes) return false;
        return published.Sha256 is { } sha256 ? Convert.ToHexStringLower(SHA256.HashData(file)) == sha256
            : published.Md5 is { } md5 && Convert.ToHexStringLower(MD5.HashData(file)) == md5;
    }

    static DataFile Mnist(string name, long bytes, string sha256, string md5) => new(
        name, bytes, sha256, md5, [new Uri(MnistMirror + name), new Uri(MnistMirror2 + name), new Uri(MnistPublisher + name)],
        IsOptional: name.Contains("labels", StringComparison.Ordinal));
}
