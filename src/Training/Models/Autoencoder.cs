using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>An encoder to a latent vector and a decoder back to an image.</summary>
/// <param name="Encoder">[N,H,W,C] to [N,latent].</param>
/// <param name="Decoder">[N,latent] to [N,H,W,C]; with skip connections it takes what it is shown beside the latent vector.</param>
public sealed record Autoencoder(Sequential Encoder, Sequential Decoder)
{
    /// <summary>Under this name <see cref="Apply"/> keeps the images it is given; see <see cref="AddKept"/>.</summary>
    public const string Input = "input";

    /// <summary>
    /// Whether, when completing, the pixels that are seen are kept as they are: the model then makes the hidden ones only.
    /// </summary>
    public bool KeepsSeen { get; init; }

    /// <summary>Appends encoder and decoder.</summary>
    public Tensor Apply(Tensor images, Scope scope)
    {
        scope.Keep(Input, images);
        return scope.Apply(Decoder, Decoder.Name, scope.Apply(Encoder, Encoder.Name, images));
    }

    /// <summary>The layers with their output shapes and parameter counts, for images of a size.</summary>
    public IReadOnlyList<LayerSummary> Summarize(Shape image)
    {
        using var parameters = new Parameters(0);
        var scope = new Scope(parameters);
        Apply(new Graph().Add(new Input("images", image.Batch(1))), scope);
        return scope.Layers;
    }
}
