using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// The structural similarity of predicted images to true ones (Wang, Bovik, Sheikh and Simoncelli, "Image Quality Assessment: From Error
/// Visibility to Structural Similarity", IEEE Transactions on Image Processing 13, 2004, equation 13): means, variances and covariance
/// under a Gaussian window of 11x11 pixels and standard deviation 1.5, K1 = 0.01, K2 = 0.03, at a range of 1. An image's value is the mean
/// over all windows that lie wholly in it, and over its channels; 1 is equality. Predictions are taken as they are, not clamped.
/// </summary>
public sealed class Ssim
{
    const int Side = 11;
    const double Deviation = 1.5;
    const double C1 = 0.01 * 0.01, C2 = 0.03 * 0.03;

    static readonly double[] _window = Window();

    readonly int _height, _width, _channels;
    readonly List<double> _values = [];

    /// <summary>An empty mean for images of one size.</summary>
    /// <param name="image">[height, width, channels].</param>
    /// <exception cref="ArgumentException">The shape is not an image's, or the window does not fit in.</exception>
    public Ssim(Shape image)
    {
        if (!Fits(image))
            throw new ArgumentException(
                $"{image}: an image for a window of {Side}x{Side} is [height, width, channels] of at least that size");
        (_height, _width, _channels) = (image[0], image[1], image[2]);
    }

    /// <summary>Whether images of a size are large enough for the window.</summary>
    public static bool Fits(Shape image) => image.Rank == 3 && image[0] >= Side && image[1] >= Side;

    /// <summary>The mean over all images; NaN before the first.</summary>
    public double Mean => _values.Count == 0 ? double.NaN : _values.Sum() / _values.Count;

    /// <summary>The value of each image, in the order in which they were added.</summary>
    public IReadOnlyList<double> Images => _values;

    /// <summary>Adds whole images. Each image's value is computed by one thread, so the bits do not depend on their number.</summary>
    /// <param name="prediction">In [0, 1] nominally.</param>
    /// <param name="target">The bytes they should have been.</param>
    /// <param name="threads">The most threads to use, all processors' if 0.</param>
    /// <exception cref="ArgumentException">The lengths differ or are not a whole number of images.</exception>
    public void Add(ReadOnlyMemory<float> prediction, ReadOnlyMemory<byte> target, int threads = 0)
    {
        int size = _height * _width * _channels;
        if (prediction.Length != target.Length || target.Length % size != 0)
            throw new ArgumentException($"{prediction.Length} predicted and {target.Length} true values "
                + $"are not the same whole number of images of {size}");
        var values = new double[target.Length / size];
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount };
        Parallel.For(0, values.Length, options, () => new Maps(this), (image, _, maps) =>
        {
            values[image] = maps.Value(prediction.Span.Slice(image * size, size), target.Span.Slice(image * size, size));
            return maps;
        }, _ => { });
        _values.AddRange(values);
    }

    /// <summary>The window's profile, which sums to 1: the window is its product with itself.</summary>
    static double[] Window()
    {
        double[] profile = [.. Enumerable.Range(0, Side).Select(i => Math.Exp(-Math.Pow(i - (Side / 2), 2) / (2 * Deviation * Deviation)))];
        double sum = profile.Sum();
        return [.. profile.Select(weight => weight / sum)];
    }

    /// <summary>What one thread works in: an image pair's five maps, filtered along the rows and then down the columns.</summary>
    sealed class Maps(Ssim of)
    {
        readonly int _row = of._width * of._channels, _out = (of._width - Side + 1) * of._channels;
        readonly double[] _x = new double[of._width * of._channels], _y = new double[of._width * of._channels],
            _product = new double[of._width * of._channels];
        readonly double[][] _along =
            [.. Enumerable.Range(0, 5).Select(_ => new double[of._height * (of._width - Side + 1) * of._channels])];
        readonly double[][] _down = [.. Enumerable.Range(0, 5).Select(_ => new double[(of._width - Side + 1) * of._channels])];

        public double Value(ReadOnlySpan<float> prediction, ReadOnlySpan<byte> target)
        {
            for (int row = 0; row < of._height; row++) FilterRow(row, prediction.Slice(row * _row, _row), target.Slice(row * _row, _row));
            double sum = 0;
            int rows = of._height - Side + 1;
            for (int row = 0; row < rows; row++) sum += SumOfRow(row);
            return sum / ((double)rows * _out);
        }

        void FilterRow(int row, ReadOnlySpan<float> prediction, ReadOnlySpan<byte> target)
        {
            for (int i = 0; i < _row; i++) (_x[i], _y[i]) = (prediction[i], target[i] / 255.0);
            Filter(0, _x);
            Filter(1, _y);
            Products(_x, _x);
            Filter(2, _product);
            Products(_y, _y);
            Filter(3, _product);
            Products(_x, _y);
            Filter(4, _product);

            void Products(double[] a, double[] b)
            {
                for (int i = 0; i < _product.Length; i++) _product[i] = a[i] * b[i];
            }

            void Filter(int map, double[] from)
            {
                // The channels of a pixel lie side by side, so the next pixel of the same channel is that many values on.
                Span<double> to = _along[map].AsSpan(row * _out, _out);
                to.Clear();
                for (int k = 0; k < Side; k++) VectorMath.AddScaled(to, _window[k], from.AsSpan(k * of._channels, _out));
            }
        }

        double SumOfRow(int row)
        {
            for (int map = 0; map < _down.Length; map++)
            {
                Span<double> to = _down[map];
                to.Clear();
                for (int k = 0; k < Side; k++) VectorMath.AddScaled(to, _window[k], _along[map].AsSpan((row + k) * _out, _out));
            }

            double sum = 0;
            for (int i = 0; i < _out; i++)
            {
                double x = _down[0][i], y = _down[1][i];
                double varianceX = _down[2][i] - (x * x), varianceY = _down[3][i] - (y * y), covariance = _down[4][i] - (x * y);
                sum += ((2 * x * y) + C1) * ((2 * covariance) + C2) / (((x * x) + (y * y) + C1) * (varianceX + varianceY + C2));
            }

            return sum;
        }
    }
}
