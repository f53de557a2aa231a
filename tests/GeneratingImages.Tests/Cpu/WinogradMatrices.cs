namespace GeneratingImages.Tests.Cpu;

/// <summary>
/// The matrices of Winograd's convolution along one axis in double precision, by Toom and Cook from the points: filters of
/// <paramref name="taps"/> numbers, <paramref name="results"/> results, tiles of one less than their sum. The points are those of single
/// precision.
/// </summary>
sealed class WinogradMatrices(int results, int taps)
{
    readonly double[] _points = (results + taps - 1) switch
    {
        6 => [0, 0.70710678f, -0.70710678f, 1.41421356f, -1.41421356f],
        8 => [0, 1, -1, 2, -2, 0.5, -0.5],
        _ => [0, 1.235f, -1.235f, 2.38f, -2.38f, 0.81f, -0.81f, 0.42f, -0.42f],
    };

    /// <summary>The numbers of a tile.</summary>
    public int Size => results + taps - 1;

    /// <summary>B', whose row p holds the coefficients of M(x) / (x - p).</summary>
    public double[,] Data => Rows(Size, Size, (row, column) => Product(row)[column]);

    /// <summary>G, whose row p holds the powers of p over M'(p).</summary>
    public double[,] Filter => Rows(
        Size, taps, (row, column) => row == Size - 1 ? (column == taps - 1 ? 1 : 0) : Math.Pow(_points[row], column) / Slope(row));

    /// <summary>A', whose column p holds the powers of p.</summary>
    public double[,] Result => Rows(
        results, Size, (row, column) => column == Size - 1 ? (row == results - 1 ? 1 : 0) : Math.Pow(_points[column], row));

    /// <summary>The magnitudes of a matrix times a rectangle of numbers times another matrix's transpose.</summary>
    public static double[,] Magnitudes(double[,] down, double[,] numbers, double[,] across) =>
        Rows(down.GetLength(0), across.GetLength(0), (i, j) =>
        {
            double sum = 0;
            for (int k = 0; k < down.GetLength(1); k++)
                for (int l = 0; l < across.GetLength(1); l++) sum += Math.Abs(down[i, k] * numbers[k, l] * across[j, l]);
            return sum;
        });

    static double[,] Rows(int rows, int columns, Func<int, int, double> number)
    {
        var matrix = new double[rows, columns];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++) matrix[i, j] = number(i, j);
        return matrix;
    }

    double Slope(int point) => _points.Where((_, i) => i != point).Aggregate(1.0, (product, p) => product * (_points[point] - p));

    /// <summary>The coefficients of the product of x - p over all points but one, lowest first; of all for infinity.</summary>
    double[] Product(int without)
    {
        var product = new double[Size + 1];
        product[0] = 1;
        for (int i = 0; i < _points.Length; i++)
        {
            if (i == without) continue;
            for (int j = Size; j >= 0; j--) product[j] = (j > 0 ? product[j - 1] : 0) - _points[i] * product[j];
        }

        return product;
    }
}
