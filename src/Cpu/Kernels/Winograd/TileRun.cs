namespace GeneratingImages.Cpu;

/// <summary>Adjacent tiles of one row, in an image and in a block of transformed tiles [frequency, tile, channel].</summary>
unsafe struct TileRun
{
    /// <summary>The first channel of the first tile's first pixel. It may lie outside the image.</summary>
    public float* Image;

    /// <summary>The distances to the next pixel and to the next row of pixels.</summary>
    public nint NextPixel, NextRow;

    /// <summary>The rows and columns, counted from that pixel, which lie inside the image.</summary>
    public int FirstRow, EndRow, FirstColumn, EndColumn;

    /// <summary>The number of tiles, and the pixels from one to the next.</summary>
    public int Tiles, Step;

    /// <summary>The number of channels, a multiple of <see cref="Panel"/>.</summary>
    public int Channels;

    /// <summary>The first tile's first channel at the first frequency.</summary>
    public float* Block;

    /// <summary>The distances to the next frequency, to the next tile, and to the next <see cref="Panel"/> channels.</summary>
    public nint NextFrequency, NextTile, NextPanel;

    /// <summary>The number of channels that are adjacent in the block.</summary>
    public int Panel;

    /// <summary>The first tile's first code, where the image is one of pooled results; null for no codes.</summary>
    public byte* Codes;

    /// <summary>Where the results go through an activation's gradient, that activation's output at the first of them.</summary>
    public float* Activated;

    /// <summary>What results going back are added to, a number a channel; null for nothing.</summary>
    public float* Sums;

    /// <summary>What follows the channels' sums, null for nothing.</summary>
    public float* Bias;

    /// <summary>Scratch memory for half-transformed tiles of one vector of channels.</summary>
    public float* Half;
}
