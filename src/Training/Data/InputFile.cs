namespace GeneratingImages.Training;

/// <summary>Opens a file that a person named and turns everything that can go wrong while reading it into one line.</summary>
static class InputFile
{
    const int BufferBytes = 1 << 16;

    /// <summary>
    /// Reads a file from its start. Directories and what has no length of its own (pipes, devices) are refused before they are
    /// opened, because opening a pipe waits for a writer and reading a device need not end.
    /// </summary>
    /// <param name="path">The file; links are followed.</param>
    /// <param name="expected">What the file should be, for the message: "an IDX file of images".</param>
    /// <param name="read">Reads it; the stream can seek and knows its length.</param>
    /// <exception cref="UserException">Anything that went wrong, in one line that begins with the file.</exception>
    public static T Read<T>(string path, string expected, Func<FileStream, T> read)
    {
        string shown = Printable(path);
        try
        {
            using FileStream file = Open(path, shown, expected);
            return read(file);
        }
        catch (InvalidDataException e)
        {
            throw new UserException($"{shown}: {e.Message}; fetch the file anew, or name another one", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UserException($"{shown}: cannot be read as {expected}: {e.Message}", e);
        }
    }

    /// <summary>Opens a file under the same conditions, for whoever wants the bytes as they are.</summary>
    public static FileStream Open(string path, string shown, string expected)
    {
        if (Directory.Exists(path)) throw new UserException($"{shown}: is a folder, expected {expected}; name the file in it");
        if (!File.Exists(path)) throw new UserException($"{shown}: does not exist, expected {expected}; check the name");

        // Only the link's target knows the length. A pipe, socket or device reports 0 bytes, like an empty file.
        string target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        if (new FileInfo(target).Length == 0)
            throw new UserException($"{shown}: has 0 bytes (an empty file, a pipe or a device), expected {expected}; name another file");
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan);
    }

    /// <summary>
    /// A name from a file or a person as it can be printed: control characters and line ends as \xHH, cut to a sane length.
    /// </summary>
    public static string Printable(string name)
    {
        const int longest = 300;
        string cut = name.Length <= longest ? name : name[..longest] + "...";
        return Escaped(cut, c => IsControl(c) || char.IsSurrogate(c));
    }

    /// <summary>A text with control characters and line ends as \xHH, and nothing else changed.</summary>
    public static string OnOneLine(string text) => Escaped(text, IsControl);

    static bool IsControl(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';

    static string Escaped(string text, Func<char, bool> isEscaped) =>
        text.Any(isEscaped) ? string.Concat(text.Select(c => isEscaped(c) ? $"\\x{(int)c:x2}" : c.ToString())) : text;
}
