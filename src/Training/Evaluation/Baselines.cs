using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>What a classical method does on the same task: mean squared errors, pixels in [0, 1].</summary>
/// <param name="Name">The method.</param>
/// <param name="TestMse">Over all pixels of the test images it was measured on.</param>
/// <param name="HiddenMse">Over their hidden pixels; null when rebuilding.</param>
/// <param name="PastedMse">Over all pixels once the known ones are pasted over the prediction; null when rebuilding.</param>
/// <param name="TestImages">How many test images it was measured on, from the first on.</param>
public sealed record BaselineError(string Name, double TestMse, double? HiddenMse, double? PastedMse, int TestImages);

/// <summary>
/// Classical methods to set beside a trained model, without any latent size: the training images' mean, the nearest training images by the
/// pixels that are seen, and when completing, ridge regression from these to all pixels.
/// </summary>
public static class Baselines
{
    /// <summary>The mean of the training images, whatever is seen.</summary>
    public const string MeanImage = "mean image";

    /// <summary>The training image that is nearest in the pixels seen.</summary>
    public const string NearestImage = "nearest image";

    /// <summary>The mean of the 10 training images that are nearest in the pixels seen.</summary>
    public const string NearestMean = "mean of 10 nearest";

    /// <summary>Ridge regression from the pixels seen to all; <see cref="LinearFloor"/> at full rank.</summary>
    public const string Regression = "linear regression";

    // Results kept in the user's cache count only for the same version: raise it with every change of what is computed.
    internal const int Version = 1;

    // Searching is a product of every query with every training image: 1,000 queries tell the error to some 2 %.
    const int MostQueries = 1000, Neighbours = 10;

    /// <summary>Their errors; from the user's cache where they have been computed before.</summary>
    /// <param name="data">The data.</param>
    /// <param name="occlusion">What is hidden when completing; null when rebuilding.</param>
    /// <param name="onProgress">Told what is computed, and how much of all of it is finished, 0 to 1.</param>
    /// <param name="threads">Threads to use; 0 for one per processor. The result has the same bits for any number.</param>
    /// <param name="cancel">Stops it.</param>
    public static IReadOnlyList<BaselineError> Of(
        DataSplit data, Occlusion? occlusion, Action<string, double>? onProgress = null, int threads = 0,
        CancellationToken cancel = default) =>
        ComputedCache.Get(
            "baselines",
            FormattableString.Invariant($"baselines {Version}, hidden {occlusion?.ToString() ?? "nothing"}, ")
                + ComputedCache.Fingerprint(data.Train, data.Test),
            () => Measure(data.Train, data.Test, occlusion, onProgress, threads, cancel),
            EvaluationJson.Default.BaselineErrorArray);

    /// <summary>The same without the cache.</summary>
    internal static BaselineError[] Measure(
        ImageSet train, ImageSet test, Occlusion? occlusion, Action<string, double>? onProgress, int threads, CancellationToken cancel)
    {
        MaskSet? masks = occlusion?.Masks(test.Image);
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount,
            CancellationToken = cancel,
        };
        onProgress?.Invoke(MeanImage, 0);
        double[] mean = MeanOf(train);
        var ofMean = new ReconstructionError(test.Image, masks);
        for (int i = 0; i < test.Count; i++) ofMean.AddBytes(mean, test[i]);
        BaselineError first = Error(MeanImage, ofMean);

        // Where each image has other pixels hidden there is neither one regression nor one space to search.
        if (occlusion is { IsFixed: false }) return [first];
        ReadOnlySpan<byte> seen = masks is null ? [] : masks[0];
        onProgress?.Invoke(NearestImage, 0.1);
        ImageSet queries = test.Slice(0, Math.Min(MostQueries, test.Count));
        int[][] nearest = NearestImages.Find(train, queries, Elements(test.Image, seen), Math.Min(Neighbours, train.Count), options);
        List<BaselineError> errors =
        [
            first,
            Error(NearestImage, OfNeighbours(train, queries, nearest, 1, masks)),
            Error(NearestMean, OfNeighbours(train, queries, nearest, Neighbours, masks)),
        ];
        if (masks is null) return [.. errors];
        onProgress?.Invoke(Regression, 0.5);
        FloorReport ridge = LinearFloor.Complete(
            train, test, int.MaxValue, seen, threads, part => onProgress?.Invoke(Regression, 0.5 + (0.5 * part)), cancel);
        return [.. errors, new BaselineError(Regression, ridge.TestMse, ridge.HiddenMse, ridge.PastedMse, test.Count)];
    }

    static BaselineError Error(string name, ReconstructionError error) =>
        new(name, error.TestMse, error.HiddenMse, error.PastedMse, (int)error.Images);

    static ReconstructionError OfNeighbours(ImageSet train, ImageSet queries, int[][] nearest, int count, MaskSet? masks)
    {
        var error = new ReconstructionError(queries.Image, masks);
        var prediction = new double[queries.Image.Count];
        for (int i = 0; i < queries.Count; i++)
        {
            int[] used = nearest[i][..Math.Min(count, nearest[i].Length)];
            prediction.AsSpan().Clear();
            foreach (int image in used)
            {
                ReadOnlySpan<byte> pixels = train[image];
                for (int p = 0; p < pixels.Length; p++) prediction[p] += pixels[p];
            }

            foreach (ref double value in prediction.AsSpan()) value /= used.Length;
            error.AddBytes(prediction, queries[i]);
        }

        return error;
    }

    /// <summary>The elements of an image, channels counted singly, whose pixels are seen; all where there is no mask.</summary>
    static int[] Elements(Shape image, ReadOnlySpan<byte> seen)
    {
        var elements = new List<int>();
        for (int i = 0; i < image.Count; i++)
        {
            if (seen.IsEmpty || seen[i / image[2]] != 0) elements.Add(i);
        }

        return [.. elements];
    }

    static double[] MeanOf(ImageSet images)
    {
        var sums = new long[images.Image.Count];
        for (int i = 0; i < images.Count; i++)
        {
            ReadOnlySpan<byte> pixels = images[i];
            for (int p = 0; p < pixels.Length; p++) sums[p] += pixels[p];
        }

        return [.. sums.Select(sum => sum / (double)images.Count)];
    }
}
