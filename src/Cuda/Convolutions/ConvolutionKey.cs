using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>Which of the three convolutions, each bilinear in two of images, filters and results.</summary>
enum ConvolutionDirection
{
    /// <summary>Images and filters give results.</summary>
    Forward,

    /// <summary>Results and filters give images: the transposed convolution.</summary>
    InputGradient,

    /// <summary>Images and results give filters.</summary>
    FilterGradient,
}

/// <summary>All that an algorithm's choice depends on, device and library aside.</summary>
/// <param name="Direction">What is computed.</param>
/// <param name="Images">[N,H,W,C].</param>
/// <param name="Filters">[O,kh,kw,C].</param>
/// <param name="Results">[N,OH,OW,O].</param>
/// <param name="Stride">The filters' step, along both axes.</param>
/// <param name="Padding">Zeros around an image, on all four sides.</param>
/// <param name="Precision">In what arithmetic.</param>
/// <param name="Relu">Whether bias and ReLU are to be computed in the same call, if there is one that can.</param>
sealed record ConvolutionKey(
    ConvolutionDirection Direction, Shape Images, Shape Filters, Shape Results, int Stride, int Padding, Precision Precision, bool Relu)
{
    /// <summary>The shape that is computed.</summary>
    public Shape Computed => Direction switch
    {
        ConvolutionDirection.Forward => Results,
        ConvolutionDirection.InputGradient => Images,
        _ => Filters,
    };

    /// <summary>The shapes of the two factors, in the order of the operation's inputs.</summary>
    public (Shape First, Shape Second) Factors => Direction switch
    {
        ConvolutionDirection.Forward => (Images, Filters),
        ConvolutionDirection.InputGradient => (Results, Filters),
        _ => (Images, Results),
    };

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Direction} {Images} {Filters} stride {Stride} padding {Padding} {Precision}{(Relu ? " relu" : "")}";
}
