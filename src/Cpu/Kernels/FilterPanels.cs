namespace GeneratingImages.Cpu;

/// <summary>
/// Filters [O,kh,kw,C] as the micro-kernel reads them: panels of as many output channels as a tile is wide, and in each panel one row
/// for every number of a window, in the window's order. Channels beyond the last are zero.
/// </summary>
static unsafe class FilterPanels
{
    /// <summary>The floats of all panels.</summary>
    public static long Floats(ConvGeometry g, int columns) => (g.OutChannels + columns - 1) / columns * (long)columns * g.Window;

    /// <summary>Packs one panel for the convolution itself: output channel o is filter o.</summary>
    public static void Pack(ConvGeometry g, int columns, int panel, float* filters, float* to)
    {
        int first = panel * columns;
        Blocks.TransposePadded(filters + (nint)first * g.Window, g.Window, g.Window, Math.Min(columns, g.OutChannels - first), to, columns);
    }

    /// <summary>
    /// Packs one panel for the gradient of the input: output channel c is channel c of every filter, the windows are turned by 180
    /// degrees, and the filters' number is the window's channel.
    /// </summary>
    public static void PackTurned(ConvGeometry g, int columns, int panel, float* filters, float* to)
    {
        int first = panel * columns, count = Math.Min(columns, g.OutChannels - first), taps = g.KernelHeight * g.KernelWidth;
        for (int tap = taps - 1; tap >= 0; tap--, to += (nint)g.Channels * columns)
            Blocks.CopyPadded(filters + (nint)tap * g.OutChannels + first, (nint)taps * g.OutChannels, g.Channels, count, to, columns);
    }
}
