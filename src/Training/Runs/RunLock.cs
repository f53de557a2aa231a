namespace GeneratingImages.Training;

/// <summary>
/// The right to train in a folder: a file held open without sharing. The system releases it however the process ends, so the lock of a
/// dead process holds nobody up. The file itself stays: if it were deleted, two processes could each hold one of its name.
/// </summary>
sealed class RunLock : IDisposable
{
    const string Name = ".lock";

    // EWOULDBLOCK on Linux and macOS, ERROR_SHARING_VIOLATION on Windows: what .NET's IOException carries when a file is held.
    const int HeldOnLinux = 11, HeldOnMac = 35, HeldOnWindows = unchecked((int)0x80070020);

    readonly FileStream _file;

    RunLock(FileStream file) => _file = file;

    /// <summary>Whether a path is that of a lock file.</summary>
    public static bool Is(string path) => Path.GetFileName(path) == Name;

    /// <summary>Takes the lock of a folder.</summary>
    /// <exception cref="UserException">Another process holds it.</exception>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public static RunLock Take(string folder) => TryTake(folder) ?? throw Held(folder);

    /// <summary>The lock of a folder, or null if another process holds it.</summary>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public static RunLock? TryTake(string folder)
    {
        string path = Path.Combine(folder, Name);
        try
        {
            return new RunLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e.HResult is HeldOnLinux or HeldOnMac or HeldOnWindows)
        {
            return null;
        }
    }

    /// <summary>What to say where another process holds the lock.</summary>
    public static UserException Held(string folder) =>
        new($"{folder}: another process trains there: wait until it ends, or name another --out");

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
