using System.Numerics;
using System.Runtime.InteropServices;

namespace GeneratingImages.Training;

/// <summary>The few vector operations the closed-form models need beside <see cref="MatrixProduct"/>, in double.</summary>
static class VectorMath
{
    /// <summary>The sum of the elements' products.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ReadOnlySpan<Vector<double>> wideA = MemoryMarshal.Cast<double, Vector<double>>(a);
        ReadOnlySpan<Vector<double>> wideB = MemoryMarshal.Cast<double, Vector<double>>(b);
        Vector<double> even = default, odd = default;
        int i = 0;
        for (; i < wideA.Length - 1; i += 2)
        {
            even = Vector.MultiplyAddEstimate(wideA[i], wideB[i], even);
            odd = Vector.MultiplyAddEstimate(wideA[i + 1], wideB[i + 1], odd);
        }

        if (i < wideA.Length) even = Vector.MultiplyAddEstimate(wideA[i], wideB[i], even);
        double sum = Vector.Sum(even + odd);
        for (int j = wideA.Length * Vector<double>.Count; j < a.Length; j++) sum += a[j] * b[j];
        return sum;
    }

    /// <summary>target += scale x addend.</summary>
    public static void AddScaled(Span<double> target, double scale, ReadOnlySpan<double> addend)
    {
        Span<Vector<double>> wide = MemoryMarshal.Cast<double, Vector<double>>(target);
        ReadOnlySpan<Vector<double>> wideAddend = MemoryMarshal.Cast<double, Vector<double>>(addend);
        var factor = new Vector<double>(scale);
        for (int i = 0; i < wide.Length; i++) wide[i] = Vector.MultiplyAddEstimate(factor, wideAddend[i], wide[i]);
        for (int j = wide.Length * Vector<double>.Count; j < target.Length; j++) target[j] += scale * addend[j];
    }

    /// <summary>Rotates two rows in their plane: (a, b) := (cosine a - sine b, sine a + cosine b).</summary>
    public static void Rotate(Span<double> a, Span<double> b, double cosine, double sine)
    {
        Span<Vector<double>> wideA = MemoryMarshal.Cast<double, Vector<double>>(a);
        Span<Vector<double>> wideB = MemoryMarshal.Cast<double, Vector<double>>(b);
        for (int i = 0; i < wideA.Length; i++)
        {
            (Vector<double> x, Vector<double> y) = (wideA[i], wideB[i]);
            wideA[i] = (x * cosine) - (y * sine);
            wideB[i] = (x * sine) + (y * cosine);
        }

        for (int j = wideA.Length * Vector<double>.Count; j < a.Length; j++)
            (a[j], b[j]) = ((a[j] * cosine) - (b[j] * sine), (a[j] * sine) + (b[j] * cosine));
    }
}
