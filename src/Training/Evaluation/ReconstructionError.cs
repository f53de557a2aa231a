using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// Adds up the squared error of predicted images over a test set, in double and image by image. Pixels are in [0, 1], targets are
/// bytes / 255; predictions are taken as they are, not clamped, since the article's figures come from losses that are not either.
/// </summary>
public sealed class ReconstructionError
{
    readonly Shape _image;
    readonly MaskSet? _masks;
    readonly List<(double Visible, double Hidden)> _sums = [];
    double _visibleSum;
    double _hiddenSum;
    long _hiddenPixels;

    /// <summary>An empty sum for images of one size.</summary>
    /// <param name="image">[height, width, channels].</param>
    /// <param name="masks">What the model does not see of each image, see <see cref="Reconstructor.Masks"/>; null when it sees all.</param>
    /// <exception cref="ArgumentException">The shape is not an image's, or the masks have another size.</exception>
    public ReconstructionError(Shape image, MaskSet? masks = null)
    {
        if (image.Rank != 3) throw new ArgumentException($"an image is [height, width, channels], not {image}");
        if (masks is not null && (masks.Height, masks.Width) != (image[0], image[1]))
            throw new ArgumentException($"masks of {masks.Height}x{masks.Width} do not fit images {image}");
        (_image, _masks) = (image, masks);
    }

    /// <summary>The number of images added.</summary>
    public long Images => _sums.Count;

    /// <summary>The mean squared error over all pixels; NaN before the first image.</summary>
    public double TestMse => (_visibleSum + _hiddenSum) / ((double)Images * _image.Count);

    /// <summary>The mean squared error over the hidden pixels; null where none is hidden.</summary>
    public double? HiddenMse => _masks is null ? null : _hiddenSum / ((double)_hiddenPixels * _image[2]);

    /// <summary>
    /// The mean squared error over all pixels once the known ones are pasted over the prediction; null where none is hidden.
    /// </summary>
    public double? PastedMse => _masks is null ? null : _hiddenSum / ((double)Images * _image.Count);

    /// <summary>The peak signal-to-noise ratio of <see cref="TestMse"/>; see <see cref="PsnrOf"/>.</summary>
    public double Psnr => PsnrOf(TestMse);

    /// <summary>The mean squared error of one image, over all its pixels.</summary>
    public double ImageMse(int image) => (_sums[image].Visible + _sums[image].Hidden) / _image.Count;

    /// <summary>The mean squared error of one image over its hidden pixels; null where none is hidden.</summary>
    public double? ImageHiddenMse(int image) =>
        _masks is null ? null : _sums[image].Hidden / ((double)_masks.HiddenPixels(image % _masks.Count) * _image[2]);

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
            ReadOnlySpan<byte> seen = NextMask();
            double visible = 0, hidden = 0;
            for (int i = 0; i < size; i++)
            {
                double difference = prediction[start + i] - (target[start + i] / 255.0), square = difference * difference;
                if (IsSeen(seen, i)) visible += square;
                else hidden += square;
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
            ReadOnlySpan<byte> seen = NextMask();
            double visible = 0, hidden = 0;
            for (int i = 0; i < size; i++)
            {
                double difference = prediction[start + i] - target[start + i], square = difference * difference;
                if (IsSeen(seen, i)) visible += square;
                else hidden += square;
            }

            AddImage(visible / (255.0 * 255.0), hidden / (255.0 * 255.0));
        }
    }

    bool IsSeen(ReadOnlySpan<byte> seen, int element) => seen.IsEmpty || seen[element / _image[2]] != 0;

    ReadOnlySpan<byte> NextMask() => _masks is null ? [] : _masks[(int)(Images % _masks.Count)];

    void AddImage(double visible, double hidden)
    {
        if (_masks is not null) _hiddenPixels += _masks.HiddenPixels((int)(Images % _masks.Count));
        _visibleSum += visible;
        _hiddenSum += hidden;
        _sums.Add((visible, hidden));
    }

    void CheckLengths(int prediction, int target)
    {
        if (prediction != target || target % _image.Count != 0)
            throw new ArgumentException(
                $"{prediction} predicted and {target} true values are not the same whole number of {_image} images");
    }
}
