using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>The reference's functions, one line per operation.</summary>
static class ReferenceTable
{
    static readonly Dictionary<Type, Action<Call>> Functions = [];

    static ReferenceTable()
    {
        Add<Conv2D>(Convolutions.Forward);
        Add<Conv2DInputGrad>(Convolutions.InputGrad);
        Add<Conv2DFilterGrad>(Convolutions.FilterGrad);
        Add<MatMul>(MatrixProduct.Multiply);
        Add<Add>(Pointwise.Add);
        Add<AddBias>(Pointwise.AddBias);
        Add<BiasGrad>(Pointwise.BiasGrad);
        Add<Activate>(Activations.Forward);
        Add<ActivateGrad>(Activations.Gradient);
        Add<SideOutput>(SideOutputs.Evaluate);
        Add<MaxPool2D>(Pooling.Forward);
        Add<MaxPool2DGrad>(Pooling.Gradient);
        Add<MaxUnpool2D>(Pooling.Unpool);
        Add<MeanSquaredError>(Losses.Mean);
        Add<MeanSquaredErrorGrad>(Losses.MeanGradient);
        Add<Pack>(Movement.Pack);
        Add<HideRows>(Movement.HideRows);
        Add<GatherImages>(Movement.Gather);
        Add<HidePixels>(Occlusions.HidePixels);
        Add<MoveImages>(Occlusions.Move);
        Add<ClipByNorm>(Occlusions.ClipByNorm);
        Add<AdamStep>(Optimizers.Adam);
        Add<AdamaxStep>(Optimizers.Adamax);
        Add<Increment>(State.Increment);
        Add<Accumulate>(State.Accumulate);
    }

    public static IReadOnlyCollection<Type> Operations => Functions.Keys;

    public static void Evaluate(Call call)
    {
        if (!Functions.TryGetValue(call.Node.Op.GetType(), out Action<Call>? function))
            throw new NoKernelException($"{call.Node}: the reference has no function for {call.Node.Op.Name}; add one to ReferenceTable");
        function(call);
    }

    static void Add<TOp>(Action<TOp, Call> function)
        where TOp : Op => Functions.Add(typeof(TOp), call => function((TOp)call.Node.Op, call));
}
