namespace GeneratingImages.Training;

/// <summary>Why a file was not written, as a line for a person.</summary>
static class WriteFailure
{
    // ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows; ENOSPC, and EDQUOT as Linux and macOS number it.
    static readonly int[] s_full = OperatingSystem.IsWindows()
        ? [unchecked((int)0x80070070), unchecked((int)0x80070027)]
        : [28, OperatingSystem.IsLinux() ? 122 : 69];

    /// <summary>
    /// A full disk is nobody's bad use and stays an <see cref="IOException"/>; everything else asks for another place.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="cause">What the system said.</param>
    /// <param name="remedy">What to do unless the disk is full.</param>
    public static Exception Of(string path, Exception cause, string remedy)
    {
        string reason = $"{InputFile.Printable(path)}: cannot be written: {cause.Message.TrimEnd('.')}";
        return cause is IOException && s_full.Contains(cause.HResult)
            ? new IOException($"{reason}; make room and give the same command again", cause)
            : new UserException($"{reason}; {remedy}", cause);
    }
}
