using System.Text;
using GeneratingImages.Core;
using GeneratingImages.Training;
using static GeneratingImages.Tests.Data.ArchiveBuilder;

namespace GeneratingImages.Tests.Data;

public class Cifar100ArchiveTests
{
    static readonly byte[] _train = Entry("cifar-100-binary/train.bin", CifarRecords(5)),
        _test = Entry("cifar-100-binary/test.bin", CifarRecords(2));

    static (ImageSet Train, ImageSet Test) Read(string path) => Cifar100Archive.Read(path, 5, 2);

    static byte[] Archive(params byte[][] entries) => Gzip(Tar(entries));

    [Fact]
    public void PlanesBecomePixels()
    {
        (ImageSet train, ImageSet test) = ReadFrom(
            Archive(Entry("cifar-100-binary/", [], '5'), _test, Entry("cifar-100-binary/x.txt", [1]), _train), Read);
        Assert.Equal((5, 2), (train.Count, test.Count));
        byte[] records = CifarRecords(5);
        for (int image = 0; image < 5; image++)
            for (int pixel = 0; pixel < 1024; pixel++)
                for (int channel = 0; channel < 3; channel++)
                    Assert.Equal(records[image * 3074 + 2 + channel * 1024 + pixel], train[image][pixel * 3 + channel]);
    }

    [Fact]
    public void ReadsLongNamesOfBothKinds()
    {
        byte[] gnu = Entry("././@LongLink", Encoding.UTF8.GetBytes("cifar-100-binary/train.bin\0"), 'L');
        byte[] pax = Entry("PaxHeaders/x", Encoding.UTF8.GetBytes("34 path=cifar-100-binary/test.bin\n"), 'x');
        byte[] archive = Archive([.. gnu, .. Entry("cut", CifarRecords(5))], [.. pax, .. Entry("cut", CifarRecords(2))]);
        Assert.Equal(5, ReadFrom(archive, Read).Train.Count);
    }

    [Fact]
    [Trait("bad-input", "16")]
    [Trait("bad-input", "18")]
    public void RefusesWrongSizesAndLabels()
    {
        Refused(Archive(Entry("cifar-100-binary/train.bin", CifarRecords(5)[1..]), _test), Read, "15369 bytes", "5 records of 3074");
        Refused(Archive(Entry("cifar-100-binary/train.bin", CifarRecords(4)), _test), Read, "expected 15370");
        Refused(
            Archive(Entry("cifar-100-binary/train.bin", [.. CifarRecords(4), .. CifarRecords(1, fine: 100)]), _test), Read,
            "record 4", "fine label 100");
        Refused(Archive(_train, Entry("cifar-100-binary/test.bin", CifarRecords(2, coarse: 20))), Read, "record 0", "coarse label 20");
    }

    [Fact]
    [Trait("bad-input", "17")]
    [Trait("bad-input", "19")]
    [Trait("bad-input", "29")]
    public void NamesWhatIsThereWhenAPartIsMissing()
    {
        Refused(
            Archive(_test, Entry("cifar-100-binary/fine.txt", [1])), Read,
            "no cifar-100-binary/train.bin", "cifar-100-binary/test.bin, cifar-100-binary/fine.txt");
        Refused(Archive(Entry("cifar-10-batches-bin/data_batch_1.bin", [1])), Read, "this is CIFAR-10");
        Refused(Archive(Entry("a\u001b[31m\nb", [1])), Read, @"a\x1b[31m\x0ab");
        Refused(Archive(_train, _train, _test), Read, "comes twice");
    }

    [Theory]
    [Trait("bad-input", "20")]
    [InlineData("../train.bin")]
    [InlineData("cifar-100-binary/../../train.bin")]
    [InlineData("/etc/train.bin")]
    [InlineData("C:\\train.bin")]
    public void RefusesNamesThatLeadOut(string name)
    {
        Refused(Archive(Entry(name, CifarRecords(5)), _test), Read, "leads out of the archive");
        Assert.False(File.Exists(Path.Combine(Path.GetTempPath(), "..", "train.bin")));
    }

    [Fact]
    [Trait("bad-input", "23")]
    public void RefusesDamagedTar()
    {
        byte[] tar = Tar(_train, _test);
        Refused(Gzip(tar[..600]), Read, "cut short");
        Refused(Gzip(tar[.._train.Length]), Read, "without an end mark");
        Refused(Gzip(tar[..(_train.Length + 100)]), Read, "without an end mark");
        byte[] wrongSum = [.. tar];
        wrongSum[3] ^= 1;
        Refused(Gzip(wrongSum), Read, "checksum");
        Refused(Gzip("no tar"u8.ToArray()), Read);
        Refused(tar, Read, "expected gzip data");
        Refused(Archive(Entry("x", [], 'L', size: 1L << 32), _train), Read, "extended tar header");
        Refused(Archive(Entry("x", Encoding.UTF8.GetBytes("99 path=y\n"), 'x'), _train), Read, "extended tar header is damaged");
        Refused(Archive(Entry("big", [], '0', size: long.MaxValue >> 9)), Read, "cut short");
    }

    [Fact]
    [Trait("bad-input", "13")]
    public void StopsUnpackingAtALimit()
    {
        // 600 MB of zeros under another name, ahead of what is wanted.
        const int megabytes = 600;
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest))
        {
            gzip.Write(Entry("zeros", [], '0', size: (long)megabytes << 20));
            for (int i = 0; i < megabytes; i++) gzip.Write(new byte[1 << 20]);
            gzip.Write(Tar(_train, _test));
        }

        Refused(packed.ToArray(), Read, "unpacks to more than");
    }
}
