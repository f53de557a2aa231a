using System.Security.Cryptography;
using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Data;

/// <summary>The data sets themselves, against facts that others publish.</summary>
public class PublishedDataTests
{
    [Fact]
    public void MnistHasItsKnownCountsAndStatistics()
    {
        DataSplit mnist = PublishedData.Load("mnist");
        Assert.Equal((48_000, 12_000, 10_000), (mnist.Train.Count, mnist.Validation.Count, mnist.Test.Count));
        Assert.Equal(Shape.Of(28, 28, 1), mnist.Train.Image);

        // The normalisation constants every MNIST tutorial carries; they are over the whole training file.
        (double[] mean, double[] deviation) = Statistics(mnist.Train, mnist.Validation);
        Assert.Equal(0.1307, mean[0], 0.00005);
        Assert.Equal(0.3081, deviation[0], 0.00005);
    }

    [Fact]
    public void MnistsImagesAreThePublishersInTheirOrder()
    {
        DataSplit mnist = PublishedData.Load("mnist");

        // MD5 of the unpacked files, known from the publisher's archives.
        Assert.Equal("6bbc9ace898e44ae57da46a324031adb", Md5(60_000, mnist.Train, mnist.Validation));
        Assert.Equal("2646ac647ad5339dbf082846283269ea", Md5(10_000, mnist.Test));

        static string Md5(int count, params ImageSet[] parts)
        {
            using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
            md5.AppendData(
                [0, 0, 8, 3, (byte)(count >> 24), (byte)(count >> 16), (byte)(count >> 8), (byte)count, 0, 0, 0, 28, 0, 0, 0, 28]);
            foreach (ImageSet part in parts) md5.AppendData(part.Pixels.Span);
            return Convert.ToHexStringLower(md5.GetHashAndReset());
        }
    }

    [Fact]
    public void BuiltInDigitsAreTheFirstImagesOfMnist()
    {
        DataSplit mnist = PublishedData.Load("mnist"), digits = BuiltInDigits.Load();
        Assert.Equal((4_000, 1_000, 1_000), (digits.Train.Count, digits.Validation.Count, digits.Test.Count));
        Assert.True(mnist.Train.Slice(0, 4_000).Pixels.Span.SequenceEqual(digits.Train.Pixels.Span));
        Assert.True(mnist.Train.Slice(4_000, 1_000).Pixels.Span.SequenceEqual(digits.Validation.Pixels.Span));
        Assert.True(mnist.Test.Slice(0, 1_000).Pixels.Span.SequenceEqual(digits.Test.Pixels.Span));
    }

    [Fact]
    public void Cifar100HasItsKnownCountsAndStatistics()
    {
        DataSplit cifar = PublishedData.Load("cifar100");
        Assert.Equal((40_000, 10_000, 10_000), (cifar.Train.Count, cifar.Validation.Count, cifar.Test.Count));
        Assert.Equal(Shape.Of(32, 32, 3), cifar.Train.Image);

        // The widely used normalisation constants of the training file, channels R, G, B.
        (double[] mean, double[] deviation) = Statistics(cifar.Train, cifar.Validation);
        double[] knownMean = [0.50707516, 0.48654887, 0.44091784], knownDeviation = [0.26733429, 0.25643846, 0.27615047];
        for (int c = 0; c < 3; c++)
        {
            Assert.Equal(knownMean[c], mean[c], 1e-7);
            Assert.Equal(knownDeviation[c], deviation[c], 1e-7);
        }

        // Interleaving: neighbouring pixels of one channel are alike. With planes taken for pixels this mean difference is far larger.
        Assert.InRange(MeanNeighbourDifference(cifar.Test), 0, 0.08);
    }

    [Fact]
    public void LfwHasItsKnownNumberOfFaces()
    {
        DataSplit lfw = PublishedData.Load("lfw");
        Assert.Equal(13_233, lfw.Train.Count + lfw.Test.Count);
        Assert.Equal((10_586, 2_647), (lfw.Train.Count, lfw.Test.Count));
        Assert.Same(lfw.Validation, lfw.Test);
        Assert.Equal(Shape.Of(45, 45, 3), lfw.Train.Image);
        Assert.Contains("13,233", lfw.Source);

        // A wrong window would take in the archive's background; faces are warm in colour and never flat.
        (double[] mean, double[] deviation) = Statistics(lfw.Train);
        Assert.True(mean[0] > mean[1] && mean[1] > mean[2]);
        Assert.All(deviation, d => Assert.InRange(d, 0.15, 0.30));
        Assert.InRange(MeanNeighbourDifference(lfw.Test), 0, 0.08);
    }

    [Fact]
    public void LoadingTwiceGivesTheSameFingerprintAndALimitAnother()
    {
        DataSplit whole = PublishedData.Load("mnist"), limited = PublishedData.Load("mnist", limit: 100);
        Assert.Equal(whole.Fingerprint, PublishedData.Load("mnist").Fingerprint);
        Assert.NotEqual(whole.Fingerprint, limited.Fingerprint);
        Assert.Equal((100, 12_000, 10_000), (limited.Train.Count, limited.Validation.Count, limited.Test.Count));
        Assert.True(whole.Train.Slice(0, 100).Pixels.Span.SequenceEqual(limited.Train.Pixels.Span));
    }

    // Mean and standard deviation of each channel over [0, 1].
    static (double[] Mean, double[] Deviation) Statistics(params ImageSet[] parts)
    {
        int channels = parts[0].Image[^1];
        var sum = new long[channels];
        var squares = new long[channels];
        long count = 0;
        foreach (ImageSet part in parts)
        {
            ReadOnlySpan<byte> pixels = part.Pixels.Span;
            for (int i = 0; i < pixels.Length; i += channels)
            {
                for (int c = 0; c < channels; c++)
                {
                    sum[c] += pixels[i + c];
                    squares[c] += pixels[i + c] * pixels[i + c];
                }
            }

            count += pixels.Length / channels;
        }

        double[] mean = [.. sum.Select(s => s / 255.0 / count)];
        return (mean, [.. squares.Select((s, c) => Math.Sqrt(s / (255.0 * 255.0) / count - mean[c] * mean[c]))]);
    }

    static double MeanNeighbourDifference(ImageSet set)
    {
        ReadOnlySpan<byte> pixels = set.Pixels.Span;
        int channels = set.Image[2], row = set.Image[1] * channels;
        long sum = 0, count = 0;
        for (int start = 0; start < pixels.Length; start += row)
        {
            for (int i = start + channels; i < start + row; i++, count++) sum += Math.Abs(pixels[i] - pixels[i - channels]);
        }

        return sum / 255.0 / count;
    }
}
