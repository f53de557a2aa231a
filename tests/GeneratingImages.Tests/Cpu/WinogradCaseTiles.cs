namespace GeneratingImages.Tests.Cpu;

/// <summary>The tiles of a convolution at stride 1, so many rows and columns of results each.</summary>
static class WinogradCaseTiles
{
    /// <summary>Calls with each tile's image, row and column.</summary>
    public static void ForEachTile(this ConvCase s, int rows, int columns, Action<int, int, int> use)
    {
        for (int n = 0; n < s.N; n++)
            for (int y = 0; y < s.OutHeight; y += rows)
                for (int x = 0; x < s.OutWidth; x += columns) use(n, y, x);
    }

    /// <summary>|B'| |d| |B| of a tile's input, for every channel.</summary>
    public static double[][,] Tiles(
        this ConvCase s, WinogradMatrices down, WinogradMatrices across, float[] images, int n, int y, int x)
    {
        var tiles = new double[s.C][,];
        for (int c = 0; c < s.C; c++)
        {
            var tile = new double[down.Size, across.Size];
            for (int i = 0; i < down.Size; i++)
                for (int j = 0; j < across.Size; j++)
                {
                    int row = y + i - s.Padding, column = x + j - s.Padding;
                    if (row < 0 || row >= s.H || column < 0 || column >= s.W) continue;
                    tile[i, j] = images[((n * s.H + row) * s.W + column) * s.C + c];
                }

            tiles[c] = WinogradMatrices.Magnitudes(down.Data, tile, across.Data);
        }

        return tiles;
    }
}
