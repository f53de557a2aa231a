using System.Globalization;
using System.Text;
using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>
/// Chosen algorithms in a text file of the user's cache, one line each, a file for each device and version of cuDNN. A line that cannot be
/// read, and a file that cannot be written, cost a measurement and nothing else.
/// </summary>
sealed class AlgorithmCache
{
    const char Separator = '\t';

    readonly string _path;
    readonly Dictionary<string, DnnChoice> _choices = [];

    /// <summary>Reads the file, if there is one.</summary>
    public AlgorithmCache(string folder, string deviceName, Version dnn)
    {
        string device = string.Concat(deviceName.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
        _path = Path.Combine(folder, $"convolutions-{device}-cudnn-{dnn}.txt");
        try
        {
            if (!File.Exists(_path)) return;
            foreach (string line in File.ReadLines(_path))
                if (Parse(line) is { } read) _choices[read.Key] = read.Choice;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Measured anew.
        }
    }

    /// <summary>The choice kept for a convolution, or null.</summary>
    public DnnChoice? Read(ConvolutionKey key) => _choices.TryGetValue(key.ToString(), out DnnChoice choice) ? choice : null;

    /// <summary>Keeps a choice.</summary>
    public void Write(ConvolutionKey key, DnnChoice choice)
    {
        _choices[key.ToString()] = choice;
        var text = new StringBuilder();
        foreach ((string of, DnnChoice c) in _choices.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            text.AppendJoin(
                    Separator, of, c.Algorithm.ToString(CultureInfo.InvariantCulture), c.MathType.ToString(),
                    c.WorkspaceBytes.ToString(CultureInfo.InvariantCulture), c.Fused.ToString())
                .Append('\n');
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            AtomicFile.WriteText(_path, text.ToString());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Measured anew next time.
        }
    }

    static (string Key, DnnChoice Choice)? Parse(string line)
    {
        string[] fields = line.Split(Separator);
        return fields.Length == 5
            && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out int algorithm)
            && Enum.TryParse(fields[2], out DnnMathType math)
            && long.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out long bytes)
            && bool.TryParse(fields[4], out bool fused)
            ? (fields[0], new DnnChoice(algorithm, math, bytes, fused))
            : null;
    }
}
