using System.Text;
using GeneratingImages.Core;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Training;
using SkiaSharp;
using static GeneratingImages.Tests.Data.ArchiveBuilder;

namespace GeneratingImages.Tests.Mutation;

/// <summary>Every reader of files that come from outside, with small good files of each kind.</summary>
static class Readers
{
    const int Images = 5, Side = 4;

    static readonly byte[] s_photograph = Jpeg();

    static readonly CodeTable s_codes = new(Width, [1, -0.25f, 3e-20f, 0.1f, 5, 6], ["a", "b, \"c\""]);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Reader> All { get; } =
    [
        new(
            "IDX images", [Idx(0x803, [Images, Side, Side], [.. Enumerable.Range(0, Images * Side * Side).Select(i => (byte)(3 * i))])],
            ReadImages, typeof(InvalidDataException))
        {
            Mutate = Repairs.PackedOrRaw, Declared = _ => Images * Side * Side,
        },
        new("IDX labels", [Idx(0x801, [Images], [0, 9, 4, 7, 1])], ReadLabels, typeof(InvalidDataException))
        {
            Mutate = Repairs.PackedOrRaw, Declared = _ => Images,
        },
        new("gzip", [Gzip(Text), [.. Gzip(Text[..100]), .. Gzip([]), .. Gzip(Text[100..])]], ReadGzip, typeof(InvalidDataException))
        {
            Mutate = Repairs.Gzip,
        },
        new("tar", [Archive()], ReadTar, typeof(InvalidDataException)) { Mutate = Repairs.Tar },
        new("CIFAR-100", [Cifar()], ReadCifar, typeof(InvalidDataException))
        {
            Mutate = Repairs.PackedTar, Whole = Repairs.Pack, Declared = _ => 2 * 3074,
        },
        new(
            "LFW archive", [Tar(Entry("lfw/", [], '5'), Entry("x", [], '2'), Entry("lfw/A/A_0001.jpg", s_photograph))],
            ReadFaces, typeof(InvalidDataException))
        {
            // A photograph may state up to 1 MiB.
            Mutate = Repairs.PackedTar, Whole = Repairs.Pack, Declared = _ => 1 << 20,
        },
        new("JPEG markers", [s_photograph, Jpeg(40, 30)], file => JpegHeader.Read(file), typeof(InvalidDataException))
        {
            Mutate = Repairs.Jpeg,
        },
        new("face JPEG", [s_photograph, Jpeg(grey: true)], ReadFace, typeof(InvalidDataException)) { Mutate = Repairs.Jpeg },
        new("JPEG picture", [Jpeg(40, 30), Jpeg(24, 33, grey: true)], ReadPicture, typeof(UserException))
        {
            Mutate = Repairs.Jpeg, Declared = Decoded,
        },
        new(
            "PNG picture", [Png(3), Png(1), Skia.Encode(Skia.Noise(9, 8, 3, 1), SKEncodedImageFormat.Png, alpha: 99)],
            ReadPicture, typeof(UserException))
        {
            Mutate = Repairs.Png, Declared = Decoded,
        },
        new(
            "safetensors", [RunFiles.Tensors()], file => ReadTensors(SafetensorsReader.Read(new MemoryStream(file), checksumNeeded: false)),
            typeof(InvalidDataException))
        {
            Mutate = Repairs.Safetensors,
        },
        new("checkpoint", [RunFiles.SavedCheckpoint()], RunFiles.ReadCheckpoint, typeof(InvalidDataException), typeof(UserException))
        {
            Mutate = Repairs.Safetensors,
        },
        new(
            "settings JSON", [Encoding.UTF8.GetBytes(new RunSettings { Limit = 100 }.ToJson())], RunFiles.ReadSettings,
            typeof(UserException))
        {
            // Laid over the defaults, a letter that is not ASCII takes six bytes: \uXXXX.
            Declared = file => 6L * file.Length,
        },
        new("history JSON", [RunFiles.HistoryText], RunFiles.ReadHistory, typeof(UserException)),
        new(
            "study JSON", [StudyText], file => Assert.NotEmpty(StudyFileReader.Read("study", JsonText.Of("study", file)).Rows),
            typeof(UserException))
        {
            // Every row's model and masks are built to check it.
            Declared = _ => 4 << 20,
        },
        new(
            "decoded pixels", [RunFiles.DecodedPixels()], RunFiles.ReadDecodedPixels,
            typeof(InvalidDataException), typeof(EndOfStreamException))
        {
            Mutate = Repairs.DecodedPixels,
        },
        new("TensorBoard events", [RunFiles.Events()], RunFiles.ReadEvents, typeof(InvalidDataException)) { Mutate = Repairs.Events },
        new("NPY codes", [CodesAsNpy()], file => NpyFile.Read("codes", new MemoryStream(file), Width), typeof(UserException)),
        new("CSV codes", [Encoding.UTF8.GetBytes(s_codes.ToCsv()), "1, 2,-3.5e-3\n4,5,6\r\n"u8.ToArray()], ReadCsv, typeof(UserException))
        {
            // While they are read, numbers of one digit are strings of 32 bytes.
            Declared = file => 4L * file.Length,
        },
    ];

