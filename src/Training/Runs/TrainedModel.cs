using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>A model with trained weights, ready to rebuild or complete images.</summary>
public sealed class TrainedModel : IDisposable
{
    readonly Reconstructor _reconstructor;
    readonly Parameters? _owned;

    internal TrainedModel(Reconstructor reconstructor, Parameters? owned) => (_reconstructor, _owned) = (reconstructor, owned);

    /// <summary>The size of the images it takes and gives: [height, width, channels].</summary>
    public Shape Image => _reconstructor.Image;

    /// <summary>What it was trained for.</summary>
    public ReconstructionTask Task => _reconstructor.Objective.Task;

    /// <summary>The first row it does not see when completing; the height, so no row, when rebuilding.</summary>
    public int FirstHiddenRow => Task == ReconstructionTask.Complete ? Reconstruction.FirstHiddenRow(Image[0]) : Image[0];

    /// <summary>What the model makes of whole images, not clamped to [0, 1].</summary>
    public float[] Run(ImageSet images) => _reconstructor.Run(images);

    /// <summary>
    /// Its error on test images. The sum is taken in the images' order, so it has the same bits for any number of threads.
    /// </summary>
    /// <param name="test">Images of the model's size.</param>
    /// <param name="cancel">Stops between two portions.</param>
    public ReconstructionError Measure(ImageSet test, CancellationToken cancel = default)
    {
        const int Portion = 512;
        var error = new ReconstructionError(Image, FirstHiddenRow);
        for (int start = 0; start < test.Count; start += Portion)
        {
            cancel.ThrowIfCancellationRequested();
            ImageSet images = test.Slice(start, Math.Min(Portion, test.Count - start));
            error.Add(Run(images), images.Pixels.Span);
        }

        return error;
    }

    /// <summary>
    /// Pictures to look at, row by row: original and rebuilt; or occluded, completed (with the known rows of the original pasted back, since
    /// they need no guess) and original.
    /// </summary>
    public IReadOnlyList<SheetRow> Show(ImageSet images)
    {
        float[] output = Run(images);
        Bitmap[] originals = Bitmap.Many(images), made = Bitmap.ManyFromFloats(Image, output);
        if (Task == ReconstructionTask.Rebuild) return [new SheetRow("original", originals), new SheetRow("rebuilt", made)];
        int known = FirstHiddenRow * Image[1] * Image[2];
        var occluded = new Bitmap[originals.Length];
        for (int i = 0; i < originals.Length; i++)
        {
            var pixels = new byte[Image.Count];
            originals[i].Pixels.AsSpan(0, known).CopyTo(pixels);
            occluded[i] = new Bitmap(Image, pixels);
            originals[i].Pixels.AsSpan(0, known).CopyTo(made[i].Pixels);
        }

        return [new SheetRow("occluded", occluded), new SheetRow("completed", made), new SheetRow("original", originals)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reconstructor.Dispose();
        _owned?.Dispose();
    }
}
