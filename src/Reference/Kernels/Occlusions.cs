using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>Pixels hidden by masks, images moved, and vectors clipped.</summary>
static class Occlusions
{
    public static void HidePixels(HidePixels op, Call call)
    {
        Shape x = call.Shape(0);
        int cursor = (int)call.Input(3)[0];
        for (int image = 0; image < x[0]; image++)
        {
            int mask = (int)call.Input(2)[cursor + image];
            for (int pixel = 0; pixel < x[1] * x[2]; pixel++)
            for (int channel = 0; channel < x[3]; channel++)
            {
                int i = (image * x[1] * x[2] + pixel) * x[3] + channel;
                bool seen = call.Input(1)[mask * x[1] * x[2] + pixel] != 0;
                call.Output[i] = seen != op.Seen ? call.Input(0)[i] : 0;
            }
        }
    }

    public static void Move(MoveImages op, Call call)
    {
        Shape x = call.Shape(0);
        int cursor = (int)call.Input(2)[0];
        for (int image = 0; image < x[0]; image++)
        {
            (bool mirrored, int down, int right) = MoveImages.Parts((int)call.Input(1)[cursor + image]);
            for (int row = 0; row < x[1]; row++)
            for (int column = 0; column < x[2]; column++)
            for (int channel = 0; channel < x[3]; channel++)
            {
                int r = Math.Min(Math.Max(row + down, 0), x[1] - 1), c = Math.Min(Math.Max(column + right, 0), x[2] - 1);
                if (mirrored) c = x[2] - 1 - c;
                call.Output[((image * x[1] + row) * x[2] + column) * x[3] + channel] =
                    call.Input(0)[((image * x[1] + r) * x[2] + c) * x[3] + channel];
            }
        }
    }

    public static void ClipByNorm(ClipByNorm op, Call call)
    {
        double sum = 0;
        foreach (double value in call.Input(0)) sum += value * value;
        double factor = Math.Min(1, op.MaxNorm / Math.Sqrt(sum));
        for (int i = 0; i < call.Output.Length; i++) call.Output[i] = sum == 0 ? 0 : factor * call.Input(0)[i];
    }
}
