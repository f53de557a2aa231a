namespace GeneratingImages.Cuda;

/// <summary>A folder to look in, or the system's loader, and why it is looked at.</summary>
/// <param name="Origin">The variable that names it, or what it is.</param>
/// <param name="Folder">The folder; null for the system's loader.</param>
/// <param name="IsNamed">Whether a user names the very folder in this project's variable, and so expects it to be there.</param>
sealed record SearchPlace(string Origin, string? Folder, bool IsNamed = false)
{
    /// <inheritdoc/>
    public override string ToString() => Folder is null ? Origin : $"{Folder} ({Origin})";
}

/// <summary>
/// Where libraries are looked for, in this order: the folders a user names, the program's own, the system's loader, the variables of CUDA's
/// installers, the active Python environment, the usual installation folders.
/// </summary>
/// <param name="variable">Reads an environment variable.</param>
/// <param name="applicationFolder">Where the program lies.</param>
/// <param name="windows">Whose layouts to follow.</param>
/// <param name="root">What stands before the usual folders: nothing, but in tests.</param>
sealed class SearchPlaces(Func<string, string?> variable, string applicationFolder, bool windows, string root = "")
{
    /// <summary>The variable with folders to look in first, separated as the system separates paths.</summary>
    public const string FoldersVariable = "GENIMG_CUDA";

    /// <summary>The variable with the driver's file, the only one then tried; its folder is searched for the other libraries.</summary>
    public const string DriverVariable = "GENIMG_CUDA_DRIVER";

    string[] ToolkitFolders => windows ? ["", "bin/x64", "bin"] : ["", "lib64", "lib"];

    /// <summary>The driver's file, if a user names it.</summary>
    public string? DriverFile => variable(DriverVariable) is { Length: > 0 } file ? Path.GetFullPath(file) : null;

    /// <summary>The libraries as this system names them.</summary>
    public IReadOnlyList<CudaLibrary> Libraries => CudaLibrary.For(windows);

    /// <summary>All places for a library, whether they exist or not, each folder once.</summary>
    public IEnumerable<SearchPlace> For(CudaLibrary library)
    {
        var seen = new HashSet<string>();
        return Candidates(library).Where(place => place.Folder is null || seen.Add(Path.TrimEndingDirectorySeparator(place.Folder)));
    }

    IEnumerable<SearchPlace> Candidates(CudaLibrary library)
    {
        foreach (string folder in (variable(FoldersVariable) ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            yield return new SearchPlace(FoldersVariable, folder, IsNamed: true);
            IEnumerable<string> packages = library.PythonFolders.SelectMany(package => new[] { $"nvidia/{package}", package });
            foreach (string below in Below(folder, [.. ToolkitFolders, .. packages])) yield return new SearchPlace(FoldersVariable, below);
        }

        if (DriverFile is { } driver) yield return new SearchPlace(DriverVariable, Path.GetDirectoryName(driver));
        yield return new SearchPlace("the program's folder", applicationFolder);
        yield return new SearchPlace("the system's loader", null);
        foreach (string name in (string[])["CUDA_HOME", "CUDA_PATH", "CUDNN_PATH"])
            if (variable(name) is { Length: > 0 } folder)
                foreach (string below in Below(folder, ToolkitFolders)) yield return new SearchPlace(name, below);
        foreach (string name in (string[])["VIRTUAL_ENV", "CONDA_PREFIX"])
            if (variable(name) is { Length: > 0 } folder)
                foreach (string below in Environment(folder, library)) yield return new SearchPlace(name, below);
        foreach (string folder in windows ? WindowsFolders() : LinuxFolders(library))
            yield return new SearchPlace("a usual folder", folder);
    }

    /// <summary>A Python environment: its packages, and where Conda puts libraries.</summary>
    IEnumerable<string> Environment(string prefix, CudaLibrary library) =>
        [.. Python(prefix, library), .. Below(prefix, windows ? ["Library/bin/x64", "Library/bin"] : ["lib"])];

    IEnumerable<string> Python(string prefix, CudaLibrary library)
    {
        IEnumerable<string> packages = windows
            ? [Path.Combine(prefix, "Lib/site-packages")]
            : Newest(Path.Combine(prefix, "lib"), "python3*")
                .SelectMany(python => new[] { Path.Combine(python, "site-packages"), Path.Combine(python, "dist-packages") })
                .Where(Directory.Exists);
        return packages.SelectMany(folder => Below(Path.Combine(folder, "nvidia"), library.PythonFolders));
    }

    IEnumerable<string> LinuxFolders(CudaLibrary library) =>
    [
        $"{root}/usr/local/cuda/lib64",
        .. Newest($"{root}/usr/local", "cuda-*").Select(folder => Path.Combine(folder, "lib64")),
        $"{root}/opt/cuda/lib64",
        $"{root}/usr/lib/x86_64-linux-gnu",
        $"{root}/usr/lib64",
        $"{root}/usr/lib/wsl/lib",
        .. variable("HOME") is { Length: > 0 } home ? Python(Path.Combine(home, ".local"), library) : [],
        .. Python($"{root}/usr/local", library),
        .. Python($"{root}/usr", library),
    ];

    IEnumerable<string> WindowsFolders()
    {
        string programs = variable("ProgramFiles") ?? "";
        return
        [
            .. Newest(Path.Combine(programs, "NVIDIA GPU Computing Toolkit/CUDA"), "v*")
                .SelectMany(folder => Below(folder, ["bin/x64", "bin"])),
            // One folder a CUDA release: v9.10/bin/12.9, and in later installers v9.22/bin/12.9/x64.
            .. Newest(Path.Combine(programs, "NVIDIA/CUDNN"), "v*")
                .SelectMany(folder => Newest(Path.Combine(folder, "bin"), "*").Append(Path.Combine(folder, "bin")))
                .SelectMany(folder => new[] { Path.Combine(folder, "x64"), folder }),
        ];
    }

    static IEnumerable<string> Below(string folder, IEnumerable<string> names) => names.Select(name => Path.Combine(folder, name));

    /// <summary>The folders that match, the one with the highest version in its name first.</summary>
    static IEnumerable<string> Newest(string folder, string pattern) => Directory.Exists(folder)
        ? Directory.EnumerateDirectories(folder, pattern)
            .OrderByDescending(path => VersionIn(Path.GetFileName(path)))
            .ThenByDescending(path => path)
        : [];

    static Version VersionIn(string name)
    {
        string digits = name.TrimStart([.. name.TakeWhile(c => !char.IsAsciiDigit(c))]);
        return Version.TryParse(digits.Contains('.') ? digits : $"{digits}.0", out Version? version) ? version : new Version(0, 0);
    }
}
