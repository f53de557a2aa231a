namespace GeneratingImages.Training;

/// <summary>Writes a figure under its final name only when it is whole.</summary>
static class FigureFile
{
    /// <summary>Writes to a temporary file beside <paramref name="path"/>, then renames it over the old one; folders are made as
    /// needed.</summary>
    /// <exception cref="UserException">The file cannot be written there; nothing is left behind.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string? temporary = null;
        try
        {
            string full = Path.GetFullPath(path);
            // A rename replaces whatever has the name, a link or a device included: write where the link points, and only over a file.
            full = FollowLinks(full);
            if (Directory.Exists(full)) throw new IOException("a folder has that name");
            if (File.Exists(full) && IsDevice(full)) throw new IOException("a device has that name");
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            temporary = $"{full}.{Environment.ProcessId}.tmp";
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
            temporary = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            string reason = e.Message.TrimEnd('.');
            throw new UserException($"{path}: cannot be written: {reason}; give a file name in a folder you may write to", e);
        }
        finally
        {
            if (temporary is not null) DeleteQuietly(temporary);
        }
    }

    /// <summary>What a path stands for after all symbolic links; a path that is no link, or does not exist, is returned as it is.</summary>
    public static string FollowLinks(string path) =>
        new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    // .NET states no file type; what Unix keeps under these roots is never a figure.
    static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows() && (path.StartsWith("/dev/", StringComparison.Ordinal)
            || path.StartsWith("/proc/", StringComparison.Ordinal));

    // The first error is the one to report.
    static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
