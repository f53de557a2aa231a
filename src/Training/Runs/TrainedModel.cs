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

    /// <summary>What is hidden from it; see <see cref="Reconstructor.Masks"/>.</summary>
    public MaskSet? Masks => _reconstructor.Masks;

    /// <inheritdoc cref="Reconstructor.Run"/>
    public float[] Run(ImageSet images, int first = 0) => _reconstructor.Run(images, first);

    /// <summary>
    /// Its error on test images. The sum is taken in the images' order, so it has the same bits for any number of threads.
    /// </summary>
    /// <param name="test">Images of the model's size.</param>
    /// <param name="ssim">If given, the images are added to it too.</param>
    /// <param name="threads">Threads for that; 0 for one per processor.</param>
    /// <param name="cancel">Stops between two portions.</param>
    public ReconstructionError Measure(ImageSet test, Ssim? ssim = null, int threads = 0, CancellationToken cancel = default)
    {
        const int Portion = 512;
        var error = new ReconstructionError(Image, Masks);
        for (int start = 0; start < test.Count; start += Portion)
        {
            cancel.ThrowIfCancellationRequested();
            ImageSet images = test.Slice(start, Math.Min(Portion, test.Count - start));
            float[] output = Run(images, start);
            error.Add(output, images.Pixels.Span);
            ssim?.Add(output, images.Pixels, threads);
        }

        return error;
    }

    /// <summary>
    /// Pictures to look at, row by row: original and rebuilt; or occluded, completed (with the known pixels of the original pasted back,
    /// since they need no guess) and original.
    /// </summary>
    /// <param name="images">Images of the model's size.</param>
    /// <param name="first">The first one's number in its set, which decides what is hidden of it.</param>
    public IReadOnlyList<SheetRow> Show(ImageSet images, int first = 0)
    {
        float[] output = Run(images, first);
        Bitmap[] originals = Bitmap.Many(images), made = Bitmap.ManyFromFloats(Image, output);
        if (Masks is null) return [new SheetRow("original", originals), new SheetRow("rebuilt", made)];
        int channels = Image[2];
        var occluded = new Bitmap[originals.Length];
        for (int i = 0; i < originals.Length; i++)
        {
            ReadOnlySpan<byte> seen = Masks[first + i];
            var pixels = new byte[Image.Count];
            for (int pixel = 0; pixel < seen.Length; pixel++)
            {
                if (seen[pixel] == 0) continue;
                Span<byte> known = originals[i].Pixels.AsSpan(pixel * channels, channels);
                known.CopyTo(pixels.AsSpan(pixel * channels));
                known.CopyTo(made[i].Pixels.AsSpan(pixel * channels));
            }

            occluded[i] = new Bitmap(Image, pixels);
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
