using System.Runtime.InteropServices;

namespace GeneratingImages.Core;

/// <summary>Writes files whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes to a temporary file in the same folder, forces it to the disk and renames it over the old one. Whatever happens on
    /// the way, the path holds either the old file or the new one, whole. A link is followed, so that what it points to is replaced.
    /// </summary>
    /// <exception cref="IOException">The path is a folder or device, or writing failed; the old file is untouched.</exception>
    public static void Write(string path, Action<Stream> write) => Write(path, write, FileCalls.OfTheSystem);

    /// <summary>The same with calls that a test can let fail.</summary>
    internal static void Write(string path, Action<Stream> write, FileCalls calls)
    {
        string target = Resolve(path);
        string temporary = $"{target}.{Environment.ProcessId}.tmp";
        try
        {
            using (FileStream stream = calls.Create(temporary))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            calls.Rename(temporary, target);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }

        if (OperatingSystem.IsLinux()) SyncFolder(Path.GetDirectoryName(Path.GetFullPath(target))!);
    }

    /// <summary>
    /// Removes what writers left in a folder that were killed before they could rename it. Nobody else may be writing there.
    /// </summary>
    public static void RemoveLeftovers(string folder)
    {
        foreach (string path in Directory.EnumerateFiles(folder, "*.tmp"))
            if (IsTemporary(path)) TryDelete(path);
    }

    /// <summary>Whether a path is one that a file is written to before it is renamed: NAME.PROCESS.tmp.</summary>
    public static bool IsTemporary(string path) =>
        Path.GetFileName(path).Split('.') is [_, .., var process, "tmp"] && process.Length > 0 && process.All(char.IsAsciiDigit);

    /// <summary>Writes a text file as UTF-8, whole or not at all.</summary>
    public static void WriteText(string path, string text) =>
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>
    /// Renaming over a device would replace the device itself (as root, /dev/full), and over a link the link: so links are
    /// resolved, and what Unix keeps under /dev and /proc (.NET states no file type) is refused.
    /// </summary>
    static string Resolve(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null) file = (FileInfo)(file.ResolveLinkTarget(returnFinalTarget: true) ?? file);
        if (Directory.Exists(file.FullName)) throw new IOException($"{path}: is a folder, a file is to be written there");
        if (file.FullName.StartsWith("/dev/", StringComparison.Ordinal) || file.FullName.StartsWith("/proc/", StringComparison.Ordinal))
            throw new IOException($"{path}: is a device, only a regular file can be replaced");
        return file.FullName;
    }

    static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The reason for being here is the error that matters; a left-over temporary file harms nothing.
        }
    }

    /// <summary>A rename is on the disk only when its folder is.</summary>
    static void SyncFolder(string folder)
    {
        int handle = Open(folder, 0);
        if (handle < 0) return;
        _ = Sync(handle);
        _ = Close(handle);
    }

    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false)]
    static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    static extern int Sync(int handle);

    [DllImport("libc", EntryPoint = "close")]
    static extern int Close(int handle);
}
