using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// Adds up the squared error of predicted images over a test set, in double and image by image. Pixels are in [0, 1], targets are
/// bytes / 255; predictions are taken as they are, not clamped, since the article's figures come from losses that are not either.
/// </summary>
public sealed class ReconstructionError
{
    readonly Shape _image;
    readonly int _firstHidden;
    double _visibleSum;
    double _hiddenSum;

    /// <summary>An empty sum for images of one size.</summary>
    /// <param name="image">[height, width, channels].</param>
    /// <param name="firstHiddenRow">The first row the model does not see; the height, also the default, when it sees all.</param>
    /// <exception cref="ArgumentException">The shape is not an image's or has no such row.</exception>
    public ReconstructionError(Shape image, int? firstHiddenRow = null)
    {
        if (image.Rank != 3) throw new ArgumentException($"an image is [height, width, channels], not {image}");
        int row = firstHiddenRow ?? image[0];
        if (row < 0 || row > image[0]) throw new ArgumentException($"first hidden row {row} is not in 0..{image[0]}, the rows of {image}");
        (_image, _firstHidden) = (image, checked((int)(image.Count / image[0])) * row);
    }

    /// <summary>The number of images added.</summary>
    public long Images { get; private set; }

    /// <summary>The mean squared error over all pixels; NaN before the first image.</summary>
    public double TestMse => (_visibleSum + _hiddenSum) / ((double)Images * _image.Count);

    /// <summary>The mean squared error over the hidden rows; null where no row is hidden.</summary>
    public double? HiddenMse => HasHidden ? _hiddenSum / ((double)Images * (_image.Count - _firstHidden)) : null;

    /// <summary>The mean squared error over all pixels once the known rows are pasted over the prediction; null where no row is
    /// hidden.</summary>
    public double? PastedMse => HasHidden ? _hiddenSum / ((double)Images * _image.Count) : null;

    /// <summary>The peak signal-to-noise ratio of <see cref="TestMse"/>; see <see cref="PsnrOf"/>.</summary>
    public double Psnr => PsnrOf(TestMse);

    bool HasHidden => _firstHidden < _image.Count;

    /// <summary>
    /// The peak signal-to-noise ratio in dB at peak 1: -10 log10(mse). Positive infinity for an error of 0, which JSON cannot hold:
    /// write null there.
    /// </summary>
    public static double PsnrOf(double mse) => mse == 0 ? double.PositiveInfinity : -10 * Math.Log10(mse);

    /// <summary>Adds whole images: predictions in [0, 1] nominally, and the bytes they should have been.</summary>
    /// <exception cref="ArgumentException">The lengths differ or are not a whole number of images.</exception>
    public void Add(ReadOnlySpan<float> prediction, ReadOnlySpan<byte> target)
    {
        CheckLengths(prediction.Length, target.Length);
        int size = (int)_image.Count;
        for (int start = 0; start < target.Length; start += size)
        {
            double visible = 0, hidden = 0;
            for (int i = start; i < start + _firstHidden; i++)
            {
                double difference = prediction[i] - (target[i] / 255.0);
                visible += difference * difference;
            }

            for (int i = start + _firstHidden; i < start + size; i++)
            {
                double difference = prediction[i] - (target[i] / 255.0);
                hidden += difference * difference;
            }

            AddImage(visible, hidden);
        }
    }

    /// <summary>Adds whole images predicted in double precision, in [0, 255] nominally: the closed-form models work on bytes.</summary>
    internal void AddBytes(ReadOnlySpan<double> prediction, ReadOnlySpan<byte> target)
    {
        CheckLengths(prediction.Length, target.Length);
        int size = (int)_image.Count;
        for (int start = 0; start < target.Length; start += size)
        {
            double visible = 0, hidden = 0;
            for (int i = start; i < start + _firstHidden; i++) visible += (prediction[i] - target[i]) * (prediction[i] - target[i]);
            for (int i = start + _firstHidden; i < start + size; i++) hidden += (prediction[i] - target[i]) * (prediction[i] - target[i]);
            AddImage(visible / (255.0 * 255.0), hidden / (255.0 * 255.0));
        }
    }

    void AddImage(double visible, double hidden)
    {
        _visibleSum += visible;
        _hiddenSum += hidden;
        Images++;
    }

    void CheckLengths(int prediction, int target)
    {
        if (prediction != target || target % _image.Count != 0)
            throw new ArgumentException(
                $"{prediction} predicted and {target} true values are not the same whole number of {_image} images");
    }
}
