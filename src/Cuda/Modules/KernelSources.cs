using System.Reflection;

namespace GeneratingImages.Cuda;

/// <summary>The kernel files this assembly carries: their sources, and the PTX that clang made for the oldest devices.</summary>
static class KernelSources
{
    /// <summary>The header that every kernel file includes.</summary>
    public const string Header = "common.cuh";

    /// <summary>The names of the files, without extension.</summary>
    public static IReadOnlyList<string> Files { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.EndsWith(".cu", StringComparison.Ordinal))
            .Select(name => Path.GetFileNameWithoutExtension(name))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>A file's text.</summary>
    /// <param name="file">Its name with extension, such as <c>pool.cu</c>.</param>
    /// <exception cref="ArgumentException">There is no such file.</exception>
    public static string Text(string file)
    {
        using var reader = new StreamReader(Open(file));
        return reader.ReadToEnd();
    }

    /// <summary>A kernel file's PTX.</summary>
    /// <param name="file">Its name without extension.</param>
    /// <exception cref="ArgumentException">There is no such file.</exception>
    public static byte[] Ptx(string file)
    {
        using Stream stream = Open($"{file}.ptx");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    static Stream Open(string file) =>
        Assembly.GetExecutingAssembly().GetManifestResourceStream(file)
        ?? throw new ArgumentException($"{file} is not among the kernel files: {string.Join(", ", Files)}");
}
