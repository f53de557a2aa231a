using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Evaluation;

/// <summary>Small, slow computations by other routes than the product's.</summary>
static class Reference
{
    public static Matrix RandomSymmetric(int n, ulong seed)
    {
        var random = new CounterRandom(seed);
        var matrix = new Matrix(n, n);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++) matrix[i, j] = matrix[j, i] = (2 * random.NextUniform()) - 1;
        }

        return matrix;
    }

    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    /// <summary>Images of low rank with noise, as bytes.</summary>
    public static ImageSet LowRankImages(Shape image, int count, int rank, int noise, ulong seed)
    {
        var axes = new CounterRandom(1234);
        int pixels = (int)image.Count;
        double[] patterns = [.. Enumerable.Range(0, rank * pixels).Select(_ => axes.NextUniform() - 0.5)];
        var random = new CounterRandom(seed, 1);
        byte[] bytes = new byte[count * pixels];
        for (int i = 0; i < count; i++)
        {
            double[] weights = [.. Enumerable.Range(0, rank).Select(k => 100 * (random.NextUniform() - 0.5) / (k + 1))];
            for (int p = 0; p < pixels; p++)
            {
                double value = 128 + (noise * (random.NextUniform() - 0.5));
                for (int k = 0; k < rank; k++) value += weights[k] * patterns[(k * pixels) + p];
                bytes[(i * pixels) + p] = (byte)Math.Clamp(Math.Round(value), 0, 255);
            }
        }

        return new ImageSet(image, bytes);
    }

    public static double[] JacobiEigenvalues(Matrix symmetric) => [.. Jacobi(symmetric).Select(pair => pair.Value)];

    /// <summary>Eigenpairs, largest first, by cyclic Jacobi rotations.</summary>
    public static List<(double Value, double[] Vector)> Jacobi(Matrix symmetric)
    {
        int n = symmetric.Rows;
        double[,] a = new double[n, n], v = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            v[i, i] = 1;
            for (int j = 0; j < n; j++) a[i, j] = symmetric[i, j];
        }

        for (int sweep = 0; sweep < 14; sweep++)
        {
            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    if (a[p, q] == 0) continue;
                    double angle = 0.5 * Math.Atan2(2 * a[p, q], a[q, q] - a[p, p]);
                    (double s, double c) = Math.SinCos(angle);
                    for (int k = 0; k < n; k++) (a[k, p], a[k, q]) = ((c * a[k, p]) - (s * a[k, q]), (s * a[k, p]) + (c * a[k, q]));
                    for (int k = 0; k < n; k++) (a[p, k], a[q, k]) = ((c * a[p, k]) - (s * a[q, k]), (s * a[p, k]) + (c * a[q, k]));
                    for (int k = 0; k < n; k++) (v[k, p], v[k, q]) = ((c * v[k, p]) - (s * v[k, q]), (s * v[k, p]) + (c * v[k, q]));
                }
            }
        }

        return [.. Enumerable.Range(0, n)
            .Select(i => (a[i, i], Enumerable.Range(0, n).Select(k => v[k, i]).ToArray()))
            .OrderByDescending(pair => pair.Item1)];
    }

    /// <summary>Solves a linear system by Gauss-Jordan elimination with row exchanges; the right sides are the rows' ends.</summary>
    public static double[,] GaussJordan(double[,] system)
    {
        int n = system.GetLength(0), width = system.GetLength(1);
        for (int i = 0; i < n; i++)
        {
            int pivot = Enumerable.Range(i, n - i).MaxBy(row => Math.Abs(system[row, i]));
            for (int c = 0; c < width; c++) (system[i, c], system[pivot, c]) = (system[pivot, c], system[i, c]);
            for (int c = width - 1; c >= i; c--) system[i, c] /= system[i, i];
            for (int row = 0; row < n; row++)
            {
                if (row == i) continue;
                double factor = system[row, i];
                for (int c = i; c < width; c++) system[row, c] -= factor * system[i, c];
            }
        }

        var solution = new double[n, width - n];
        for (int i = 0; i < n; i++)
        {
            for (int c = n; c < width; c++) solution[i, c - n] = system[i, c];
        }

        return solution;
    }

    /// <summary>Centered pixels in [0, 1], and the means they are centered by.</summary>
    public static (double[,] Centered, double[] Mean) Center(ImageSet set, double[]? mean = null)
    {
        int pixels = (int)set.Image.Count;
        mean ??= [.. Enumerable.Range(0, pixels).Select(p => Enumerable.Range(0, set.Count).Average(i => set[i][p] / 255.0))];
        var result = new double[set.Count, pixels];
        for (int i = 0; i < set.Count; i++)
        {
            for (int p = 0; p < pixels; p++) result[i, p] = (set[i][p] / 255.0) - mean[p];
        }

        return (result, mean);
    }

    public static Matrix Covariance(double[,] centered)
    {
        int n = centered.GetLength(0), d = centered.GetLength(1);
        var result = new Matrix(d, d);
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                double sum = 0;
                for (int k = 0; k < n; k++) sum += centered[k, i] * centered[k, j];
                result[i, j] = sum / n;
            }
        }

        return result;
    }
}
