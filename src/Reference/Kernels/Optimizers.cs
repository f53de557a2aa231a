using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>Optimiser updates, as arXiv 1412.6980 writes them.</summary>
static class Optimizers
{
    public static void Adam(AdamStep op, Call call)
    {
        if (!Begin(call, out double t)) return;
        (double b1, double b2, double rate, double epsilon) = (op.Beta1, op.Beta2, op.Rate.At(t - 1), op.Epsilon);
        Span<double> w = call.State(0);
        Span<double> m = call.State(1);
        Span<double> v = call.State(2);
        ReadOnlySpan<double> g = call.Input(3);
        double c1 = 1 - Math.Pow(b1, t), c2 = 1 - Math.Pow(b2, t);
        for (int i = 0; i < w.Length; i++)
        {
            m[i] = b1 * m[i] + (1 - b1) * g[i];
            v[i] = b2 * v[i] + (1 - b2) * g[i] * g[i];
            w[i] *= 1 - rate * op.WeightDecay;
            w[i] -= op.Place == EpsilonPlace.InsideCorrection
                ? rate / c1 * m[i] / (Math.Sqrt(v[i] / c2) + epsilon)
                : rate * Math.Sqrt(c2) / c1 * m[i] / (Math.Sqrt(v[i]) + epsilon);
        }
    }

    public static void Adamax(AdamaxStep op, Call call)
    {
        if (!Begin(call, out double t)) return;
        (double b1, double b2, double rate, double epsilon) = (op.Beta1, op.Beta2, op.Rate.At(t - 1), op.Epsilon);
        Span<double> w = call.State(0);
        Span<double> m = call.State(1);
        Span<double> u = call.State(2);
        ReadOnlySpan<double> g = call.Input(3);
        double c1 = 1 - Math.Pow(b1, t);
        for (int i = 0; i < w.Length; i++)
        {
            m[i] = b1 * m[i] + (1 - b1) * g[i];
            u[i] = Math.Max(b2 * u[i], Math.Abs(g[i]));
            w[i] *= 1 - rate * op.WeightDecay;
            w[i] -= rate / c1 * m[i] / (u[i] + epsilon);
        }
    }

    /// <summary>The number of this step, from 1, and whether the loss allows it.</summary>
    static bool Begin(Call call, out double step)
    {
        call.Output.Fill(double.NaN); // The output is only a place in the order of running; nobody may read it.
        step = call.Input(4)[0] + 1;
        return double.IsFinite(call.Input(5)[0]);
    }
}
