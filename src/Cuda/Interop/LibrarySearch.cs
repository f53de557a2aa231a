namespace GeneratingImages.Cuda;

/// <summary>What a search asks of the system.</summary>
interface ILibraryLoader
{
    /// <summary>Loads a file by its path, or by a bare name as the system finds it; tells what is wrong if it cannot.</summary>
    nint Load(string file, out string problem);

    /// <summary>Takes back a load.</summary>
    void Free(nint handle);

    /// <summary>Why a loaded library cannot be used, or null if it can: its version is too old, or made for a newer driver.</summary>
    string? Refuse(CudaLibrary library, nint handle, int driverVersion);

    /// <summary>The file a library was loaded from.</summary>
    string FileOf(string name);
}

/// <summary>What a search found and tried.</summary>
/// <param name="Library">What was looked for.</param>
/// <param name="Handle">The loaded library, or 0.</param>
/// <param name="File">Its file.</param>
/// <param name="Places">Where was looked, up to where it was found.</param>
/// <param name="Problems">The files that were there and could not be used, with the reason.</param>
sealed record SearchResult(
    CudaLibrary Library, nint Handle, string File, IReadOnlyList<string> Places, IReadOnlyList<string> Problems)
{
    /// <summary>Whether it was found.</summary>
    public bool Found => Handle != 0;

    /// <summary>What is missing, where it was looked for, and what to do.</summary>
    public string Explain()
    {
        string unusable = Problems.Count > 0 ? $"; {string.Join("; ", Problems)}" : "";
        string names = string.Join(", ", Library.Releases.Select(release => release.File));
        return $"{Library.Title} was not found: looked for {names} in {string.Join(", ", Places)}{unusable}: {Library.Remedy}";
    }
}

/// <summary>Finds and loads a library: place by place, in each place the newest release first.</summary>
sealed class LibrarySearch(SearchPlaces places, ILibraryLoader loader)
{
    /// <summary>Searches for a library.</summary>
    /// <param name="library">Which.</param>
    /// <param name="driverVersion">The CUDA version the driver serves, such as 12040: newer releases are passed over.</param>
    public SearchResult Find(CudaLibrary library, int driverVersion)
    {
        List<string> tried = [], problems = [];
        if (library.Import == NativeLibraries.Driver && places.DriverFile is { } named)
        {
            // A user who names the file wants that one or none.
            var file = new LibraryRelease(Path.GetFileName(named), 0);
            nint driver = TryLoad(library, file, Path.GetDirectoryName(named), driverVersion, problems);
            return new SearchResult(library, driver, named, [$"{named} ({SearchPlaces.DriverVariable})"], problems);
        }

        foreach (SearchPlace place in places.For(library))
        {
            if (place.Folder is not null && !Directory.Exists(place.Folder))
            {
                if (place.IsNamed) tried.Add($"{place}, which is no folder");
                continue;
            }

            tried.Add(place.ToString());
            foreach (LibraryRelease release in library.Releases)
            {
                nint handle = TryLoad(library, release, place.Folder, driverVersion, problems);
                if (handle == 0) continue;
                string found = place.Folder is null ? loader.FileOf(release.File) : Path.Combine(place.Folder, release.File);
                return new SearchResult(library, handle, found, tried, problems);
            }
        }

        return new SearchResult(library, 0, "", tried, problems);
    }

    nint TryLoad(CudaLibrary library, LibraryRelease release, string? folder, int driverVersion, List<string> problems)
    {
        string path = folder is null ? release.File : Path.Combine(folder, release.File);
        if (folder is not null && !File.Exists(path))
        {
            if (library.Import == NativeLibraries.Driver && places.DriverFile == path) problems.Add($"{path}: there is no such file");
            return 0;
        }

        if (release.Cuda > driverVersion / 1000)
        {
            if (folder is not null) problems.Add($"{path}: made for CUDA {release.Cuda}, the driver serves {VersionText(driverVersion)}");
            return 0;
        }

        List<nint> loaded = [];
        if (folder is not null)
            foreach (string pattern in release.First)
                foreach (string part in Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal))
                    if (loader.Load(part, out string partProblem) is var first and not 0) loaded.Add(first);
                    else problems.Add($"{part}: {partProblem}");

        nint handle = loader.Load(path, out string problem);
        if (handle != 0)
        {
            if (loader.Refuse(library, handle, driverVersion) is not { } refusal) return handle;
            problem = refusal;
            loader.Free(handle);
        }

        foreach (nint first in loaded) loader.Free(first);
        // That the system's loader does not know a name is no news.
        if (folder is not null || handle != 0) problems.Add($"{path}: {problem}");
        return 0;
    }

    /// <summary>A CUDA version as people write it: 12.4 for 12040.</summary>
    public static string VersionText(int version) => $"{version / 1000}.{version % 1000 / 10}";
}
