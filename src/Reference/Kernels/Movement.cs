using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>Operations that only move or blank elements, and the reading of image bytes.</summary>
static class Movement
{
    public static void Pack(Pack op, Call call)
    {
        for (int i = 0; i < call.Count; i++)
            call.Input(i).CopyTo(call.Output[(op.Group.Members[i].Offset - op.Group.Offset)..]);
    }

    public static void HideRows(HideRows op, Call call)
    {
        Shape x = call.Shape(0);
        for (int i = 0; i < call.Output.Length; i++)
        {
            int row = i / x[3] / x[2] % x[1];
            call.Output[i] = row < op.FirstRow ? call.Input(0)[i] : 0;
        }
    }

    public static void Gather(GatherImages op, Call call)
    {
        ReadOnlySpan<double> pixels = call.Input(0);
        ReadOnlySpan<double> order = call.Input(1);
        int cursor = (int)call.Input(2)[0], size = call.Output.Length / op.Batch;
        for (int b = 0; b < op.Batch; b++)
        for (int i = 0; i < size; i++)
            call.Output[b * size + i] = pixels[(int)order[cursor + b] * size + i] / 255;
    }
}
