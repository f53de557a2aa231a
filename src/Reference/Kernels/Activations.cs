using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>Activations, their gradients, and the epilogue that fuses them.</summary>
static class Activations
{
    public static void Forward(Activate op, Call call)
    {
        for (int i = 0; i < call.Output.Length; i++) call.Output[i] = Apply(op.Kind, call.Input(0)[i]);
    }

    public static void Gradient(ActivateGrad op, Call call)
    {
        for (int i = 0; i < call.Output.Length; i++) call.Output[i] = Derivative(op.Kind, call.Input(0)[i]) * call.Input(1)[i];
    }

    /// <summary>Adds the bias (the third input) and activates, as the fused operations do to each result.</summary>
    public static void Finish(Epilogue epilogue, Call call) => Finish(epilogue, call, call.Output);

    /// <summary>The same of results that are not yet the output.</summary>
    public static void Finish(Epilogue epilogue, Call call, Span<double> results)
    {
        int channels = call.OutputShape[^1];
        for (int i = 0; i < results.Length; i++)
        {
            double bias = epilogue.Bias ? call.Input(2)[i % channels] : 0;
            results[i] = Apply(epilogue.Activation, results[i] + bias);
        }
    }

    /// <summary>Multiplies each result by the derivative at the activation's output, the third input.</summary>
    public static void Back(Activation kind, Call call)
    {
        for (int i = 0; kind != Activation.None && i < call.Output.Length; i++) call.Output[i] *= Derivative(kind, call.Input(2)[i]);
    }

    static double Apply(Activation kind, double x) => kind switch
    {
        Activation.None => x,
        Activation.Relu => x > 0 ? x : 0,
        Activation.Elu => x > 0 ? x : Math.Exp(x) - 1,
        _ => throw new NotSupportedException($"the reference does not know the activation {kind}"),
    };

    /// <summary>The derivative from the output y.</summary>
    static double Derivative(Activation kind, double y) => kind switch
    {
        Activation.None => 1,
        Activation.Relu => y > 0 ? 1 : 0,
        Activation.Elu => y > 0 ? 1 : y + 1,
        _ => throw new NotSupportedException($"the reference does not know the activation {kind}"),
    };
}
