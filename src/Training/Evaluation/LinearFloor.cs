using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// The closed-form floor of linear autoencoders: the test error of the best linear model of a latent size, in the least squares sense
/// on the training images. A trained linear model can come close to it; a deep one should pass below it.
/// </summary>
public static class LinearFloor
{
    // The ridge, as a part of the visible pixels' mean variance. It keeps pixels that are all but constant in the training part from
    // receiving large weights. From 0.001 to 0.1 the errors of MNIST and CIFAR-100 at rank 64 change by less than 0.5 %.
    internal const double Ridge = 1e-2;

    // Results kept in the user's cache count only for the same version: raise it with every change of what is computed.
    internal const int Version = 1;

    const int TestBatch = 512;

    // A pivot that the ridge's rounding alone could have made.
    const double ZeroPivot = 1e-14;

    /// <summary>
    /// The mean squared error over the test images (pixels in [0, 1], all pixels) of principal component analysis with mean, fitted to
    /// the training images: the floor of a linear autoencoder (Baldi and Hornik, "Neural Networks and Principal Component Analysis",
    /// Neural Networks 2, 1989).
    /// </summary>
    /// <param name="train">What is fitted to, at least one image.</param>
    /// <param name="test">What is measured on, at least one image of the same size.</param>
    /// <param name="latent">The number of components, at least 1; beyond the data's rank it changes nothing more.</param>
    /// <param name="threads">The most threads to use, all processors' if 0. The result has the same bits for any number.</param>
    /// <param name="progress">Told the finished part, 0..1, on the calling thread.</param>
    /// <param name="cancellation">Ends the computation early.</param>
    /// <exception cref="ArgumentException">A part is empty, the images' sizes differ or the latent size is below 1.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static double Rebuild(
        ImageSet train,
        ImageSet test,
        int latent,
        int threads = 0,
        Action<double>? progress = null,
        CancellationToken cancellation = default)
    {
        Check(train, test, latent);
        int pixels = (int)train.Image.Count;
        if (latent >= pixels) return 0;
        ParallelOptions options = Options(threads, cancellation);
        var covariance = new PixelCovariance(train, pixels, options, Part(progress, 0, 0.5));
        Matrix components = LeadingSubspace.Find(
            pixels,
            latent,
            covariance.TotalVariance,
            basis => MatrixProduct.Of(covariance.Values, basis, options),
            options,
            Part(progress, 0.5, 0.9));
        return Evaluate(test, covariance.Mean, components, components.Transposed(), test.Image[0], options, Part(progress, 0.9, 1)).TestMse;
    }

    /// <summary>
    /// The errors of the best linear completion through a latent size: ridge regression with intercept from the visible rows to all
    /// rows, of reduced rank (Izenman, "Reduced-Rank Regression for the Multivariate Linear Model", Journal of Multivariate Analysis 5,
    /// 1975). With covariances S and ridge r, its coefficients are B V V' with B = (Sxx + r I)^-1 Sxy and V the leading eigenvectors
    /// of Syx (Sxx + r I)^-1 Sxy.
    /// </summary>
    /// <param name="train">What is fitted to, at least one image.</param>
    /// <param name="test">What is measured on, at least one image of the same size.</param>
    /// <param name="latent">The rank, at least 1; beyond the visible pixels' number it is plain ridge regression.</param>
    /// <param name="firstHiddenRow">The first hidden row, from 1 to height - 1.</param>
    /// <param name="threads">The most threads to use, all processors' if 0. The result has the same bits for any number.</param>
    /// <param name="progress">Told the finished part, 0..1, on the calling thread.</param>
    /// <param name="cancellation">Ends the computation early.</param>
    /// <exception cref="ArgumentException">
    /// A part is empty, the images' sizes differ, the latent size is below 1, or no row is visible or none hidden.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static FloorReport Complete(
        ImageSet train,
        ImageSet test,
        int latent,
        int firstHiddenRow,
        int threads = 0,
        Action<double>? progress = null,
        CancellationToken cancellation = default)
    {
        Check(train, test, latent);
        int height = train.Image[0], pixels = (int)train.Image.Count;
        if (firstHiddenRow < 1 || firstHiddenRow >= height)
            throw new ArgumentException($"first hidden row {firstHiddenRow} of images of {height} rows: it must be in 1..{height - 1}");
        int visible = pixels / height * firstHiddenRow;
        ParallelOptions options = Options(threads, cancellation);
        var covariance = new PixelCovariance(train, visible, options, Part(progress, 0, 0.5));
        Matrix toAll = covariance.Values, fromAll = toAll.Transposed();
        Cholesky inverse = Factor(toAll.FirstColumns(visible), options);
        Matrix Regress(Matrix directions)
        {
            Matrix result = MatrixProduct.Of(toAll, directions, options);
            inverse.Solve(result);
            return result;
        }

        if (latent >= visible)
        {
            inverse.Solve(toAll);
            return Evaluate(test, covariance.Mean, toAll, null, firstHiddenRow, options, Part(progress, 0.5, 1));
        }

        Matrix directions = LeadingSubspace.Find(
            pixels,
            latent,
            covariance.TotalVariance,
            basis => MatrixProduct.Of(fromAll, Regress(basis), options),
            options,
            Part(progress, 0.5, 0.9));
        return Evaluate(
            test, covariance.Mean, Regress(directions), directions.Transposed(), firstHiddenRow, options, Part(progress, 0.9, 1));
    }

    /// <summary>
    /// The same for any pixels that are hidden of every image: pixels are independent unknowns to a linear model, so those seen are put
    /// first.
    /// </summary>
    /// <param name="train">What is fitted to, at least one image.</param>
    /// <param name="test">What is measured on, at least one image of the same size.</param>
    /// <param name="latent">The rank, at least 1.</param>
    /// <param name="seen">For each of the images' pixels, row by row, 0 where it is hidden.</param>
    /// <param name="threads">The most threads to use, all processors' if 0. The result has the same bits for any number.</param>
    /// <param name="progress">Told the finished part, 0..1, on the calling thread.</param>
    /// <param name="cancellation">Ends the computation early.</param>
    /// <exception cref="ArgumentException">The mask has another size than the images, or hides nothing or everything.</exception>
    public static FloorReport Complete(
        ImageSet train,
        ImageSet test,
        int latent,
        ReadOnlySpan<byte> seen,
        int threads = 0,
        Action<double>? progress = null,
        CancellationToken cancellation = default)
    {
        int channels = train.Image[2];
        if (seen.Length * channels != train.Image.Count)
            throw new ArgumentException($"a mask of {seen.Length} pixels for images {train.Image}");
        int[] order = new int[seen.Length];
        int visible = 0, hidden = seen.Length;
        for (int i = 0; i < seen.Length; i++) order[seen[i] != 0 ? visible++ : --hidden] = i;
        return Complete(Reordered(train, order), Reordered(test, order), latent, visible, threads, progress, cancellation);
    }

    /// <summary>Images as single columns of pixels in another order.</summary>
    static ImageSet Reordered(ImageSet images, int[] order)
    {
        int channels = images.Image[2];
        var pixels = new byte[images.Pixels.Length];
        for (int image = 0; image < images.Count; image++)
        {
            ReadOnlySpan<byte> from = images[image];
            Span<byte> to = pixels.AsSpan(image * from.Length, from.Length);
            for (int i = 0; i < order.Length; i++) from.Slice(order[i] * channels, channels).CopyTo(to[(i * channels)..]);
        }

        return new ImageSet(Shape.Of(order.Length, 1, channels), pixels);
    }

    static Cholesky Factor(Matrix visible, ParallelOptions threads)
    {
        double trace = 0;
        for (int i = 0; i < visible.Rows; i++) trace += visible[i, i];
        for (int i = 0; i < visible.Rows; i++) visible[i, i] += Ridge * trace / visible.Rows;
        return new Cholesky(visible, ZeroPivot, threads);
    }

    /// <summary>Measures prediction = mean + (first pixels - their mean) encoder decoder; without a decoder the encoder's columns are
    /// the pixels.</summary>
    static FloorReport Evaluate(
        ImageSet test, double[] mean, Matrix encoder, Matrix? decoder, int firstHiddenRow, ParallelOptions threads, Action<double> progress)
    {
        (int height, int width) = (test.Image[0], test.Image[1]);
        var error = new ReconstructionError(
            test.Image, firstHiddenRow == height ? null : MaskSet.Box(height, width, firstHiddenRow, 0, height - firstHiddenRow, width));
        for (int start = 0; start < test.Count; start += TestBatch)
        {
            ImageSet batch = test.Slice(start, Math.Min(TestBatch, test.Count - start));
            var input = new Matrix(batch.Count, encoder.Rows);
            for (int i = 0; i < batch.Count; i++)
            {
                ReadOnlySpan<byte> image = batch[i];
                Span<double> row = input.Row(i);
                for (int pixel = 0; pixel < row.Length; pixel++) row[pixel] = image[pixel] - mean[pixel];
            }

            Matrix prediction = MatrixProduct.Of(input, encoder, threads);
            if (decoder is not null) prediction = MatrixProduct.Of(prediction, decoder, threads);
            for (int i = 0; i < batch.Count; i++)
            {
                Span<double> row = prediction.Row(i);
                VectorMath.AddScaled(row, 1, mean);
                error.AddBytes(row, batch[i]);
            }

            progress((start + batch.Count) / (double)test.Count);
        }

        return new FloorReport(error.TestMse, error.HiddenMse ?? 0, error.PastedMse ?? 0);
    }

    static void Check(ImageSet train, ImageSet test, int latent)
    {
        if (train.Count == 0 || test.Count == 0)
            throw new ArgumentException($"{train.Count} training and {test.Count} test images: the floor needs at least one of each");
        if (train.Image != test.Image)
            throw new ArgumentException($"training images are {train.Image}, test images {test.Image}: they must agree");
        if (latent < 1) throw new ArgumentException($"latent size {latent}: it must be at least 1");
    }

    static ParallelOptions Options(int threads, CancellationToken cancellation) =>
        new() { MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount, CancellationToken = cancellation };

    static Action<double> Part(Action<double>? progress, double from, double to) => part => progress?.Invoke(from + ((to - from) * part));
}
