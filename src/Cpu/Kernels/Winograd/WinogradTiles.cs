namespace GeneratingImages.Cpu;

/// <summary>
/// The tiles of a convolution's images, numbered row by row, image by image, each with <paramref name="Rows"/> rows and
/// <paramref name="Columns"/> columns of results, of which the last may lie outside.
/// </summary>
readonly record struct WinogradTiles(ConvGeometry Geometry, int Rows, int Columns)
{
    /// <summary>The number of tiles.</summary>
    public int Count => Geometry.Images * PerImage;

    int Across => (Geometry.OutWidth + Columns - 1) / Columns;

    int PerImage => Across * ((Geometry.OutHeight + Rows - 1) / Rows);

    /// <summary>The floats of a run's half-transformed tiles, for vectors of so many lanes.</summary>
    public long HalfFloats(WinogradVariant variant)
    {
        int lanes = variant.Micro.Columns / 2;
        return ((Across - 1) * (long)Columns + variant.TileColumns) * variant.TileRows * lanes;
    }

    /// <summary>
    /// The tiles from one on that lie in its row, up to <paramref name="most"/>, as the convolution's input, with the pixels
    /// around them that a window needs.
    /// </summary>
    public unsafe TileRun Inputs(float* images, int first, int most)
    {
        ConvGeometry g = Geometry;
        (int image, int y, int x) = Place(first);
        (y, x) = (y - g.PadTop, x - g.PadLeft);
        return Run(images, image, y, x, g.Height, g.Width, g.Channels, Math.Min(most, Across - first % PerImage % Across));
    }

    /// <summary>The same as the convolution's results, or their gradients.</summary>
    public unsafe TileRun Outputs(float* images, int first, int most)
    {
        ConvGeometry g = Geometry;
        (int image, int y, int x) = Place(first);
        return Run(images, image, y, x, g.OutHeight, g.OutWidth, g.OutChannels, Math.Min(most, Across - first % PerImage % Across));
    }

    /// <summary>The same as the results pooled by 2x2, and their codes unless those are null.</summary>
    public unsafe TileRun Pooled(float* images, byte* codes, int first, int most)
    {
        ConvGeometry g = Geometry;
        (int image, int y, int x) = Place(first);
        most = Math.Min(most, Across - first % PerImage % Across);
        TileRun run = Run(images, image, y / 2, x / 2, g.OutHeight / 2, g.OutWidth / 2, g.OutChannels, most);
        run.Step = Columns / 2;
        run.Codes = codes == null ? null : codes + (run.Image - images) / 4;
        return run;
    }

    unsafe TileRun Run(float* images, int image, int y, int x, int height, int width, int channels, int tiles) => new()
    {
        Image = images + (((nint)image * height + y) * width + x) * channels,
        NextPixel = channels,
        NextRow = (nint)width * channels,
        FirstRow = Math.Max(0, -y),
        EndRow = height - y,
        FirstColumn = Math.Max(0, -x),
        EndColumn = width - x,
        Tiles = tiles,
        Step = Columns,
        Channels = channels,
    };

    (int Image, int Y, int X) Place(int tile)
    {
        (int image, int place) = Math.DivRem(tile, PerImage);
        (int y, int x) = Math.DivRem(place, Across);
        return (image, y * Rows, x * Columns);
    }
}
