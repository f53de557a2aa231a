namespace GeneratingImages.Training;

/// <summary>
/// A file that appears whole or not at all: it is written beside its place under the name with ".part", and renamed when
/// <see cref="Keep"/> is called. The fixed name leaves no litter behind killed processes, and its lock lets only one write at a time.
/// </summary>
sealed class WholeFile : IDisposable
{
    const int BufferBytes = 1 << 16;

    readonly string _path;
    bool _kept;

    /// <summary>Begins to write.</summary>
    /// <exception cref="IOException">
    /// The place is a folder or something else that must not be replaced, or another process writes it.
    /// </exception>
    public WholeFile(string path)
    {
        // A rename would put a file where a link or a device was: a link is followed, and of the rest only files with content are replaced.
        _path = Path.GetFullPath(new FileInfo(path).LinkTarget is null
            ? path
            : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName);
        if (Directory.Exists(_path)) throw new IOException($"{InputFile.Printable(_path)} is a folder, expected a file or nothing");
        if (File.Exists(_path) && new FileInfo(_path).Length == 0)
            throw new IOException($"{InputFile.Printable(_path)} is empty or a device, expected a file with content or nothing; remove it");
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        Stream = new FileStream(_path + ".part", FileMode.Create, FileAccess.ReadWrite, FileShare.None, BufferBytes);
    }

    /// <summary>What has been written so far.</summary>
    public FileStream Stream { get; }

    /// <summary>Brings the bytes to the disk and the file to its place.</summary>
    public void Keep()
    {
        Stream.Flush(flushToDisk: true);

        // Windows does not rename open files; elsewhere the lock is held until the rename is done.
        if (OperatingSystem.IsWindows()) Stream.Dispose();
        File.Move(_path + ".part", _path, overwrite: true);
        _kept = true;
    }

    /// <summary>Ends the writing; what was not kept is removed.</summary>
    public void Dispose()
    {
        if (!_kept && !OperatingSystem.IsWindows()) File.Delete(_path + ".part");
        Stream.Dispose();
        if (!_kept && OperatingSystem.IsWindows()) File.Delete(_path + ".part");
    }
}
