namespace GeneratingImages.Training;

/// <summary>How well a model does on one test image.</summary>
/// <param name="Image">Its number in the test part, from 0.</param>
/// <param name="Mse">The mean squared error over all its pixels.</param>
/// <param name="HiddenMse">Over its hidden pixels alone; null when rebuilding.</param>
/// <param name="Ssim">Its structural similarity; null where the image is too small for it.</param>
public sealed record TestImageError(int Image, double Mse, double? HiddenMse, double? Ssim);

/// <summary>What <see cref="RunEvaluation"/> finds: the figures, and the error of every test image.</summary>
/// <param name="Result">The figures.</param>
/// <param name="Images">One entry a test image, in their order.</param>
public sealed record RunMeasurement(RunResult Result, IReadOnlyList<TestImageError> Images)
{
    /// <summary>
    /// The test images with the largest errors, largest first: over the hidden pixels when completing, over all when rebuilding.
    /// </summary>
    public IReadOnlyList<TestImageError> Hardest(int count) =>
        [.. Images.OrderByDescending(Judged).ThenBy(image => image.Image).Take(count)];

    /// <summary>The test images with the smallest errors, smallest first.</summary>
    public IReadOnlyList<TestImageError> Easiest(int count) => [.. Images.OrderBy(Judged).ThenBy(image => image.Image).Take(count)];

    static double Judged(TestImageError image) => image.HiddenMse ?? image.Mse;
}
