using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Data;

public sealed class DecodedCacheTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("genimg-").FullName;
    readonly byte[] _key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    string CacheFile => Path.Combine(_folder, "decoded", "some.pixels");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static ImageSet Images(int count, int start) =>
        new(Shape.Of(4, 3, 2), Enumerable.Range(start, count * 24).Select(i => (byte)(i * 5)).ToArray());

    static DataSplit Split(bool shared = false)
    {
        ImageSet test = Images(3, 7);
        return Splits.WithFingerprint(new DataSplit("some", Images(9, 0), shared ? test : Images(4, 3), test, "a source: näher", ""));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ReadsBackWhatWasWritten(bool shared)
    {
        DataSplit split = Split(shared);
        Assert.True(DecodedCache.Write(_folder, split, _key));
        DataSplit read = DecodedCache.Read(_folder, "some", _key)!;
        Assert.Equal((split.Name, split.Source, split.Fingerprint), (read.Name, read.Source, read.Fingerprint));
        var parts = new[] { (split.Train, read.Train), (split.Validation, read.Validation), (split.Test, read.Test) };
        foreach ((ImageSet was, ImageSet now) in parts)
        {
            Assert.Equal(was.Image, now.Image);
            Assert.Equal(was.Pixels.ToArray(), now.Pixels.ToArray());
        }

        Assert.Equal(shared, ReferenceEquals(read.Validation, read.Test));
        Assert.Single(Directory.GetFiles(Path.Combine(_folder, "decoded")));
    }

    [Fact]
    public void IgnoresAnotherKeyAndAMissingFile()
    {
        Assert.Null(DecodedCache.Read(_folder, "some", _key));
        DecodedCache.Write(_folder, Split(), _key);
        Assert.Null(DecodedCache.Read(_folder, "some", new byte[32]));
        Assert.Null(DecodedCache.Read(_folder, "other", _key));
    }

    [Fact]
    public void IgnoresEveryFlippedByteAndEveryTruncation()
    {
        DecodedCache.Write(_folder, Split(), _key);
        byte[] whole = File.ReadAllBytes(CacheFile);
        for (int i = 0; i < whole.Length; i++)
        {
            whole[i] ^= 0x41;
            File.WriteAllBytes(CacheFile, whole);
            Assert.Null(DecodedCache.Read(_folder, "some", _key));
            whole[i] ^= 0x41;
            File.WriteAllBytes(CacheFile, whole[..i]);
            Assert.Null(DecodedCache.Read(_folder, "some", _key));
        }

        File.WriteAllBytes(CacheFile, [.. whole, 0]);
        Assert.Null(DecodedCache.Read(_folder, "some", _key));
        File.WriteAllBytes(CacheFile, whole);
        Assert.NotNull(DecodedCache.Read(_folder, "some", _key));
    }

    [Fact]
    public void GoesOnWithoutAFolderThatCanBeWritten()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "no folder");
        Assert.False(DecodedCache.Write(file, Split(), _key));
        Assert.Null(DecodedCache.Read(file, "some", _key));
    }

    [Fact]
    public void TheKeyFollowsTheFilesState()
    {
        string file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "one");
        byte[] first = DecodedCache.KeyOf("some", [file, null]);
        Assert.Equal(first, DecodedCache.KeyOf("some", [file, null]));
        Assert.NotEqual(first, DecodedCache.KeyOf("other", [file, null]));
        File.SetLastWriteTimeUtc(file, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        byte[] second = DecodedCache.KeyOf("some", [file, null]);
        Assert.NotEqual(first, second);
        File.AppendAllText(file, "more");
        File.SetLastWriteTimeUtc(file, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.NotEqual(second, DecodedCache.KeyOf("some", [file, null]));
    }
}
