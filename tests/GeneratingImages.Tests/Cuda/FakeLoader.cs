using GeneratingImages.Cuda;

namespace GeneratingImages.Tests.Cuda;

/// <summary>A loader of files that hold no code: one loads if it is there and not empty, or if the system is said to know it.</summary>
sealed class FakeLoader : ILibraryLoader
{
    readonly List<string> _loaded = [];

    /// <summary>The names the system's loader knows.</summary>
    public HashSet<string> System { get; } = [];

    /// <summary>Libraries that cannot be used, by the name of their file or folder, with the reason.</summary>
    public Dictionary<string, string> Refused { get; } = [];

    /// <summary>What is loaded, in the order of loading.</summary>
    public IEnumerable<string> Loaded => _loaded.Where(file => file.Length > 0);

    public nint Load(string file, out string problem)
    {
        bool loads = Path.IsPathRooted(file) ? new FileInfo(file).Length > 0 : System.Contains(file);
        problem = loads ? "" : "file too short";
        if (loads) _loaded.Add(file);
        return loads ? _loaded.Count : 0;
    }

    public void Free(nint handle) => _loaded[(int)handle - 1] = "";

    public string? Refuse(CudaLibrary library, nint handle, int driverVersion) =>
        Refused.FirstOrDefault(r => _loaded[(int)handle - 1].Contains(r.Key, StringComparison.Ordinal)).Value;

    public string FileOf(string name) => $"/system/{name}";
}