    const int Width = 3;

    static byte[] StudyText => """
        {
          "title": "two rows",
          "defaults": { "dataset": "digits", "kernel": 3, "learningRate": 0.002 },
          "rows": [
            { "name": "a", "task": "rebuild", "model": "basic", "latent": 8, "epochs": 40, "published": 0.01 },
            { "name": "b-1", "task": "complete", "model": "deep", "channels": [4, 8], "hide": "lower", "note": "ü" }
          ]
        }
        """u8.ToArray();

    static byte[] Text => Encoding.UTF8.GetBytes(
        string.Concat(Enumerable.Range(0, 60).Select(i => $"line {i * 7919 % 61} of a text that can be packed; ")));

    static byte[] Archive() => Tar(
        Entry("folder/", [], '5'), Entry("folder/file", [1, 2, 3]), Entry("link", [], '2'),
        Entry("././@LongLink", Encoding.UTF8.GetBytes(new string('n', 150) + "\0"), 'L'),
        Entry("cut", [4]), Entry("PaxHeaders/x", Encoding.UTF8.GetBytes("14 path=a/b/c\n12 size=700\n"), 'x'), Entry("cut", new byte[700]));

    static byte[] Cifar() => Tar(
        Entry("cifar-100-binary/train.bin", CifarRecords(1)), Entry("cifar-100-binary/test.bin", CifarRecords(1)), Entry("readme", [1]));

    static byte[] CodesAsNpy()
    {
        using var stream = new MemoryStream();
        NpyFile.Write(stream, s_codes);
        return stream.ToArray();
    }

    static void ReadCsv(byte[] file) => Assert.Equal(0, CsvCodes.Read("codes", new MemoryStream(file), Width).Values.Length % Width);

    static byte[] Png(int channels)
    {
        using var stream = new MemoryStream();
        PngEncoder.Encode(stream, Skia.Noise(20, 24, channels, 6));
        return stream.ToArray();
    }

    static void ReadImages(byte[] file) =>
        Assert.Equal(Images, IdxFile.ReadImages(new MemoryStream(file), Shape.Of(Side, Side, 1), Images).Count);

    static void ReadLabels(byte[] file) =>
        Assert.All(IdxFile.ReadLabels(new MemoryStream(file), Images, 10), label => Assert.InRange(label, 0, 9));

    static void ReadGzip(byte[] file)
    {
        using var gzip = new VerifiedGzip(new MemoryStream(file));
        Span<byte> buffer = stackalloc byte[4096];
        while (gzip.Read(buffer) > 0) { }
    }

    static void ReadTar(byte[] file)
    {
        var entries = new TarEntries(new MemoryStream(file), mostBytes: 1 << 20);
        Span<byte> buffer = stackalloc byte[100];
        while (entries.Next() is { } entry)
        {
            Assert.DoesNotContain("..", entry.Name.Split('/'));
            if (entry.Kind == TarEntries.EntryKind.File && entry.Name.Length % 2 == 0)
                while (entries.Read(buffer) > 0) { }
        }

        entries.ReadToEnd();
    }

    static void ReadCifar(byte[] file)
    {
        (ImageSet train, ImageSet test) = Cifar100Archive.Read(new MemoryStream(file), 1, 1, null, default);
        Assert.Equal((1, 1), (train.Count, test.Count));
    }

    static void ReadFaces(byte[] file)
    {
        LfwArchive.Faces faces = LfwArchive.Read(new MemoryStream(file), null, default);
        Assert.Equal(faces.Names.Count, faces.Images.Count);
    }

    static readonly FaceWindow s_window = new();

    static void ReadFace(byte[] file)
    {
        Span<byte> pixels = stackalloc byte[(int)FaceWindow.Image.Count];
        s_window.Decode(file, pixels);
    }

    static void ReadPicture(byte[] file) => Assert.InRange(ImageFile.Read("picture", file).Shape.Count, 1, 3 * ImageFile.MaxPixels);

    // What Skia finds in the header is decoded with four bytes a pixel, if it is within the limit.
    static long Decoded(byte[] file)
    {
        using SKData data = SKData.CreateCopy(file);
        using SKCodec? codec = SKCodec.Create(data);
        long pixels = codec is null ? 0 : (long)codec.Info.Width * codec.Info.Height;
        return pixels <= ImageFile.MaxPixels ? 4 * pixels : 0;
    }

    static void ReadTensors(SafetensorsFile file)
    {
        foreach (StoredTensor tensor in file.Tensors.Values)
        {
            Assert.Equal(tensor.Type.Bytes, tensor.Data.Length);
            if (tensor.Type.Element == ElementType.Float32) Assert.Equal(tensor.Type.Shape.Count, tensor.ToFloats().Length);
        }
    }
}
