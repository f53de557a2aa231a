using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>A description of a layer: it holds no arrays and can be applied in any number of graphs.</summary>
public abstract class Layer
{
    /// <summary>What the layer is called in paths, before its number: <c>conv</c> in <c>encoder/conv1</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>The layer in words, such as <c>Conv2D 3x3, 32, ReLU</c>.</summary>
    public abstract string Description { get; }

    /// <summary>Appends the layer's operations to the graph of <paramref name="x"/>; parameters are got, or made, by path.</summary>
    public abstract Tensor Apply(Tensor x, Scope scope);
}
