using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>Losses and their gradients.</summary>
static class Losses
{
    public static void Mean(MeanSquaredError op, Call call)
    {
        ReadOnlySpan<double> prediction = call.Input(0);
        ReadOnlySpan<double> target = call.Input(1);
        double sum = 0;
        for (int i = 0; i < prediction.Length; i++) sum += (prediction[i] - target[i]) * (prediction[i] - target[i]);
        call.Output[0] = sum / prediction.Length;
    }

    public static void MeanGradient(MeanSquaredErrorGrad op, Call call)
    {
        ReadOnlySpan<double> prediction = call.Input(0);
        ReadOnlySpan<double> target = call.Input(1);
        double scale = 2.0 / prediction.Length * call.Input(2)[0];
        for (int i = 0; i < prediction.Length; i++) call.Output[i] = scale * (prediction[i] - target[i]);
    }
}
