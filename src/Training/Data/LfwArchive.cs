using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// Reads Labeled Faces in the Wild, deep funneled, as published: a .tgz of 250x250 JPEG files
/// lfw-deepfunneled/Person_Name/Person_Name_0001.jpg (Huang, Ramesh, Berg, Learned-Miller, UMass Amherst TR 07-49, 2007; Huang,
/// Mattar, Lee, Learned-Miller, "Learning to Align from Scratch", NIPS 2012). Every photograph becomes a <see cref="FaceWindow"/>.
/// </summary>
public static class LfwArchive
{
    const long MostUnpackedBytes = 1L << 30;
    const int LargestFile = 1 << 20;
    const int MostFiles = 50_000;
    const int BatchFiles = 256;

    /// <summary>The size of an image.</summary>
    public static Shape Image => FaceWindow.Image;

    /// <summary>
    /// The faces in the order of their entries' names, and how many entries (links, devices, other files) were passed over.
    /// </summary>
    /// <param name="Images">The images.</param>
    /// <param name="Names">The entries' names, in ordinal order.</param>
    /// <param name="Skipped">Entries that are neither directories nor photographs.</param>
    public sealed record Faces(ImageSet Images, IReadOnlyList<string> Names, int Skipped);

    /// <summary>Reads all photographs in one pass, decoding on several threads.</summary>
    /// <exception cref="UserException">The file cannot be read, is damaged, or holds something else.</exception>
    public static Faces Read(string path, IProgress<DataProgress>? progress = null, CancellationToken cancel = default) =>
        InputFile.Read(path, "the archive of deep-funneled faces (lfw-deepfunneled.tgz)", file => Read(file, progress, cancel));

    internal static Faces Read(Stream file, IProgress<DataProgress>? progress, CancellationToken cancel)
    {
        using var unpacked = new VerifiedGzip(file);
        var entries = new TarEntries(unpacked, MostUnpackedBytes);
        var decoded = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        var batch = new List<(string Name, byte[] Jpeg)>(BatchFiles);
        int skipped = 0;
        while (entries.Next() is { } entry)
        {
            cancel.ThrowIfCancellationRequested();
            if (!IsPhotograph(entry))
            {
                if (entry.Kind != TarEntries.EntryKind.Directory) skipped++;
                continue;
            }

            if (entry.Size > LargestFile)
                throw new InvalidDataException(
                    $"entry '{entry.Shown}' has {entry.Size} bytes, expected a photograph of at most {LargestFile}");
            if (decoded.Count + batch.Count >= MostFiles)
                throw new InvalidDataException($"holds more than {MostFiles} photographs, expected 13,233");
            byte[] jpeg = new byte[entry.Size];
            entries.ReadExactly(jpeg);
            batch.Add((entry.Name, jpeg));
            if (batch.Count == BatchFiles) Decode(batch, decoded);
            progress?.Report(new DataProgress("reading faces", file.Position, file.Length));
        }

        Decode(batch, decoded);
        entries.ReadToEnd();
        if (decoded.Count == 0)
            throw new InvalidDataException(
                $"holds no photographs in {entries.Count} entries, expected lfw-deepfunneled/PERSON/PERSON_0001.jpg and so on");

        byte[] pixels = new byte[checked(decoded.Count * (int)Image.Count)];
        int to = 0;
        foreach (byte[] one in decoded.Values)
        {
            one.CopyTo(pixels, to);
            to += one.Length;
        }

        return new Faces(new ImageSet(Image, pixels), [.. decoded.Keys], skipped);
    }

    static bool IsPhotograph(TarEntries.Entry entry)
    {
        string file = entry.Name[(entry.Name.LastIndexOf('/') + 1)..];
        return entry.Kind == TarEntries.EntryKind.File && file.EndsWith(".jpg", StringComparison.OrdinalIgnoreCase)
            && !file.StartsWith('.');
    }

    // A whole batch is decoded before a fault is reported, so which one is named does not depend on the threads.
    static void Decode(List<(string Name, byte[] Jpeg)> batch, SortedDictionary<string, byte[]> decoded)
    {
        var results = new byte[batch.Count][];
        var faults = new InvalidDataException?[batch.Count];
        Parallel.For(0, batch.Count, () => new FaceWindow(), (i, _, window) =>
        {
            results[i] = new byte[Image.Count];
            try
            {
                window.Decode(batch[i].Jpeg, results[i]);
            }
            catch (InvalidDataException e)
            {
                faults[i] = e;
            }

            return window;
        }, _ => { });

        for (int i = 0; i < batch.Count; i++)
        {
            string shown = InputFile.Printable(batch[i].Name);
            if (faults[i] is { } fault) throw new InvalidDataException($"entry '{shown}' {fault.Message}", fault);
            if (!decoded.TryAdd(batch[i].Name, results[i])) throw new InvalidDataException($"entry '{shown}' comes twice, expected one");
        }

        batch.Clear();
    }
}
