using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Images of one size as bytes, one behind the other, each [height, width, channels].</summary>
public sealed class ImageSet
{
    /// <summary>Wraps pixels that are laid out image by image.</summary>
    /// <exception cref="ArgumentException">The bytes are not a whole number of images.</exception>
    public ImageSet(Shape image, ReadOnlyMemory<byte> pixels)
    {
        if (image.Rank != 3 || pixels.Length % image.Count != 0)
            throw new ArgumentException($"{pixels.Length} bytes are not a whole number of {image} images");
        (Image, Pixels) = (image, pixels);
    }

    /// <summary>The size of one image: [height, width, channels].</summary>
    public Shape Image { get; }

    /// <summary>The number of images.</summary>
    public int Count => (int)(Pixels.Length / Image.Count);

    /// <summary>All bytes, image by image.</summary>
    public ReadOnlyMemory<byte> Pixels { get; }

    /// <summary>The bytes of one image.</summary>
    public ReadOnlySpan<byte> this[int index] => Pixels.Span.Slice(checked(index * (int)Image.Count), (int)Image.Count);

    /// <summary>A run of images, without copying.</summary>
    public ImageSet Slice(int start, int count) =>
        new(Image, Pixels.Slice(checked(start * (int)Image.Count), checked(count * (int)Image.Count)));
}
