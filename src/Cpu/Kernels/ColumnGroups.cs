namespace GeneratingImages.Cpu;

/// <summary>
/// A window's row, cut into groups as wide as a tile. Where the channels fill tiles, a group is a slice of the channels, packed pixel
/// by pixel, and a tap of the window is an offset of one pixel. Few channels would waste most of a tile; then a group is a slice of
/// the whole row of the window, all taps and channels, packed once for every place of the window.
/// </summary>
sealed unsafe class ColumnGroups
{
    readonly ConvGeometry _geometry;
    readonly int _width, _row;
    readonly bool _byChannel;

    public ColumnGroups(ConvGeometry geometry, int width)
    {
        (_geometry, _width) = (geometry, width);
        int row = geometry.KernelWidth * geometry.Channels;
        _byChannel = geometry.KernelWidth * Tiles(geometry.Channels) <= Tiles(row);
        _row = _byChannel ? geometry.Channels : row;
        Count = Tiles(_row);
    }

    /// <summary>The number of groups.</summary>
    public int Count { get; }

    /// <summary>The taps of a window's row that a group serves by an offset.</summary>
    public int Taps => _byChannel ? _geometry.KernelWidth : 1;

    /// <summary>The distance between windows, in packed pixels.</summary>
    public int Step => _byChannel ? _geometry.Stride : 1;

    /// <summary>The floats of one packed row.</summary>
    public long PackedRow => (long)(_byChannel ? _geometry.PaddedWidth : _geometry.OutWidth) * _width;

    /// <summary>The columns in use of a group.</summary>
    public int Columns(int group) => Math.Min(_width, _row - group * _width);

    /// <summary>Packs a group's columns of some rows of the padded image. Columns not in use are zero.</summary>
    public void Pack(float* image, int group, int first, int rows, float* to)
    {
        ConvGeometry g = _geometry;
        int columns = Columns(group), length = g.Width * g.Channels;
        int pixels = _byChannel ? g.PaddedWidth : g.OutWidth, step = (_byChannel ? 1 : g.Stride) * g.Channels;
        for (int y = first - g.PadTop; y < first - g.PadTop + rows; y++, to += PackedRow)
        {
            if (y < 0 || y >= g.Height)
            {
                new Span<float>(to, (int)PackedRow).Clear();
                continue;
            }

            float* from = image + (nint)y * length, pixel = to;
            int start = group * _width - g.PadLeft * g.Channels;
            for (int x = 0; x < pixels; x++, start += step, pixel += _width)
            {
                int inside = Math.Max(0, -start), end = Math.Min(columns, length - start);
                if (inside == 0 && end == _width)
                {
                    for (int j = 0; j < _width; j++) pixel[j] = from[start + j];
                    continue;
                }

                for (int j = 0; j < _width; j++) pixel[j] = j >= inside && j < end ? from[start + j] : 0;
            }
        }
    }

    int Tiles(int columns) => (columns + _width - 1) / _width;
}
