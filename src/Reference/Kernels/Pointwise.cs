using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>Sums of tensors and of bias vectors.</summary>
static class Pointwise
{
    public static void Add(Add op, Call call)
    {
        for (int i = 0; i < call.Output.Length; i++) call.Output[i] = call.Input(0)[i] + call.Input(1)[i];
    }

    public static void AddBias(AddBias op, Call call)
    {
        int channels = call.OutputShape[^1];
        for (int i = 0; i < call.Output.Length; i++) call.Output[i] = call.Input(0)[i] + call.Input(1)[i % channels];
    }

    public static void BiasGrad(BiasGrad op, Call call) => SumToLastAxis(call);

    public static void SumToLastAxis(Call call)
    {
        int channels = call.OutputShape[^1];
        for (int i = 0; i < call.Input(0).Length; i++) call.Output[i % channels] += call.Input(0)[i];
    }
}
