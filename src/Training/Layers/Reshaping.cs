using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>The largest value of each window; rows and columns left over are dropped.</summary>
public sealed class MaxPool2D(int size = 2) : Layer
{
    /// <inheritdoc/>
    public override string Kind => "pool";

    /// <inheritdoc/>
    public override string Description => $"MaxPool2D {size}x{size}";

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x, Scope scope) => x.MaxPool2D(size);
}

/// <summary>[N,H,W,C] to [N, H W C], in the order of memory.</summary>
public sealed class Flatten : Layer
{
    /// <inheritdoc/>
    public override string Kind => "flatten";

    /// <inheritdoc/>
    public override string Description => "Flatten";

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x, Scope scope) => x.Reshape(Shape.Of(x.Shape[0], checked((int)(x.Shape.Count / x.Shape[0]))));
}

/// <summary>[N, n] to [N, sizes of one item].</summary>
public sealed class Reshape(Shape item) : Layer
{
    /// <inheritdoc/>
    public override string Kind => "reshape";

    /// <inheritdoc/>
    public override string Description => $"Reshape {item}";

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x, Scope scope) => x.Reshape(item.Batch(x.Shape[0]));
}
