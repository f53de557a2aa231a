using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>The two models of the article "Generating Images" (2020).</summary>
public static class Autoencoders
{
    /// <summary>
    /// Basic: one dense layer each way and no activation, so a linear autoencoder, whose best result is known in closed form.
    /// </summary>
    public static Autoencoder Basic(Shape image, int latent) => new(
        new Sequential("encoder", [new Flatten(), new Dense(latent)]),
        new Sequential("decoder", [new Dense(checked((int)image.Count)), new Reshape(image)]));

    /// <summary>
    /// Deep: per encoder channel count a convolution and a 2 x 2 pooling, then a dense layer to the latent vector; back by a dense layer to
    /// the image's shape and transposed convolutions at full resolution with the encoder's channels reversed, without its
    /// last, then the image's. No activation after the last.
    /// </summary>
    /// <exception cref="ArgumentException">The image is too small for that many poolings.</exception>
    public static Autoencoder Deep(Shape image, int latent, IReadOnlyList<int> channels, int kernel = 3, Activation activation = Activation.Relu)
    {
        if (Math.Min(image[0], image[1]) >> channels.Count < 1)
            throw new ArgumentException($"images of {image[0]}x{image[1]} cannot be halved {channels.Count} times");
        return new Autoencoder(
            new Sequential("encoder", [
                .. channels.SelectMany(c => new Layer[] { new Conv2D(c, kernel, activation), new MaxPool2D() }),
                new Flatten(),
                new Dense(latent)]),
            new Sequential("decoder", [
                new Dense(checked((int)image.Count)),
                new Reshape(image),
                .. channels.SkipLast(1).Reverse().Select(c => new ConvTranspose2D(c, kernel, activation)),
                new ConvTranspose2D(image[2], kernel)]));
    }
}
