using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Where data sets' files are looked for, and the user's cache folder.</summary>
public static class DataPlaces
{
    const string Variable = "GENIMG_DATA";

    /// <summary>
    /// The folder for what was fetched or decoded, whether or not it exists: a folder of this program in the user's cache.
    /// </summary>
    public static string CacheFolder => UserCache.Folder;

    /// <summary>The folders that are searched, in order: the one given, $GENIMG_DATA, the cache.</summary>
    public static IReadOnlyList<string> Searched(string? folder)
    {
        var places = new List<string>();
        if (!string.IsNullOrWhiteSpace(folder)) places.Add(folder);
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named) places.Add(named);
        places.Add(CacheFolder);
        return places;
    }

    /// <summary>The first folder that holds a data set's files, or null.</summary>
    /// <exception cref="UserException">The folder that was given is none.</exception>
    public static string? Find(DataSetInfo info, string? folder)
    {
        if (folder is not null && !Directory.Exists(folder))
            throw new UserException(
                $"{InputFile.Printable(folder)}: is not a folder, expected the one that holds {info.Title}'s files; check --data");
        return Searched(folder)
            .SelectMany(place => info.Folders.Select(name => Path.Combine(place, name)).Append(place))
            .FirstOrDefault(candidate => FilesIn(info, candidate) is not null);
    }

    /// <summary>
    /// The paths of a data set's files, from the first place that holds all it needs: in a folder of the data set's name or in
    /// the place itself. An optional file that is not there is null; a gzip file may lie there unpacked.
    /// </summary>
    /// <exception cref="UserException">No place holds them; the message lists the places and the remedies.</exception>
    internal static string?[] Locate(DataSetInfo info, string? folder)
    {
        if (Find(info, folder) is { } found) return FilesIn(info, found)!;
        string wanted = string.Join(", ", info.Files.Where(f => !f.IsOptional).Select(f => f.Name));
        string places = string.Join(", ", Searched(folder).Select(InputFile.Printable));
        throw new UserException($"{info.Name}: {wanted} not found; "
            + $"looked in {places} and in folders {string.Join(" or ", info.Folders)} there; "
            + $"fetch with 'genimg data get {info.Name}', or name the folder with '--data FOLDER' or ${Variable}");
    }

    /// <summary>The paths of a data set's files in one folder, or null where one that is needed is not there.</summary>
    internal static string?[]? FilesIn(DataSetInfo info, string folder)
    {
        string?[] paths = [.. info.Files.Select(file => PathOf(file, folder))];
        return paths.Zip(info.Files).All(pair => pair.First is not null || pair.Second.IsOptional) ? paths : null;
    }

    // Directories count as found, so that the reader can say what is wrong with them.
    static string? PathOf(DataFile file, string folder)
    {
        string path = Path.Combine(folder, file.Name);
        if (Path.Exists(path)) return path;
        string unpacked = Path.ChangeExtension(path, null);
        return file.Name.EndsWith("-ubyte.gz", StringComparison.Ordinal) && File.Exists(unpacked) ? unpacked : null;
    }
}
