using System.Security.Cryptography;
using System.Text;
using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>
/// Compiled kernels in a folder, each under a hash of all that it was made from. A file is whole or not there; one that cannot be read or
/// written costs time and nothing else.
/// </summary>
/// <param name="folder">The folder, made when first written to.</param>
sealed class CubinCache(string folder)
{
    /// <summary>The folder.</summary>
    public string Folder => folder;

    /// <summary>The name of what a compiler makes of a source.</summary>
    /// <param name="file">The kernel file's name.</param>
    /// <param name="parts">The source, what it includes, the options and the compiler's version.</param>
    public static string Key(string file, params IEnumerable<string> parts)
    {
        // Lengths go in too, so that no two lists of parts read alike.
        string all = string.Concat(parts.Select(part => $"{part.Length}:{part}"));
        return $"{file}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)))[..32]}";
    }

    /// <summary>The code kept under a key, or null.</summary>
    public byte[]? Read(string key)
    {
        try
        {
            return File.ReadAllBytes(PathOf(key));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Keeps code under a key, if the folder can be written to.</summary>
    public void Write(string key, byte[] cubin)
    {
        try
        {
            Directory.CreateDirectory(folder);
            AtomicFile.Write(PathOf(key), stream => stream.Write(cubin));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Compiled again next time.
        }
    }

    string PathOf(string key) => Path.Combine(folder, $"{key}.cubin");
}
