namespace GeneratingImages.Training;

/// <summary>Latent codes, one a row, as files hold them.</summary>
/// <param name="Width">The numbers of one code.</param>
/// <param name="Values">All codes, one behind the other.</param>
/// <param name="Names">What each is the code of; null where the file does not say.</param>
public sealed record CodeTable(int Width, float[] Values, IReadOnlyList<string>? Names = null)
{
    /// <summary>The number of codes.</summary>
    public int Count => Values.Length / Width;

    /// <summary>One code.</summary>
    public ReadOnlySpan<float> this[int index] => Values.AsSpan(index * Width, Width);

    /// <summary>The codes as the text of a CSV file.</summary>
    public string ToCsv()
    {
        using var text = new StringWriter { NewLine = "\n" };
        CsvCodes.Write(text, this);
        return text.ToString();
    }

    /// <summary>Writes a file by its name's ending, <c>.csv</c> or <c>.npy</c>, whole or not at all.</summary>
    /// <exception cref="UserException">The ending is another, or the file cannot be written.</exception>
    public void Write(string path)
    {
        if (IsNpy(path)) FigureFile.Write(path, stream => NpyFile.Write(stream, this));
        else FigureFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(ToCsv())));
    }

    /// <summary>Reads a file by its name's ending, <c>.csv</c> or <c>.npy</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="width">The numbers that one code must have.</param>
    /// <exception cref="UserException">
    /// The ending is another, or the file does not hold codes of that width; the message names the place.
    /// </exception>
    public static CodeTable Read(string path, int width) => IsNpy(path) ? NpyFile.Read(path, width) : CsvCodes.Read(path, width);

    /// <summary>Refuses a file whose ending says neither.</summary>
    /// <exception cref="UserException">It does.</exception>
    public static void CheckEnding(string path) => IsNpy(path);

    static bool IsNpy(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".npy" => true,
        ".csv" => false,
        _ => throw new UserException($"{InputFile.Printable(path)}: codes are kept as .csv or .npy: name a file that ends so"),
    };
}
