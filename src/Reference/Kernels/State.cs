using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>Counters and running sums. Their outputs, like those of optimisers, carry nothing.</summary>
static class State
{
    public static void Increment(Increment op, Call call)
    {
        call.Output.Fill(double.NaN);
        call.State(0)[0] += op.By;
    }

    public static void Accumulate(Accumulate op, Call call)
    {
        call.Output.Fill(double.NaN);
        call.State(0)[0] += op.Weight * call.Input(1)[0];
    }
}
