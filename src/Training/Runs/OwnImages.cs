using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>A person's own picture files as images of a model's size.</summary>
public static class OwnImages
{
    /// <summary>
    /// Reads PNG and JPEG files of any size; see <see cref="ImageFile.Read(string, Shape)"/> for how they are cut and scaled.
    /// </summary>
    /// <param name="files">The files, at least one.</param>
    /// <param name="image">The model's image size: [height, width, channels].</param>
    /// <exception cref="UserException">A file is missing, damaged or of another kind.</exception>
    public static ImageSet Read(IReadOnlyList<string> files, Shape image)
    {
        int size = (int)image.Count;
        var pixels = new byte[checked(files.Count * size)];
        for (int i = 0; i < files.Count; i++) ImageFile.Read(files[i], image).Pixels.CopyTo(pixels, i * size);
        return new ImageSet(image, pixels);
    }
}

/// <summary>The pictures that were written of a model's work.</summary>
/// <param name="Run">The run in a few words.</param>
/// <param name="Sheet">All images, row by row as <see cref="TrainedModel.Show"/> gives them.</param>
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
    /// <exception cref="UserException">The folder cannot be written to.</exception>
    public static ReconstructionFiles Write(
        string folder, RunSettings settings, TrainedModel model, ImageSet images, IReadOnlyList<string> files,
        CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        IReadOnlyList<SheetRow> rows = model.Show(images);
        string made = model.Task == ReconstructionTask.Complete ? "completed" : "rebuilt", sheet = Path.Combine(folder, "sheet.png");
        ContactSheet.WriteRows(sheet, settings.Title, rows);
        Bitmap[] results = [.. rows.Single(row => row.Label == made).Images];
        var paths = new List<string>();
        for (int i = 0; i < files.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            string name = Path.GetFileNameWithoutExtension(files[i]), path = Path.Combine(folder, $"{name}-{made}.png");
            for (int number = 2; paths.Contains(path); number++)
                path = Path.Combine(folder, FormattableString.Invariant($"{name}-{made}-{number}.png"));
            ImageFile.Write(path, results[i]);
            paths.Add(path);
        }

        return new ReconstructionFiles(settings.Title, sheet, paths);
    }
}
