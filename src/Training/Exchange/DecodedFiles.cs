namespace GeneratingImages.Training;

/// <summary>The pictures that were written of codes.</summary>
/// <param name="Run">The run in a few words.</param>
/// <param name="Sheet">The pictures of the first codes.</param>
/// <param name="Images">One picture a code, in the codes' order.</param>
public sealed record DecodedFiles(string Run, string Sheet, IReadOnlyList<string> Images)
{
    /// <summary>Writes a picture for each code, numbered from 0 as codes are counted, and a sheet of the first ones.</summary>
    /// <param name="folder">Where to; made if it is not there.</param>
    /// <param name="run">The run in a few words, the sheet's title.</param>
    /// <param name="count">The number of codes.</param>
    /// <param name="pictures">Their pictures; each is written before the next is asked for, so that they need not all be in memory.</param>
    /// <param name="cancel">Stops between files.</param>
    /// <exception cref="UserException">The folder cannot be written to.</exception>
    /// <exception cref="IOException">The disk is full.</exception>
    public static DecodedFiles Write(string folder, string run, int count, IEnumerable<Bitmap> pictures, CancellationToken cancel = default)
    {
        int digits = FormattableString.Invariant($"{count - 1}").Length;
        var paths = new List<string>();
        var shown = new List<Bitmap>();
        foreach (Bitmap picture in pictures)
        {
            cancel.ThrowIfCancellationRequested();
            string path = Path.Combine(folder, FormattableString.Invariant($"{paths.Count}").PadLeft(digits, '0') + ".png");
            ImageFile.Write(path, picture);
            paths.Add(path);
            if (shown.Count < ContactSheet.MostOfMany) shown.Add(picture);
        }

        string sheet = Path.Combine(folder, "sheet.png");
        string words = count > ContactSheet.MostOfMany ? $"the first {ContactSheet.MostOfMany} of {count} codes"
            : count == 1 ? "1 code"
            : $"{count} codes";
        ContactSheet.WriteGrid(sheet, $"{run}: decoded, {words}", shown);
        return new DecodedFiles(run, sheet, paths);
    }
}
