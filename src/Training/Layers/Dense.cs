using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>A dense layer with bias, then an activation: [N,in] to [N,units]. Its weight is [units, in].</summary>
public sealed class Dense(int units, Activation activation = Activation.None) : Layer
{
    /// <inheritdoc/>
    public override string Kind => "dense";

    /// <inheritdoc/>
    public override string Description => $"Dense {units}{Words.Suffix(activation)}";

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x, Scope scope)
    {
        Tensor weight = scope.Parameter(x.Graph, "weight", Shape.Of(units, x.Shape[^1]), new GlorotUniform());
        Tensor bias = scope.Parameter(x.Graph, "bias", Shape.Of(units), new Zeros());
        return x.MatMul(weight, transposeB: true).AddBias(bias).Activate(activation);
    }
}
