namespace GeneratingImages.Training;

/// <summary>Brings data sets' files into the folder where loading finds them, by download or from local files.</summary>
public static class DataStore
{
    /// <summary>A file that is now in its place.</summary>
    /// <param name="Path">Where it is.</param>
    /// <param name="State">For a person: from where it came, and whether it is the published file.</param>
    public sealed record StoredFile(string Path, string State);

    /// <summary>Fetches those of a data set's files that are not yet there as published.</summary>
    /// <param name="info">The data set.</param>
    /// <param name="folder">The folder in which a folder of the data set's name is filled; null for the user's cache.</param>
    /// <param name="options">How patient to be.</param>
    /// <param name="progress">Told how many bytes have come.</param>
    /// <param name="cancel">Stops; whole files stay, nothing else does.</param>
    /// <exception cref="UserException">A file could not be fetched or written.</exception>
    public static async Task<IReadOnlyList<StoredFile>> GetAsync(
        DataSetInfo info, string? folder = null, DownloadOptions? options = null, IProgress<DataProgress>? progress = null,
        CancellationToken cancel = default)
    {
        RequireFiles(info);
        var stored = new List<StoredFile>();
        foreach (DataFile file in info.Files)
        {
            string path = PathOf(info, file.Name, folder);
            if (File.Exists(path) && new FileInfo(path).Length > 0 && DataSets.IsPublished(file, path))
            {
                stored.Add(new StoredFile(path, "already there, the published file"));
                continue;
            }

            Uri address = await Download.FetchAsync(file, path, options, progress, cancel).ConfigureAwait(false);
            stored.Add(new StoredFile(path, $"fetched from {address.Host}, the published file"));
        }

        return stored;
    }

    /// <summary>
    /// Copies local files to where loading finds them, after reading them as loading would. A digest other than the published
    /// one is told in the result, not refused: a repacked archive can hold the same images.
    /// </summary>
    /// <param name="info">The data set.</param>
    /// <param name="from">A folder with its files, or the file where there is only one.</param>
    /// <param name="folder">The folder in which a folder of the data set's name is filled; null for the user's cache.</param>
    /// <param name="progress">Told how far the reading has come.</param>
    /// <param name="cancel">Stops; nothing is changed unless the reading is done.</param>
    /// <exception cref="UserException">Files are missing, damaged or others, or the folder cannot be written.</exception>
    /// <exception cref="IOException">The disk is full.</exception>
    public static IReadOnlyList<StoredFile> Import(
        DataSetInfo info, string from, string? folder = null, IProgress<DataProgress>? progress = null, CancellationToken cancel = default)
    {
        RequireFiles(info);
        string?[] paths = SourcesIn(info, from);
        DataSets.Read(info, paths, progress, cancel);
        (DataFile File, string Source, string Target)[] copies =
        [
            .. info.Files.Zip(paths).Where(pair => pair.Second is not null)
                .Select(pair => (pair.First, pair.Second!, PathOf(info, NameOf(pair.First, pair.Second!), folder))),
        ];
        foreach ((DataFile file, _, string target) in copies)
            if (PathOf(info, file.Name, folder) is var packed && packed != target && Path.Exists(packed))
                throw new UserException(
                    $"{InputFile.Printable(packed)}: is there, and would be read instead of what is imported: remove it");
        var stored = new List<StoredFile>();
        foreach ((DataFile file, string source, string target) in copies)
        {
            string state = DataSets.IsPublished(file, source) ? "the published file" : "digest differs from the published file's";
            Copy(source, target, cancel);
            stored.Add(new StoredFile(target, $"from {InputFile.Printable(source)}, {state}"));
        }

        return stored;
    }

    // What lies unpacked is kept unpacked.
    static string NameOf(DataFile file, string source) =>
        !file.Name.EndsWith("-ubyte.gz", StringComparison.Ordinal) || source.EndsWith(".gz", StringComparison.Ordinal)
            ? file.Name
            : Path.ChangeExtension(file.Name, null);

    static string?[] SourcesIn(DataSetInfo info, string from)
    {
        if (Directory.Exists(from))
            return info.Folders.Select(name => Path.Combine(from, name)).Prepend(from)
                .Select(place => DataPlaces.FilesIn(info, place))
                .FirstOrDefault(p => p is not null)
                ?? throw new UserException($"{InputFile.Printable(from)}: holds not all of {info.Title}'s files, expected "
                    + string.Join(", ", info.Files.Where(f => !f.IsOptional).Select(f => f.Name)));
        return info.Files.Count == 1 ? [from]
            : throw new UserException($"{InputFile.Printable(from)}: is no folder, but {info.Title} has {info.Files.Count} files; "
                + "name the folder they are in");
    }

    static void Copy(string source, string target, CancellationToken cancel)
    {
        if (Path.GetFullPath(source) == Path.GetFullPath(target)) return;
        try
        {
            using FileStream from = InputFile.Open(source, InputFile.Printable(source), "the file to import");
            using var to = new WholeFile(target);
            byte[] chunk = new byte[1 << 17];
            int n;
            while ((n = from.Read(chunk)) > 0)
            {
                cancel.ThrowIfCancellationRequested();
                to.Stream.Write(chunk, 0, n);
            }

            to.Keep();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw WriteFailure.Of(target, e, "name another folder");
        }
    }

    static string PathOf(DataSetInfo info, string file, string? folder) => Path.Combine(folder ?? DataPlaces.CacheFolder, info.Name, file);

    static void RequireFiles(DataSetInfo info)
    {
        if (info.Files.Count == 0)
            throw new UserException($"{info.Name}: is built in, there is nothing to fetch or import; use it as it is");
    }
}
