namespace GeneratingImages.Cpu;

/// <summary>
/// How a convolution's output is cut into parts, by its shapes alone: a block of rows of one image, or a few whole images where they
/// are small.
/// </summary>
readonly record struct ConvParts(int Images, int OutHeight, int ImagesPerPart, int RowsPerPart)
{
    int RowBlocks => (OutHeight + RowsPerPart - 1) / RowsPerPart;

    /// <summary>The number of parts.</summary>
    public int Count => (Images + ImagesPerPart - 1) / ImagesPerPart * RowBlocks;

    /// <summary>A part's images and rows of output.</summary>
    public (int Image, int Images, int Row, int Rows) this[int part]
    {
        get
        {
            (int block, int rowBlock) = Math.DivRem(part, RowBlocks);
            (int image, int row) = (block * ImagesPerPart, rowBlock * RowsPerPart);
            return (image, Math.Min(ImagesPerPart, Images - image), row, Math.Min(RowsPerPart, OutHeight - row));
        }
    }

    /// <summary>
    /// Parts whose padded rows take up to <paramref name="budget"/> floats, and at least so many parts where that is possible; their rows
    /// are a multiple of <paramref name="together"/>.
    /// </summary>
    public static ConvParts Of(ConvGeometry g, int budget, int minimumParts, int together = 1)
    {
        int rows = (int)Math.Clamp((budget / g.PaddedRow - g.KernelHeight) / g.Stride + 1, 1, g.OutHeight);
        int images = 1;
        if (rows == g.OutHeight)
        {
            long image = g.PaddedRows(rows) * g.PaddedRow;
            images = (int)Math.Clamp(budget / image, 1, Math.Max(1, g.Images / minimumParts));
        }

        int blocks = (g.OutHeight + rows - 1) / rows;
        while (images == 1 && g.Images * blocks < minimumParts && blocks < g.OutHeight) blocks++;
        int perBlock = (g.OutHeight + blocks - 1) / blocks;
        return new(g.Images, g.OutHeight, images, (perBlock + together - 1) / together * together);
    }

    /// <summary>The floats of a part's padded rows.</summary>
    public long PaddedFloats(ConvGeometry g) => ImagesPerPart * (long)g.PaddedRows(RowsPerPart) * g.PaddedRow;
}
