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
        int first = panel * columns, count = Math.Min(columns, g.OutChannels - first);
        float* from = filters + (nint)first * g.Window;
        for (int i = 0; i < g.Window; i++, from++, to += columns)
        {
            for (int j = 0; j < count; j++) to[j] = from[(nint)j * g.Window];
            for (int j = count; j < columns; j++) to[j] = 0;
        }
    }

    /// <summary>
    /// Packs one panel for the gradient of the input: output channel c is channel c of every filter, the windows are turned by 180
    /// degrees, and the filters' number is the window's channel.
    /// </summary>
    public static void PackTurned(ConvGeometry g, int columns, int panel, float* filters, float* to)
    {
        int first = panel * columns, count = Math.Min(columns, g.OutChannels - first), taps = g.KernelHeight * g.KernelWidth;
        for (int tap = taps - 1; tap >= 0; tap--)
        {
            for (int channel = 0; channel < g.Channels; channel++, to += columns)
            {
                float* from = filters + ((nint)channel * taps + tap) * g.OutChannels + first;
                for (int j = 0; j < count; j++) to[j] = from[j];
                for (int j = count; j < columns; j++) to[j] = 0;
            }
        }
    }
}
