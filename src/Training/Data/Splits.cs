using System.Buffers.Binary;
using System.Security.Cryptography;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Divides images into training, validation and test parts, always in the same way.</summary>
static class Splits
{
    const ulong ShuffleSeed = 2020;

    /// <summary>The last images of the training file validate, as in the article; the test file is the test part.</summary>
    public static DataSplit Of(string name, ImageSet trainFile, int validationCount, ImageSet testFile, string source)
    {
        int trainCount = trainFile.Count - validationCount;
        return WithFingerprint(new DataSplit(
            name, trainFile.Slice(0, trainCount), trainFile.Slice(trainCount, validationCount), testFile, source, ""));
    }

    /// <summary>
    /// A fifth of the images, drawn once and for all, is both the validation and the test part, as in the article. Images of one person can
    /// stand on both sides. Who chooses by validation takes <see cref="HeldOut"/> of it.
    /// </summary>
    /// <exception cref="InvalidDataException">There are fewer than 5 images.</exception>
    public static DataSplit FourToOne(string name, ImageSet images, string source)
    {
        const int parts = 5;
        if (images.Count < parts)
            throw new InvalidDataException($"holds {images.Count} images, expected at least {parts} to split them 80 to 20");
        int[] order = [.. Enumerable.Range(0, images.Count)];
        new CounterRandom(ShuffleSeed, CounterRandom.StreamOf(name)).Shuffle(order);
        int imageBytes = (int)images.Image.Count;
        byte[] pixels = GC.AllocateUninitializedArray<byte>(images.Pixels.Length);
        for (int i = 0; i < order.Length; i++) images[order[i]].CopyTo(pixels.AsSpan(i * imageBytes, imageBytes));

        var shuffled = new ImageSet(images.Image, pixels);
        int testCount = (images.Count + parts - 1) / parts;
        ImageSet test = shuffled.Slice(images.Count - testCount, testCount);
        return WithFingerprint(new DataSplit(name, shuffled.Slice(0, images.Count - testCount), test, test, source, ""));
    }

    /// <summary>The split as it was asked for.</summary>
    /// <exception cref="UserException">The limit is below 1.</exception>
    public static DataSplit Chosen(DataSplit split, DataOptions options) =>
        Limited(options.HoldOut ? HeldOut(split) : split, options.Limit);

    /// <summary>
    /// A split whose test images choose nothing: if they are the validation images too, the last eighth of the training part validates.
    /// </summary>
    public static DataSplit HeldOut(DataSplit split)
    {
        const int parts = 8;
        if (!split.Validation.Pixels.Span.SequenceEqual(split.Test.Pixels.Span) || split.Train.Count < parts) return split;
        int count = split.Train.Count / parts, left = split.Train.Count - count;
        return WithFingerprint(split with
        {
            Train = split.Train.Slice(0, left),
            Validation = split.Train.Slice(left, count),
            Source = $"{split.Source}; here the last {count} training images validate instead",
        });
    }

    /// <summary>The same split with only the first training images.</summary>
    /// <exception cref="UserException">The limit is below 1.</exception>
    public static DataSplit Limited(DataSplit split, int? limit) => limit switch
    {
        null => split,
        < 1 => throw new UserException($"limit {limit}: expected at least 1 training image"),
        int n when n >= split.Train.Count => split,
        int n => WithFingerprint(
            split with { Train = split.Train.Slice(0, n), Source = $"{split.Source}; only the first {n} training images" }),
    };

    /// <summary>The split with its fingerprint: SHA-256 over every part's sizes and the SHA-256 of its pixels.</summary>
    public static DataSplit WithFingerprint(DataSplit split)
    {
        ImageSet[] parts = [split.Train, split.Validation, split.Test];
        const int sizes = 4 * sizeof(int), part = sizes + SHA256.HashSizeInBytes;
        byte[] summary = new byte[parts.Length * part];
        Parallel.For(0, parts.Length, i =>
        {
            Span<byte> to = summary.AsSpan(i * part, part);
            BinaryPrimitives.WriteInt32LittleEndian(to, parts[i].Count);
            for (int axis = 0; axis < 3; axis++)
                BinaryPrimitives.WriteInt32LittleEndian(to[((axis + 1) * sizeof(int))..], parts[i].Image[axis]);
            SHA256.HashData(parts[i].Pixels.Span, to[sizes..]);
        });
        return split with { Fingerprint = Convert.ToHexStringLower(SHA256.HashData(summary)) };
    }
}
