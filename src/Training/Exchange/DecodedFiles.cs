namespace GeneratingImages.Training;

/// <summary>The pictures that were written of codes.</summary>
/// <param name="Run">The run in a few words.</param>
/// <param name="Sheet">All pictures.</param>
/// <param name="Images">One picture a code, in the codes' order.</param>
public sealed record DecodedFiles(string Run, string Sheet, IReadOnlyList<string> Images)
{
    /// <summary>The most pictures that a sheet shows; the files hold the rest.</summary>
    const int OnSheet = 100;

    /// <summary>Writes a picture for each code, numbered from 0 as codes are counted, and a sheet of the first ones.</summary>
    /// <param name="folder">Where to; made if it is not there.</param>
    /// <param name="run">The run in a few words, the sheet's title.</param>
    /// <param name="pictures">The pictures.</param>
    /// <param name="cancel">Stops between files.</param>
    /// <exception cref="UserException">The folder cannot be written to.</exception>
    public static DecodedFiles Write(string folder, string run, IReadOnlyList<Bitmap> pictures, CancellationToken cancel = default)
    {
        string sheet = Path.Combine(folder, "sheet.png");
        string count = pictures.Count > OnSheet ? $"the first {OnSheet} of {pictures.Count} codes"
            : pictures.Count == 1 ? "1 code"
            : $"{pictures.Count} codes";
        ContactSheet.WriteGrid(sheet, $"{run}: decoded, {count}", pictures.Take(OnSheet));
        int digits = FormattableString.Invariant($"{pictures.Count - 1}").Length;
        var paths = new List<string>();
        for (int i = 0; i < pictures.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            paths.Add(Path.Combine(folder, FormattableString.Invariant($"{i}").PadLeft(digits, '0') + ".png"));
            ImageFile.Write(paths[i], pictures[i]);
        }

        return new DecodedFiles(run, sheet, paths);
    }
}
