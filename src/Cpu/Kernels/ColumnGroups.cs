namespace GeneratingImages.Cpu;

/// <summary>
/// The entries of a window, cut into groups as wide as a tile. Where the channels fill tiles, a group is a slice of the channels, packed
/// pixel by pixel, and a tap of the window is an offset in it. Few channels would leave most of a tile empty; then a group is a slice
/// of a whole row of the window, or of the whole window, packed anew for every place of the window.
/// </summary>
sealed unsafe class ColumnGroups
{
    readonly ConvGeometry _geometry;
    readonly int _width, _entries, _run;

    public ColumnGroups(ConvGeometry geometry, int width)
    {
        (_geometry, _width) = (geometry, width);
        int row = geometry.KernelWidth * geometry.Channels;
        int byChannel = geometry.KernelHeight * geometry.KernelWidth * Tiles(geometry.Channels, width);
        int byRow = geometry.KernelHeight * Tiles(row, width), byWindow = Tiles(geometry.Window, width);
        if (byWindow < byRow && byWindow < byChannel) (_entries, _run, Rows, Taps) = (geometry.Window, row, 1, 1);
        else if (byRow < byChannel) (_entries, _run, Rows, Taps) = (row, row, geometry.KernelHeight, 1);
        else (_entries, _run, Rows, Taps) = (geometry.Channels, geometry.Channels, geometry.KernelHeight, geometry.KernelWidth);
        Count = Tiles(_entries, width);
    }

    /// <summary>The number of groups.</summary>
    public int Count { get; }

    /// <summary>The rows of a window that a group serves by an offset, of a packed row each.</summary>
    public int Rows { get; }

    /// <summary>The taps of a window's row that a group serves by an offset, of a packed pixel each.</summary>
    public int Taps { get; }

    /// <summary>The tiles beside each other that cover a window.</summary>
    public int Total => Count * Rows * Taps;

    /// <summary>The distance between windows, in packed rows.</summary>
    public int RowStep => WholeWindow ? 1 : _geometry.Stride;

    /// <summary>The distance between windows, in packed pixels.</summary>
    public int PixelStep => ByChannel ? _geometry.Stride : 1;

    /// <summary>The floats of one packed row.</summary>
    public nint PackedRow => (nint)(ByChannel ? _geometry.PaddedWidth : _geometry.OutWidth) * _width;

    bool ByChannel => _entries == _geometry.Channels;

    bool WholeWindow => _entries > _run;

    /// <summary>The packed rows that serve so many rows of windows.</summary>
    public int PackedRows(int rows) => WholeWindow ? rows : _geometry.PaddedRows(rows);

    /// <summary>The columns in use of a group.</summary>
    public int Columns(int group) => Math.Min(_width, _entries - group * _width);

    /// <summary>The entry of the window that belongs to a group's first column, at an offset of rows and taps.</summary>
    public int Entry(int group, int row, int tap) => (row * _geometry.KernelWidth + tap) * _geometry.Channels + group * _width;

    /// <summary>Packs a group's columns for some rows of windows. Columns not in use are zero.</summary>
    public void Pack(float* image, int group, int row, int rows, float* to)
    {
        ConvGeometry g = _geometry;
        int first = group * _width, end = first + Columns(group);
        for (int i = 0; i < PackedRows(rows); i++, to += PackedRow)
        {
            if (end - first < _width) new Span<float>(to, (int)PackedRow).Clear();
            int y = (WholeWindow ? (row + i) * g.Stride : row * g.Stride + i) - g.PadTop;
            for (int start = first / _run * _run; start < end; start += _run)
            {
                int begin = Math.Max(first, start), count = Math.Min(end, start + _run) - begin;
                PackRun(image, y + start / _run, begin - start, count, to + begin - first);
            }
        }
    }

    /// <summary>Packs some adjacent entries of each pixel's window, or each pixel, in one row of the image.</summary>
    void PackRun(float* image, int y, int entry, int count, float* to)
    {
        ConvGeometry g = _geometry;
        int length = g.Width * g.Channels, pixels = ByChannel ? g.PaddedWidth : g.OutWidth, step = (ByChannel ? 1 : g.Stride) * g.Channels;
        float* from = image + (nint)y * length;
        int start = entry - g.PadLeft * g.Channels, inside = pixels, end = pixels;
        if (y >= 0 && y < g.Height)
        {
            // Pixels whose entries all lie in the image; a run that is wider than the image has none.
            inside = Math.Min(pixels, start >= 0 ? 0 : (step - 1 - start) / step);
            end = Math.Clamp(length - count < start ? 0 : (length - count - start) / step + 1, inside, pixels);
        }

        for (int x = 0; x < pixels; x++)
        {
            if (x == inside) x = end;
            if (x == pixels) break;
            for (int j = 0; j < count; j++)
            {
                int at = start + x * step + j;
                to[(nint)x * _width + j] = y >= 0 && y < g.Height && at >= 0 && at < length ? from[at] : 0;
            }
        }

        if (count >= 4)
            for (int x = inside; x < end; x++) Blocks.Copy(from + start + x * step, to + (nint)x * _width, count);
        else
            for (int j = 0; j < count; j++)
                for (int x = inside; x < end; x++) to[(nint)x * _width + j] = from[start + x * step + j];
    }

    static int Tiles(int columns, int width) => (columns + width - 1) / width;
}
