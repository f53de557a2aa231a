namespace GeneratingImages.Training;

/// <summary>The pictures that were written of a model's work.</summary>
/// <param name="Run">The run in a few words.</param>
/// <param name="Sheet">
/// The images, of own files the first <see cref="ContactSheet.MostOfMany"/>, row by row as <see cref="TrainedModel.Show"/> gives them.
/// </param>
/// <param name="Images">One picture for each own file: what the model made of it.</param>
public sealed record ReconstructionFiles(string Run, string Sheet, IReadOnlyList<string> Images)
{
    /// <summary>Runs a model on images and writes a contact sheet, and for own files a picture each.</summary>
    /// <param name="folder">Where to; made if it is not there.</param>
    /// <param name="settings">The model's run.</param>
    /// <param name="model">The model.</param>
    /// <param name="images">What to run it on.</param>
    /// <param name="files">The own files the images came from, in their order; empty for test images.</param>
    /// <param name="cancel">Stops between files.</param>
    /// <exception cref="UserException">A picture would take the place of one of the files, or the folder cannot be written to.</exception>
    /// <exception cref="IOException">The disk is full.</exception>
    public static ReconstructionFiles Write(
        string folder, RunSettings settings, TrainedModel model, ImageSet images, IReadOnlyList<string> files,
        CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        string made = model.Task == ReconstructionTask.Complete ? "completed" : "rebuilt", sheet = Path.Combine(folder, "sheet.png");
        IReadOnlyList<string> paths = Targets(folder, made, files);
        CheckNoneIsReplaced([sheet, .. paths], files);
        IReadOnlyList<SheetRow> rows = model.Show(images);
        (string title, int shown) = files.Count > ContactSheet.MostOfMany
            ? ($"{settings.Title}: the first {ContactSheet.MostOfMany} of {files.Count} pictures", ContactSheet.MostOfMany)
            : (settings.Title, images.Count);
        ContactSheet.WriteRows(sheet, title, rows.Select(row => row with { Images = row.Images.Take(shown) }));
        Bitmap[] results = [.. rows.Single(row => row.Label == made).Images];
        for (int i = 0; i < files.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            ImageFile.Write(paths[i], results[i]);
        }

        return new ReconstructionFiles(settings.Title, sheet, paths);
    }

    /// <summary>A path for each file's result, no two alike on disks that know no upper and lower case either.</summary>
    static IReadOnlyList<string> Targets(string folder, string made, IReadOnlyList<string> files)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var paths = new List<string>();
        foreach (string file in files)
        {
            string name = $"{Path.GetFileNameWithoutExtension(file)}-{made}", target = $"{name}.png";
            for (int number = 2; !taken.Add(target); number++) target = FormattableString.Invariant($"{name}-{number}.png");
            paths.Add(Path.Combine(folder, target));
        }

        return paths;
    }

    static void CheckNoneIsReplaced(IEnumerable<string> targets, IReadOnlyList<string> files)
    {
        HashSet<string> given = new(files.Select(Path.GetFullPath), StringComparer.OrdinalIgnoreCase);
        if (targets.FirstOrDefault(target => given.Contains(Path.GetFullPath(target))) is { } target)
            throw new UserException(
                $"{InputFile.Printable(target)}: is one of the pictures given, and would be replaced: name another --out");
    }
}
