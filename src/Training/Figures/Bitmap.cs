using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>One picture of 8-bit values in rows from the top, grey or red, green, blue: what figures are made of.</summary>
public sealed class Bitmap
{
    /// <summary>Wraps pixels without copying them.</summary>
    /// <param name="shape">[height, width, channels] with 1 or 3 channels.</param>
    /// <param name="pixels">One byte a value, laid out as the shape says.</param>
    /// <exception cref="ArgumentException">The shape is no picture's, or the number of bytes differs.</exception>
    public Bitmap(Shape shape, byte[] pixels)
    {
        CheckShape(shape);
        if (pixels.Length != shape.Count) throw new ArgumentException($"{pixels.Length} bytes given, {shape} has {shape.Count}");
        (Shape, Pixels) = (shape, pixels);
    }

    /// <summary>[height, width, channels].</summary>
    public Shape Shape { get; }

    /// <summary>The number of rows.</summary>
    public int Height => Shape[0];

    /// <summary>The number of columns.</summary>
    public int Width => Shape[1];

    /// <summary>1 for grey, 3 for red, green, blue.</summary>
    public int Channels => Shape[2];

    /// <summary>The values, row by row.</summary>
    public byte[] Pixels { get; }

    /// <summary>The values over 255, as models take them.</summary>
    public float[] ToFloats() => Array.ConvertAll(Pixels, value => value / 255f);

    /// <summary>A picture from values in [0, 1]; others are cut to that range, and NaN is drawn as 0.</summary>
    /// <param name="shape">[height, width, channels].</param>
    /// <param name="values">One number a value, laid out as the shape says.</param>
    /// <exception cref="ArgumentException">The shape is no picture's, or the number of values differs.</exception>
    public static Bitmap FromFloats(Shape shape, float[] values) => new(shape, ToBytes(values));

    /// <summary>Pictures from the values of a whole batch, one image behind the other.</summary>
    /// <param name="shape">The size of one image: [height, width, channels].</param>
    /// <param name="values">Values in [0, 1]; others are cut to that range.</param>
    /// <exception cref="ArgumentException">The values are not a whole number of images.</exception>
    public static Bitmap[] ManyFromFloats(Shape shape, float[] values) => Many(new ImageSet(shape, ToBytes(values)));

    /// <summary>The picture of one image of a data set.</summary>
    public static Bitmap From(ImageSet images, int index) => new(images.Image, images[index].ToArray());

    /// <summary>The pictures of all images of a data set; take a <see cref="ImageSet.Slice"/> first.</summary>
    public static Bitmap[] Many(ImageSet images) => [.. Enumerable.Range(0, images.Count).Select(i => From(images, i))];

    /// <summary>Refuses what is not [height, width, 1] or [height, width, 3].</summary>
    internal static void CheckShape(Shape shape)
    {
        if (shape.Rank != 3 || shape[2] is not (1 or 3))
            throw new ArgumentException($"{shape} is not the shape of a picture: [height, width, 1] or [height, width, 3] is expected");
    }

    static byte[] ToBytes(float[] values) =>
        Array.ConvertAll(values, v => (byte)(float.IsNaN(v) ? 0 : MathF.Round(Math.Clamp(v, 0, 1) * 255)));
}
