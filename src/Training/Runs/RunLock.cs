using System.Globalization;
using System.Text;

namespace GeneratingImages.Training;

/// <summary>
/// The right to train in a folder: a file held open without sharing. The system releases it however the process ends, so the lock of a
/// dead process holds nobody up. The file itself stays: if it were deleted, two processes could each hold one of its name.
/// </summary>
sealed class RunLock : IDisposable
{
    const string Name = ".lock";

    readonly FileStream _file;

    RunLock(FileStream file) => _file = file;

    /// <summary>Whether a path is that of a lock file.</summary>
    public static bool Is(string path) => Path.GetFileName(path) == Name;

    /// <summary>Takes the lock of a folder.</summary>
    /// <exception cref="UserException">Another process holds it.</exception>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public static RunLock Take(string folder)
    {
        string path = Path.Combine(folder, Name);
        if (!File.Exists(path)) File.WriteAllBytes(path, []);
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
            return new RunLock(file);
        }
        catch (IOException e) when (e.HResult is SharingViolationOnUnix or SharingViolationOnMac or SharingViolationOnWindows)
        {
            throw new UserException($"{folder}: is in use by another process{Holder(path)} that trains there: wait until it ends, or name another --out", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // EWOULDBLOCK on Linux and macOS, ERROR_SHARING_VIOLATION on Windows: what .NET's IOException carries when a file is held.
    const int SharingViolationOnUnix = 11, SharingViolationOnMac = 35, SharingViolationOnWindows = unchecked((int)0x80070020);

    static string Holder(string path)
    {
        try
        {
            using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return int.TryParse(file.ReadToEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                ? string.Create(CultureInfo.InvariantCulture, $" ({id})")
                : "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
