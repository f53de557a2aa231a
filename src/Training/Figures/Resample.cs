using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// Brings a picture to a model's shape. Values are averaged as they stand in the file (no gamma), as the data sets' own
/// preparation does.
/// </summary>
static class Resample
{
    /// <summary>
    /// Cuts the picture at its centre to the shape's proportions, turns it grey or RGB, then shrinks each axis by area averaging or
    /// enlarges it bilinearly.
    /// </summary>
    /// <param name="picture">The picture, of any size.</param>
    /// <param name="shape">[height, width, channels] to arrive at.</param>
    public static Bitmap ToShape(Bitmap picture, Shape shape)
    {
        Bitmap.CheckShape(shape);
        Bitmap converted = WithChannels(CropToAspect(picture, shape[0], shape[1]), shape[2]);
        return converted.Shape == shape ? converted : Resize(converted, shape[0], shape[1]);
    }

    /// <summary>The largest centred part with the proportions of height : width, to the nearest pixel.</summary>
    public static Bitmap CropToAspect(Bitmap picture, int height, int width)
    {
        bool tooWide = (long)picture.Width * height > (long)picture.Height * width;
        int h = tooWide ? picture.Height : Scaled(picture.Width, height, width);
        int w = tooWide ? Scaled(picture.Height, width, height) : picture.Width;
        if (h == picture.Height && w == picture.Width) return picture;
        int c = picture.Channels, top = (picture.Height - h) / 2, left = (picture.Width - w) / 2;
        var pixels = new byte[h * w * c];
        for (int y = 0; y < h; y++)
            picture.Pixels.AsSpan(((top + y) * picture.Width + left) * c, w * c).CopyTo(pixels.AsSpan(y * w * c));
        return new Bitmap(Shape.Of(h, w, c), pixels);

        static int Scaled(int length, int numerator, int denominator) =>
            Math.Max(1, (int)Math.Round((double)length * numerator / denominator));
    }

    /// <summary>Grey from RGB by the luma of ITU-R BT.601 (0.299 R + 0.587 G + 0.114 B, as JPEG has it); RGB from grey by
    /// repeating it.</summary>
    public static Bitmap WithChannels(Bitmap picture, int channels)
    {
        if (picture.Channels == channels) return picture;
        byte[] from = picture.Pixels;
        var to = new byte[picture.Height * picture.Width * channels];
        for (int i = 0; i < picture.Height * picture.Width; i++)
            if (channels == 1)
                to[i] = (byte)((299 * from[3 * i] + 587 * from[3 * i + 1] + 114 * from[3 * i + 2] + 500) / 1000);
            else
                to.AsSpan(3 * i, 3).Fill(from[i]);
        return new Bitmap(Shape.Of(picture.Height, picture.Width, channels), to);
    }

    // Separable: rows first, since that leaves the smaller picture for the second pass when shrinking.
    static Bitmap Resize(Bitmap picture, int height, int width)
    {
        int c = picture.Channels;
        Tap[] columns = Taps(picture.Width, width), rows = Taps(picture.Height, height);
        var narrow = new float[picture.Height * width * c];
        for (int y = 0; y < picture.Height; y++)
            for (int x = 0; x < width; x++)
                for (int k = 0; k < c; k++)
                {
                    Tap tap = columns[x];
                    float sum = 0;
                    for (int i = 0; i < tap.Weights.Length; i++)
                        sum += tap.Weights[i] * picture.Pixels[(y * picture.Width + tap.Start + i) * c + k];
                    narrow[(y * width + x) * c + k] = sum;
                }

        var pixels = new byte[height * width * c];
        int stride = width * c;
        for (int y = 0; y < height; y++)
            for (int x = 0; x < stride; x++)
            {
                Tap tap = rows[y];
                float sum = 0;
                for (int i = 0; i < tap.Weights.Length; i++) sum += tap.Weights[i] * narrow[(tap.Start + i) * stride + x];
                // Half goes up, as in (a + b + c + d + 2) >> 2.
                pixels[y * stride + x] = (byte)Math.Clamp(MathF.Floor(sum + 0.5f), 0, 255);
            }

        return new Bitmap(Shape.Of(height, width, c), pixels);
    }

    readonly record struct Tap(int Start, float[] Weights);

    static Tap[] Taps(int from, int to) => [.. Enumerable.Range(0, to).Select(i => from >= to ? Area(i, from, to) : Linear(i, from, to))];

    // Output i covers the inputs from i·from/to to (i+1)·from/to; the first and last count by the covered part.
    static Tap Area(int i, int from, int to)
    {
        double size = (double)from / to, begin = i * size, end = Math.Min(from, begin + size);
        int first = (int)begin, last = Math.Min(from - 1, (int)Math.Ceiling(end) - 1);
        var weights = new float[last - first + 1];
        for (int j = first; j <= last; j++) weights[j - first] = (float)((Math.Min(j + 1, end) - Math.Max(j, begin)) / size);
        return new Tap(first, weights);
    }

    // Pixel centres stand at half integers; beyond the outermost centres the edge value holds.
    static Tap Linear(int i, int from, int to)
    {
        double centre = Math.Clamp((i + 0.5) * from / to - 0.5, 0, from - 1);
        int first = Math.Min((int)centre, Math.Max(0, from - 2));
        float share = (float)(centre - first);
        return new Tap(first, from == 1 ? [1f] : [1 - share, share]);
    }
}
