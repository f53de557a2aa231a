using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Pictures on the straight line between the codes of two images, beside the line between the images themselves.</summary>
/// <param name="Blended">The images mixed pixel by pixel; the first and last are the images themselves.</param>
/// <param name="Decoded">What the decoder makes of the codes mixed in the same parts.</param>
public sealed record LatentWalk(IReadOnlyList<Bitmap> Blended, IReadOnlyList<Bitmap> Decoded)
{
    /// <summary>Walks from one image to the other.</summary>
    /// <param name="saved">The run.</param>
    /// <param name="pair">Two images of the model's size.</param>
    /// <param name="numbers">Their numbers, which decide what is hidden of each where that is random.</param>
    /// <param name="steps">Pictures, the two ends included; at least 2.</param>
    /// <param name="backend">Where it runs.</param>
    /// <exception cref="UserException">The model has no decoder of codes alone.</exception>
    public static LatentWalk Between(SavedRun saved, ImageSet pair, (int From, int To) numbers, int steps, IBackend backend)
    {
        float[] codes;
        using (CompiledPart encoder = CompiledPart.Load(saved, ModelPartKind.Encoder, backend, 1))
            codes = [.. encoder.Run(pair.Slice(0, 1), numbers.From), .. encoder.Run(pair.Slice(1, 1), numbers.To)];
        using CompiledPart decoder = CompiledPart.Load(saved, ModelPartKind.Decoder, backend, steps);
        float[] pixels = Array.ConvertAll(pair.Pixels.ToArray(), value => value / 255f);
        return new LatentWalk(
            Bitmap.ManyFromFloats(saved.State.Image, Line(pixels, steps)),
            Bitmap.ManyFromFloats(saved.State.Image, decoder.Run(Line(codes, steps))));
    }

    /// <summary>Writes both rows as one sheet.</summary>
    public void Write(string path, string title) =>
        ContactSheet.WriteRows(path, title, [new SheetRow("pixels mixed", Blended), new SheetRow("codes mixed", Decoded)], Decoded.Count);

    /// <summary>Points from the first half of the values to the second, in equal steps.</summary>
    static float[] Line(float[] ends, int steps)
    {
        int size = ends.Length / 2;
        var points = new float[steps * size];
        for (int step = 0; step < steps; step++)
        {
            float part = (float)step / (steps - 1);
            for (int i = 0; i < size; i++) points[step * size + i] = (1 - part) * ends[i] + part * ends[size + i];
        }

        return points;
    }
}
