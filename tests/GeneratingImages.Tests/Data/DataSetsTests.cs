using GeneratingImages.Core;
using GeneratingImages.Training;
using static GeneratingImages.Tests.Data.ArchiveBuilder;

namespace GeneratingImages.Tests.Data;

public sealed class DataSetsTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("genimg-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void BuiltInDigitsNeedNoFilesAndAreSmall()
    {
        DataSplit digits = DataSets.Load("Digits", new DataOptions { Limit = 64 }, cancel: TestContext.Current.CancellationToken);
        Assert.Equal((64, 1_000, 1_000), (digits.Train.Count, digits.Validation.Count, digits.Test.Count));
        Assert.InRange(typeof(BuiltInDigits).Assembly.GetManifestResourceStream("digits.br")!.Length, 1, 999_999);

        // The first training image of MNIST is the well-known 5: its first inked row is the sixth, with these values.
        Assert.Equal([3, 18, 18, 18, 126, 136, 175, 26, 166, 255, 247, 127], digits.Train[0].Slice(5 * 28 + 12, 12).ToArray());
        Assert.Equal(-1, digits.Train[0][..(5 * 28)].IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void ImagesThatChooseAreHeldOutWhereTheyWouldBeThoseReportedOn()
    {
        ImageSet images = new(Shape.Of(2, 2, 1), Enumerable.Range(0, 4 * 40).Select(i => (byte)i).ToArray());
        DataSplit shared = Splits.FourToOne("small", images, "here"), held = Splits.HeldOut(shared);
        Assert.Equal((32, 8, 8), (shared.Train.Count, shared.Validation.Count, shared.Test.Count));
        Assert.Equal((28, 4, 8), (held.Train.Count, held.Validation.Count, held.Test.Count));
        Assert.Equal(shared.Train.Pixels.ToArray(), held.Train.Pixels.ToArray().Concat(held.Validation.Pixels.ToArray()).ToArray());
        Assert.Equal(shared.Test.Pixels.ToArray(), held.Test.Pixels.ToArray());
        Assert.NotEqual(shared.Fingerprint, held.Fingerprint);
        DataSplit apart = BuiltInDigits.Load();
        Assert.Same(apart, Splits.HeldOut(apart));
    }

    [Fact]
    public void SaysWhichNamesAreKnown()
    {
        string message = Assert.Throws<UserException>(() => DataSets.Find("mnits\n")).Message;
        Assert.Contains(@"'mnits\x0a'", message);
        Assert.All(DataSets.All, info => Assert.Contains(info.Name, message));
        Assert.Throws<UserException>(
            () => DataSets.Load("digits", new DataOptions { Limit = 0 }, cancel: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void SaysWhereItLookedAndTheRemedies()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("GENIMG_DATA") is { Length: > 0 }, "GENIMG_DATA is set: the data is found");
        Assert.SkipWhen(Directory.Exists(Path.Combine(DataPlaces.CacheFolder, "mnist")), "this user has MNIST in the cache");
        string message = Assert.Throws<UserException>(
            () => DataSets.Load("mnist", new DataOptions { Folder = _folder }, cancel: TestContext.Current.CancellationToken)).Message;
        string[] parts = [_folder, DataPlaces.CacheFolder, "train-images-idx3-ubyte.gz", "genimg data get mnist", "--data FOLDER"];
        foreach (string part in parts) Assert.Contains(part, message);
    }

    [Fact]
    public void RefusesAFolderThatIsNone()
    {
        var options = new DataOptions { Folder = Path.Combine(_folder, "missing") };
        string message = Assert.Throws<UserException>(
            () => DataSets.Load("mnist", options, cancel: TestContext.Current.CancellationToken)).Message;
        Assert.Contains("--data", message);
    }

    [Theory]
    [InlineData("mnist", ".gz")]
    [InlineData("", "")]
    public void FindsMnistInItsFolderOrBesideAndSplitsIt(string inside, string extension)
    {
        string place = Path.Combine(_folder, inside);
        WriteMnist(place, extension);
        DataSplit mnist = DataSets.Load(
            "mnist", new DataOptions { Folder = _folder, UseCache = false }, cancel: TestContext.Current.CancellationToken);
        Assert.Equal((48_000, 12_000, 10_000), (mnist.Train.Count, mnist.Validation.Count, mnist.Test.Count));
        Assert.Equal((0, 47_999 % 251, 48_000 % 251, 59_999 % 251),
            (mnist.Train[0][0], mnist.Train[47_999][0], mnist.Validation[0][0], mnist.Validation[11_999][0]));
        Assert.Contains("digest differs from the published file's", mnist.Source);
    }

    [Fact]
    public void ImportsAFolderAndRefusesADamagedOne()
    {
        string from = Path.Combine(_folder, "from"), to = Path.Combine(_folder, "to");
        WriteMnist(from, ".gz");
        DataSetInfo mnist = DataSets.Find("mnist");
        CancellationToken cancel = TestContext.Current.CancellationToken;
        IReadOnlyList<DataStore.StoredFile> stored = DataStore.Import(mnist, from, to, cancel: cancel);
        Assert.Equal(2, stored.Count);
        Assert.All(stored, file => Assert.Contains("digest differs", file.State));
        Assert.Equal(48_000, DataSets.Load("mnist", new DataOptions { Folder = to, UseCache = false }, cancel: cancel).Train.Count);

        string unpacked = Path.Combine(_folder, "unpacked");
        WriteMnist(unpacked, "");
        Assert.Contains(
            "train-images-idx3-ubyte.gz: is there, and would be read instead",
            Assert.Throws<UserException>(() => DataStore.Import(mnist, unpacked, to, cancel: cancel)).Message);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(to, "mnist")).Length);

        using (FileStream test = File.OpenWrite(Path.Combine(from, "t10k-images-idx3-ubyte.gz"))) test.SetLength(test.Length / 2);
        string other = Path.Combine(_folder, "other");
        Assert.Contains("cut short", Assert.Throws<UserException>(() => DataStore.Import(mnist, from, other, cancel: cancel)).Message);
        Assert.False(Directory.Exists(other));
        Assert.Throws<UserException>(() => DataStore.Import(mnist, _folder, other, cancel: cancel));
        Assert.Throws<UserException>(() => DataStore.Import(DataSets.Find("digits"), from, other, cancel: cancel));
    }

    [Fact]
    public void AFifthIsDrawnTheSameWayEveryTime()
    {
        var images = new ImageSet(Shape.Of(1, 1, 1), Enumerable.Range(0, 101).Select(i => (byte)i).ToArray());
        DataSplit split = Splits.FourToOne("lfw", images, "");
        Assert.Equal((80, 21), (split.Train.Count, split.Test.Count));
        Assert.Equal(
            Enumerable.Range(0, 101),
            split.Train.Pixels.ToArray().Concat(split.Test.Pixels.ToArray()).Order().Select(b => (int)b));
        Assert.Equal(split.Fingerprint, Splits.FourToOne("lfw", images, "").Fingerprint);
        Assert.NotEqual(Enumerable.Range(0, 80), split.Train.Pixels.ToArray().Select(b => (int)b));
    }

    [Fact]
    public void TheFingerprintFollowsSizesAndPixels()
    {
        byte[] pixels = new byte[24];
        DataSplit Of(Shape shape, byte first)
        {
            var train = new ImageSet(shape, (byte[])[first, .. pixels[1..]]);
            return Splits.WithFingerprint(new DataSplit("x", train, train, train, "", ""));
        }

        DataSplit[] splits = [Of(Shape.Of(2, 3, 1), 0), Of(Shape.Of(3, 2, 1), 0), Of(Shape.Of(2, 3, 1), 1), Of(Shape.Of(2, 3, 2), 0)];
        string[] prints = [.. splits.Select(s => s.Fingerprint)];
        Assert.Equal(prints.Length, prints.Distinct().Count());
        Assert.All(prints, p => Assert.Equal(64, p.Length));
    }

    // Whole-size files whose image i is filled with i modulo 251.
    static void WriteMnist(string folder, string extension)
    {
        Directory.CreateDirectory(folder);
        foreach ((string name, int count) in new[] { ("train-images-idx3-ubyte", 60_000), ("t10k-images-idx3-ubyte", 10_000) })
        {
            byte[] body = new byte[count * 784];
            for (int i = 0; i < count; i++) body.AsSpan(i * 784, 784).Fill((byte)(i % 251));
            byte[] idx = Idx(0x803, [(uint)count, 28, 28], body);
            File.WriteAllBytes(Path.Combine(folder, name + extension), extension.Length > 0 ? Gzip(idx) : idx);
        }
    }
}
