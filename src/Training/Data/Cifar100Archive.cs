using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// Reads CIFAR-100's binary version as published, a .tar.gz with cifar-100-binary/train.bin and test.bin. A record is the coarse
/// label, the fine label and 1,024 red, 1,024 green and 1,024 blue bytes, each plane row by row (A. Krizhevsky, "Learning
/// Multiple Layers of Features from Tiny Images", 2009, and the data set's page).
/// </summary>
public static class Cifar100Archive
{
    const int Side = 32, Plane = Side * Side, Channels = 3;
    const int RecordBytes = 2 + Channels * Plane;
    const int CoarseClasses = 20, FineClasses = 100;
    const long MostUnpackedBytes = 1L << 29;
    const int ChunkRecords = 256;
    const int MostNames = 10;

    /// <summary>The size of an image.</summary>
    public static Shape Image { get; } = Shape.Of(Side, Side, Channels);

    /// <summary>Reads both parts in one pass.</summary>
    /// <param name="path">The archive.</param>
    /// <param name="trainCount">The number of records train.bin must hold.</param>
    /// <param name="testCount">The number of records test.bin must hold.</param>
    /// <param name="progress">Told how much of the file has been read.</param>
    /// <param name="cancel">Stops reading.</param>
    /// <exception cref="UserException">The file cannot be read, is damaged, or holds something else.</exception>
    public static (ImageSet Train, ImageSet Test) Read(
        string path, int trainCount, int testCount, IProgress<DataProgress>? progress = null, CancellationToken cancel = default) =>
        InputFile.Read(
            path,
            "CIFAR-100's binary version (cifar-100-binary.tar.gz)",
            file => Read(file, trainCount, testCount, progress, cancel));

    internal static (ImageSet Train, ImageSet Test) Read(
        Stream file, int trainCount, int testCount, IProgress<DataProgress>? progress, CancellationToken cancel)
    {
        ImageSet? train = null, test = null;
        using var unpacked = new VerifiedGzip(file);
        var entries = new TarEntries(unpacked, MostUnpackedBytes);
        var names = new List<string>();
        int files = 0;
        while (entries.Next() is { } entry)
        {
            if (entry.Kind == TarEntries.EntryKind.File && files++ < MostNames) names.Add(entry.Shown);
            switch (PartOf(entry))
            {
                case "train.bin" when train is null: train = ReadRecords(entry, trainCount); break;
                case "test.bin" when test is null: test = ReadRecords(entry, testCount); break;
                case not null: throw new InvalidDataException($"entry '{entry.Shown}' comes twice, expected one");
            }
        }

        entries.ReadToEnd();
        return (train ?? throw Missing("train.bin"), test ?? throw Missing("test.bin"));

        ImageSet ReadRecords(TarEntries.Entry entry, int count)
        {
            if (entry.Size % RecordBytes != 0 || entry.Size / RecordBytes != count)
                throw new InvalidDataException($"entry '{entry.Shown}' has {entry.Size} bytes, "
                    + $"expected {(long)count * RecordBytes} ({count} records of {RecordBytes})");
            byte[] pixels = GC.AllocateUninitializedArray<byte>(checked(count * Channels * Plane));
            byte[] chunk = new byte[Math.Min(count, ChunkRecords) * RecordBytes];
            for (int first = 0; first < count; first += ChunkRecords)
            {
                cancel.ThrowIfCancellationRequested();
                int records = Math.Min(ChunkRecords, count - first);
                entries.ReadExactly(chunk.AsSpan(0, records * RecordBytes));
                for (int i = 0; i < records; i++)
                {
                    ReadOnlySpan<byte> record = chunk.AsSpan(i * RecordBytes, RecordBytes);
                    if (record[0] >= CoarseClasses || record[1] >= FineClasses)
                        throw new InvalidDataException(
                            $"entry '{entry.Shown}', record {first + i}: coarse label {record[0]} and fine label {record[1]}, "
                            + $"expected below {CoarseClasses} and {FineClasses}");
                    Interleave(record[2..], pixels.AsSpan((first + i) * Channels * Plane, Channels * Plane));
                }

                progress?.Report(new DataProgress("reading CIFAR-100", file.Position, file.Length));
            }

            return new ImageSet(Image, pixels);
        }

        InvalidDataException Missing(string name)
        {
            string held = files == 0 ? "no files" : string.Join(", ", names) + (files > MostNames ? $" and {files - MostNames} more" : "");
            string hint = names.Exists(n => n.Contains("data_batch", StringComparison.Ordinal)) ? " (this is CIFAR-10)" : "";
            return new InvalidDataException($"holds no cifar-100-binary/{name}, but {held}{hint}");
        }
    }

    static string? PartOf(TarEntries.Entry entry)
    {
        if (entry.Kind != TarEntries.EntryKind.File) return null;
        string name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
        return name switch { "cifar-100-binary/train.bin" => "train.bin", "cifar-100-binary/test.bin" => "test.bin", _ => null };
    }

    // Planes R, G, B become pixels R G B: channels are the innermost axis of every image here.
    static void Interleave(ReadOnlySpan<byte> planes, Span<byte> pixels)
    {
        ReadOnlySpan<byte> red = planes[..Plane], green = planes.Slice(Plane, Plane), blue = planes.Slice(2 * Plane, Plane);
        for (int i = 0, to = 0; i < red.Length; i++, to += Channels)
        {
            pixels[to] = red[i];
            pixels[to + 1] = green[i];
            pixels[to + 2] = blue[i];
        }
    }
}

/// <summary>How far a long piece of work on data has come.</summary>
/// <param name="What">What is being done, for a person: "reading CIFAR-100".</param>
/// <param name="Done">Bytes done.</param>
/// <param name="Total">Bytes in all, or 0 where that is not known.</param>
public readonly record struct DataProgress(string What, long Done, long Total);
