using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>The two models of the article "Generating Images" (2020), and one that completes with skip connections.</summary>
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
    public static Autoencoder Deep(
        Shape image, int latent, IReadOnlyList<int> channels, int kernel = 3, Activation activation = Activation.Relu)
    {
        CheckSize(image, channels.Count);
        return new Autoencoder(Encoder(latent, channels, kernel, activation), new Sequential("decoder", [
            .. FromLatent(image),
            .. ToImage(image, channels, kernel, activation)]));
    }

    /// <summary>
    /// The deep model with two skip connections beside the latent vector, for completing: what is seen of the image is added to the
    /// decoder's first image, so that the convolutions see it at full resolution; and in the result the seen pixels stay as they are, so
    /// that neither latent vector nor decoder has to carry them.
    /// </summary>
    /// <exception cref="ArgumentException">The image is too small for that many poolings.</exception>
    public static Autoencoder Skip(
        Shape image, int latent, IReadOnlyList<int> channels, int kernel = 3, Activation activation = Activation.Relu)
    {
        CheckSize(image, channels.Count);
        return new Autoencoder(Encoder(latent, channels, kernel, activation), new Sequential("decoder", [
            .. FromLatent(image),
            new AddKept(Autoencoder.Input),
            .. ToImage(image, channels, kernel, activation)])) { KeepsSeen = true };
    }

    static Sequential Encoder(int latent, IReadOnlyList<int> channels, int kernel, Activation activation) => new("encoder", [
        .. channels.SelectMany(c => new Layer[] { new Conv2D(c, kernel, activation), new MaxPool2D() }),
        new Flatten(),
        new Dense(latent)]);

    static Layer[] FromLatent(Shape image) => [new Dense(checked((int)image.Count)), new Reshape(image)];

    static Layer[] ToImage(Shape image, IReadOnlyList<int> channels, int kernel, Activation activation) =>
    [
        .. channels.SkipLast(1).Reverse().Select(c => new ConvTranspose2D(c, kernel, activation)),
        new ConvTranspose2D(image[2], kernel),
    ];

    static void CheckSize(Shape image, int poolings)
    {
        if (Math.Min(image[0], image[1]) >> poolings < 1)
            throw new ArgumentException($"images of {image[0]}x{image[1]} cannot be halved {poolings} times");
    }
}
