using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>Second results: evaluated anew from what made the first.</summary>
static class SideOutputs
{
    public static void Evaluate(SideOutput op, Call call)
    {
        Node source = call.Node.Inputs[0].Node;
        switch (source.Op)
        {
            case ActivateGrad { Bias: true } or Conv2D { Back: not Activation.None } or Conv2DInputGrad { Back: not Activation.None }:
                Pointwise.SumToLastAxis(call);
                break;
            case Conv2D { Pool: true } convolution:
                Call made = call.Source;
                double[] results = Convolutions.Results(convolution, made, out Shape shape);
                Pooling.Codes(results, shape, made.OutputShape, call.Output);
                break;
            default:
                throw new InvalidOperationException($"{call.Node}: {call.Node.Inputs[0]} has no side output");
        }
    }
}
