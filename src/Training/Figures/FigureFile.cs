using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Writes a figure under its final name only when it is whole.</summary>
static class FigureFile
{
    /// <summary>Writes a file by <see cref="AtomicFile"/>; folders are made as needed.</summary>
    /// <exception cref="UserException">The file cannot be written there; nothing is left behind.</exception>
    /// <exception cref="IOException">The disk is full; nothing is left behind.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            AtomicFile.Write(path, write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw WriteFailure.Of(path, e, "give a file name in a folder you may write to");
        }
    }

    /// <summary>What a path stands for after all symbolic links; a path that is no link, or does not exist, is returned as it is.</summary>
    public static string FollowLinks(string path) =>
        new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
}
