using GeneratingImages.Core;
using static TorchSharp.torch;
using Shape = GeneratingImages.Core.Shape;
using Tensor = TorchSharp.torch.Tensor;

namespace GeneratingImages.Peer;

/// <summary>
/// This project's weights and images in libtorch's layouts. Ours are channels-last: conv [out,k,k,in], transposed conv [in,k,k,out], dense
/// over H,W,C; libtorch's are conv [out,in,k,k], transposed conv [in,out,k,k], dense over C,H,W unless activations stay channels-last.
/// </summary>
static class TorchWeights
{
    /// <summary>The images [N,C,H,W].</summary>
    public static Tensor Images(Cell cell, StartData start, bool channelsLast)
    {
        Shape i = cell.Image;
        Tensor images = tensor(start.Floats(), [cell.Batch, i[0], i[1], i[2]]).permute(0, 3, 1, 2);
        return channelsLast ? images : images.contiguous();
    }

    /// <summary>A convolution's filter [out,in,k,k]; its memory is channels-last if asked for.</summary>
    public static Tensor Conv(Weight weight, bool channelsLast) => InMemory(Ours(weight).permute(0, 3, 1, 2), channelsLast);

    /// <summary>A transposed convolution's filter [in,out,k,k], or [out,in,k,k] and flipped for the convolution that does the same.</summary>
    public static Tensor Deconv(Weight weight, bool asConvolution, bool channelsLast) => InMemory(
        asConvolution ? Ours(weight).permute(3, 0, 1, 2).flip(2, 3) : Ours(weight).permute(0, 3, 1, 2), channelsLast);

    /// <summary>A dense layer's weight whose inputs are the pixels of an encoder's result [H,W,C].</summary>
    public static Tensor FromPixels(Weight weight, int height, int width, bool channelsLast)
    {
        Tensor w = Ours(weight);
        if (channelsLast) return w;
        long channels = w.shape[1] / (height * width);
        return w.reshape(w.shape[0], height, width, channels).permute(0, 3, 1, 2).reshape(w.shape);
    }

    /// <summary>A dense layer's weight or bias whose outputs are an image's pixels.</summary>
    public static Tensor ToPixels(Weight weight, Shape image, bool channelsLast)
    {
        Tensor w = Ours(weight);
        return channelsLast ? w : w.reshape(image[0], image[1], image[2], -1).permute(2, 0, 1, 3).reshape(w.shape);
    }

    /// <summary>A weight as it is.</summary>
    public static Tensor Ours(Weight weight) => tensor(weight.Values, [.. weight.Shape.ToArray().Select(s => (long)s)]);

    // Through a permutation and not by contiguous(channels_last): a filter with one channel would keep strides that mean both layouts.
    static Tensor InMemory(Tensor t, bool channelsLast) =>
        channelsLast ? t.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : t.contiguous();
}
