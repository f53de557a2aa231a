using GeneratingImages.Core;

namespace GeneratingImages.Tests.Cpu;

/// <summary>The shapes of a convolution, forward: images [N,H,W,C], filters [O,kh,kw,C].</summary>
public sealed record ConvCase(int N, int H, int W, int C, int O, int KernelHeight, int KernelWidth, int Stride, int Padding)
{
    public int OutHeight => (H + 2 * Padding - KernelHeight) / Stride + 1;

    public int OutWidth => (W + 2 * Padding - KernelWidth) / Stride + 1;

    public Shape Images => Shape.Of(N, H, W, C);

    public Shape Filters => Shape.Of(O, KernelHeight, KernelWidth, C);

    public Shape Outputs => Shape.Of(N, OutHeight, OutWidth, O);

    public static readonly ConvCase[] All =
    [
        new(1, 1, 1, 1, 1, 1, 1, 1, 0),
        new(2, 5, 4, 3, 2, 3, 3, 1, 1),
        new(1, 3, 3, 1, 1, 5, 5, 1, 2),
        new(3, 7, 28, 1, 32, 5, 5, 1, 2),
        new(2, 6, 45, 3, 33, 3, 3, 1, 1),
        new(2, 22, 22, 4, 17, 5, 5, 1, 2),
        new(5, 4, 4, 33, 20, 5, 5, 1, 2),
        new(2, 14, 11, 16, 31, 3, 5, 1, 1),
        new(3, 9, 8, 32, 3, 5, 5, 1, 2),
        new(2, 32, 32, 20, 1, 3, 3, 1, 1),
        new(17, 3, 5, 48, 12, 3, 3, 1, 1),
        new(2, 11, 10, 5, 7, 4, 2, 2, 1),
        new(2, 16, 15, 3, 9, 5, 5, 2, 2),
        new(1, 13, 9, 32, 18, 3, 3, 3, 0),
        new(2, 8, 8, 64, 40, 1, 1, 1, 0),
        new(1, 6, 13, 128, 16, 5, 5, 1, 2),
        new(1, 5, 6, 9, 170, 5, 5, 1, 2),
    ];

    /// <summary>
    /// Calls for every pair of pixels and channels that a filter's number connects, with the places of input, filter and output.
    /// </summary>
    public void ForEachProduct(Action<int, int, int> add)
    {
        for (int n = 0; n < N; n++)
            for (int y = 0; y < OutHeight; y++)
                for (int x = 0; x < OutWidth; x++)
                    for (int r = 0; r < KernelHeight; r++)
                        for (int q = 0; q < KernelWidth; q++)
                        {
                            int row = y * Stride + r - Padding, column = x * Stride + q - Padding;
                            if (row < 0 || row >= H || column < 0 || column >= W) continue;
                            for (int o = 0; o < O; o++)
                                for (int c = 0; c < C; c++)
                                    add(((n * H + row) * W + column) * C + c, ((o * KernelHeight + r) * KernelWidth + q) * C + c,
                                        ((n * OutHeight + y) * OutWidth + x) * O + o);
                        }
    }
}
