using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// A convolution k x k, 'same' padding, stride 1, with bias, then an activation: [N,H,W,C] to [N,H,W,filters]. Its weight is
/// [filters, k, k, C].
/// </summary>
public sealed class Conv2D : Layer
{
    readonly int _filters, _kernel;
    readonly Activation _activation;

    /// <summary>Describes a convolution.</summary>
    /// <exception cref="ArgumentException">The kernel is even: 'same' padding would not be symmetric.</exception>
    public Conv2D(int filters, int kernel = 3, Activation activation = Activation.None)
    {
        if (kernel % 2 == 0) throw new ArgumentException($"kernel {kernel}: 'same' padding needs an odd size");
        (_filters, _kernel, _activation) = (filters, kernel, activation);
    }

    /// <inheritdoc/>
    public override string Kind => "conv";

    /// <inheritdoc/>
    public override string Description => $"Conv2D {_kernel}x{_kernel}, {_filters}{Words.Suffix(_activation)}";

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x, Scope scope)
    {
        Tensor weight = scope.Parameter(x.Graph, "weight", Shape.Of(_filters, _kernel, _kernel, x.Shape[^1]), new GlorotUniform());
        Tensor bias = scope.Parameter(x.Graph, "bias", Shape.Of(_filters), new Zeros());
        return x.Conv2D(weight, 1, _kernel / 2).AddBias(bias).Activate(_activation);
    }
}

/// <summary>
/// A transposed convolution k x k, 'same' padding, stride 1, with bias, then an activation: [N,H,W,C] to [N,H,W,filters]. Its weight
/// is [C, k, k, filters], that of the convolution it transposes.
/// </summary>
public sealed class ConvTranspose2D : Layer
{
    readonly int _filters, _kernel;
    readonly Activation _activation;

    /// <summary>Describes a transposed convolution.</summary>
    /// <exception cref="ArgumentException">The kernel is even: 'same' padding would not be symmetric.</exception>
    public ConvTranspose2D(int filters, int kernel = 3, Activation activation = Activation.None)
    {
        if (kernel % 2 == 0) throw new ArgumentException($"kernel {kernel}: 'same' padding needs an odd size");
        (_filters, _kernel, _activation) = (filters, kernel, activation);
    }

    /// <inheritdoc/>
    public override string Kind => "deconv";

    /// <inheritdoc/>
    public override string Description => $"ConvTranspose2D {_kernel}x{_kernel}, {_filters}{Words.Suffix(_activation)}";

    /// <inheritdoc/>
    public override Tensor Apply(Tensor x, Scope scope)
    {
        Tensor weight = scope.Parameter(x.Graph, "weight", Shape.Of(x.Shape[^1], _kernel, _kernel, _filters), new GlorotUniform());
        Tensor bias = scope.Parameter(x.Graph, "bias", Shape.Of(_filters), new Zeros());
        return x.Conv2DInputGrad(weight, x.Shape[1], x.Shape[2], 1, _kernel / 2).AddBias(bias).Activate(_activation);
    }
}

static class Words
{
    public static string Suffix(Activation activation) => activation switch
    {
        Activation.None => "",
        Activation.Relu => ", ReLU",
        Activation.Elu => ", ELU",
        _ => $", {activation}",
    };
}
