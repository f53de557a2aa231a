namespace GeneratingImages.Cpu;

/// <summary>
/// The points at which tiles are evaluated, besides infinity. Small numbers whose powers stay near 1 keep rounding errors down
/// (Barabasz et al., arXiv 1803.10986): on six points the roots of 1/2 and 2 halve the error of the usual 1 and 2.
/// </summary>
static class WinogradPoints
{
    /// <summary>The positive points of a tile of six.</summary>
    public const float A6 = 0.70710678f, B6 = 1.41421356f;

    /// <summary>The positive points of a tile of eight.</summary>
    public const float A8 = 1f, B8 = 2f, C8 = 0.5f;

    /// <summary>
    /// The finite points in the order in which transforms have them. The constants' own rounding would shift a point by 2e-8, so the
    /// points are exactly the constants: M'(p) belongs to what is computed.
    /// </summary>
    public static double[] Of(int size) => size switch
    {
        6 => [0, A6, -A6, B6, -B6],
        8 => [0, A8, -A8, B8, -B8, C8, -C8],
        _ => throw new ArgumentOutOfRangeException(nameof(size), $"tiles of {size} numbers: there are those of 6 and 8"),
    };

    /// <summary>1 / (M'(p) M'(q)) for each pair of points; infinity counts 1.</summary>
    public static float[] Scale(int size)
    {
        double[] points = Of(size), factors = new double[size];
        for (int i = 0; i < size; i++)
        {
            factors[i] = 1;
            for (int j = 0; i < points.Length && j < points.Length; j++)
                if (j != i) factors[i] /= points[i] - points[j];
        }

        var scale = new float[size * size];
        for (int i = 0; i < scale.Length; i++) scale[i] = (float)(factors[i / size] * factors[i % size]);
        return scale;
    }
}
