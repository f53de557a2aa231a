namespace GeneratingImages.Tests.Cpu;

/// <summary>
/// A convolution's exact results in double precision, and what bounds Winograd's error. Every result is a sum of products
/// A'_ip A'_jq (G g G')_pq (B' d B)_pq over p, q and channels, each of whose terms passes through at most
/// n = terms + <see cref="TransformRoundings"/> roundings of at most u = 2^-24 each. So the error is at most n u / (1 - n u) times the
/// sum of the terms' magnitudes, |A'| (sum over channels of (|G| |g| |G'|) * (|B'| |d| |B|)) |A| (Higham, Accuracy and Stability of
/// Numerical Algorithms, 2002, section 3.1 and lemma 3.1).
/// </summary>
sealed class WinogradSums
{
    /// <summary>
    /// A transform in one dimension rounds a term at most 7 times, its coefficients' own roundings included, with or without fused
    /// operations; there are three, in two dimensions. The scale factor rounds twice, the bias once, and sums of several parts 16 times.
    /// </summary>
    const int TransformRoundings = 2 * 3 * 7 + 2 + 1 + 16;

    WinogradSums(int count, int terms) => (Values, Magnitudes, Terms) = (new double[count], new double[count], terms);

    /// <summary>The number of products added up at each frequency.</summary>
    public int Terms { get; }

    public double[] Values { get; }

    public double[] Magnitudes { get; }

    /// <summary>Forward: results [N,OH,OW,O] of images x and filters f.</summary>
    public static WinogradSums Forward(ConvCase s, int rows, int columns, float[] x, float[] f)
    {
        var sums = new WinogradSums((int)s.Outputs.Count, s.C);
        for (int n = 0; n < s.N; n++)
            for (int y = 0; y < s.OutHeight; y++)
                for (int z = 0; z < s.OutWidth; z++)
                    for (int r = 0; r < s.KernelHeight; r++)
                        for (int q = 0; q < s.KernelWidth; q++)
                        {
                            int row = y + r - s.Padding, column = z + q - s.Padding;
                            if (row < 0 || row >= s.H || column < 0 || column >= s.W) continue;
                            for (int o = 0; o < s.O; o++)
                            {
                                int image = ((n * s.H + row) * s.W + column) * s.C;
                                int filter = ((o * s.KernelHeight + r) * s.KernelWidth + q) * s.C;
                                double sum = 0;
                                for (int c = 0; c < s.C; c++) sum += (double)x[image + c] * f[filter + c];
                                sums.Values[((n * s.OutHeight + y) * s.OutWidth + z) * s.O + o] += sum;
                            }
                        }

        WinogradMatrices down = new(rows, s.KernelHeight), across = new(columns, s.KernelHeight);
        var filters = new double[s.O * s.C][,];
        for (int o = 0; o < s.O; o++)
            for (int c = 0; c < s.C; c++)
                filters[o * s.C + c] = WinogradMatrices.Magnitudes(
                    down.Filter,
                    Numbers(s.KernelHeight, s.KernelWidth, (r, q) => f[((o * s.KernelHeight + r) * s.KernelWidth + q) * s.C + c]),
                    across.Filter);
        s.ForEachTile(rows, columns, (n, y, z) =>
        {
            double[][,] tiles = s.Tiles(down, across, x, n, y, z);
            for (int o = 0; o < s.O; o++)
            {
                double[,] magnitudes = WinogradMatrices.Magnitudes(
                    down.Result, Products(tiles, filters.AsSpan(o * s.C, s.C)), across.Result);
                for (int i = 0; i < Math.Min(rows, s.OutHeight - y); i++)
                    for (int j = 0; j < Math.Min(columns, s.OutWidth - z); j++)
                        sums.Magnitudes[((n * s.OutHeight + y + i) * s.OutWidth + z + j) * s.O + o] = magnitudes[i, j];
            }
        });
        return sums;
    }

    /// <summary>The filters' gradient [O,k,k,C] of images and gradients: its results are taps, its filters tiles of the gradient.</summary>
    public static WinogradSums FilterGradient(ConvCase s, int rows, int columns, float[] x, float[] gradients)
    {
        int taps = s.KernelHeight, count = 0;
        WinogradMatrices down = new(taps, rows), across = new(taps, columns);
        var products = new double[s.O * s.C][,];
        for (int i = 0; i < products.Length; i++) products[i] = new double[down.Size, across.Size];
        var exact = new double[s.Filters.Count];
        s.ForEachTile(rows, columns, (n, y, z) =>
        {
            count++;
            double[][,] tiles = s.Tiles(down, across, x, n, y, z);
            for (int o = 0; o < s.O; o++)
            {
                double[,] gradient = Numbers(rows, columns, (i, j) => y + i < s.OutHeight && z + j < s.OutWidth
                    ? gradients[((n * s.OutHeight + y + i) * s.OutWidth + z + j) * s.O + o] : 0);
                double[,] magnitudes = WinogradMatrices.Magnitudes(down.Filter, gradient, across.Filter);
                for (int c = 0; c < s.C; c++)
                    for (int p = 0; p < down.Size; p++)
                        for (int q = 0; q < across.Size; q++) products[o * s.C + c][p, q] += magnitudes[p, q] * tiles[c][p, q];
            }
        });
        s.ForEachProduct((i, j, k) => exact[j] += (double)x[i] * gradients[k]);

        var sums = new WinogradSums(exact.Length, count);
        exact.CopyTo(sums.Values, 0);
        for (int o = 0; o < s.O; o++)
            for (int c = 0; c < s.C; c++)
            {
                double[,] magnitudes = WinogradMatrices.Magnitudes(down.Result, products[o * s.C + c], across.Result);
                for (int r = 0; r < taps; r++)
                    for (int q = 0; q < taps; q++) sums.Magnitudes[((o * taps + r) * taps + q) * s.C + c] = magnitudes[r, q];
            }

        return sums;
    }

    /// <summary>Asserts the bound for every result and returns the root mean square of the error over that of the exact results.</summary>
    public double Check(float[] actual, string where)
    {
        double units = (Terms + TransformRoundings) * Math.Pow(2, -24), bound = units / (1 - units), errors = 0, squares = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            double error = actual[i] - Values[i];
            Assert.True(
                Math.Abs(error) <= bound * Magnitudes[i],
                $"{where}, result {i}: {actual[i]:R} instead of {Values[i]:R}, off by more than {bound * Magnitudes[i]:R}");
            (errors, squares) = (errors + error * error, squares + Values[i] * Values[i]);
        }

        return Math.Sqrt(errors / squares);
    }

    static double[,] Products(double[][,] tiles, ReadOnlySpan<double[,]> filters)
    {
        int rows = tiles[0].GetLength(0), columns = tiles[0].GetLength(1);
        var sum = new double[rows, columns];
        for (int c = 0; c < tiles.Length; c++)
            for (int p = 0; p < rows; p++)
                for (int q = 0; q < columns; q++) sum[p, q] += tiles[c][p, q] * filters[c][p, q];
        return sum;
    }

    static double[,] Numbers(int rows, int columns, Func<int, int, double> number)
    {
        var numbers = new double[rows, columns];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++) numbers[i, j] = number(i, j);
        return numbers;
    }
}
