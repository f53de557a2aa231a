using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Exchange;

/// <summary>
/// The models of docs/exchange.md as PyTorch and Keras define their layers, by plain loops in double precision over the tensors of a
/// file: the sums are those of the frameworks' documentation, in their orders of axes, and share nothing with our kernels.
/// </summary>
static class FrameworkModels
{
    /// <summary>PyTorch: images [C,H,W]; torch.nn.Conv2d, MaxPool2d, Flatten, Linear, Unflatten, ConvTranspose2d.</summary>
    public static double[] PyTorch(SafetensorsFile file, RunSettings settings, Shape image, double[] rows)
    {
        (int height, int width, int channels) = (image[0], image[1], image[2]);
        var x = new double[rows.Length];
        for (int c = 0; c < channels; c++)
            for (int y = 0; y < height; y++)
                for (int u = 0; u < width; u++) x[(c * height + y) * width + u] = rows[(y * width + u) * channels + c];
        (int h, int w) = (height, width);
        int c0 = channels, count = settings.Model == ModelKind.Deep ? settings.Channels.Count : 0;
        for (int k = 1; k <= count; k++)
        {
            StoredTensor weight = file.Tensors[$"encoder.conv{Number(k, count)}.weight"];
            float[] f = weight.ToFloats(), bias = file.Tensors[$"encoder.conv{Number(k, count)}.bias"].ToFloats();
            int outputs = weight.Type.Shape[0], size = weight.Type.Shape[2], padding = size / 2;
            var convolved = new double[outputs * h * w];
            // out[o,y,u] = bias[o] + sum over c,i,j of weight[o,c,i,j] in[c, y + i - padding, u + j - padding]
            for (int o = 0; o < outputs; o++)
                for (int y = 0; y < h; y++)
                    for (int u = 0; u < w; u++)
                    {
                        double sum = bias[o];
                        for (int c = 0; c < c0; c++)
                            for (int i = 0; i < size; i++)
                                for (int j = 0; j < size; j++)
                                {
                                    (int v, int t) = (y + i - padding, u + j - padding);
                                    if (v >= 0 && v < h && t >= 0 && t < w)
                                        sum += (double)f[((o * c0 + c) * size + i) * size + j] * x[(c * h + v) * w + t];
                                }

                        convolved[(o * h + y) * w + u] = Activate(settings.Activation, sum);
                    }

            (int h2, int w2) = (h / 2, w / 2);
            x = new double[outputs * h2 * w2];
            for (int o = 0; o < outputs; o++)
                for (int y = 0; y < h2; y++)
                    for (int u = 0; u < w2; u++)
                        x[(o * h2 + y) * w2 + u] = Math.Max(
                            Math.Max(convolved[(o * h + 2 * y) * w + 2 * u], convolved[(o * h + 2 * y) * w + 2 * u + 1]),
                            Math.Max(convolved[(o * h + 2 * y + 1) * w + 2 * u], convolved[(o * h + 2 * y + 1) * w + 2 * u + 1]));
            (h, w, c0) = (h2, w2, outputs);
        }

        x = Linear(file, "encoder.dense", x);
        x = Linear(file, "decoder.dense", x);
        for (int k = 1; k <= count; k++)
        {
            StoredTensor weight = file.Tensors[$"decoder.deconv{Number(k, count)}.weight"];
            float[] f = weight.ToFloats(), bias = file.Tensors[$"decoder.deconv{Number(k, count)}.bias"].ToFloats();
            int inputs = weight.Type.Shape[0], outputs = weight.Type.Shape[1], size = weight.Type.Shape[2], padding = size / 2;
            var sums = new double[outputs * height * width];
            for (int o = 0; o < outputs; o++) sums.AsSpan(o * height * width, height * width).Fill(bias[o]);
            // Every input pixel adds weight[c,o,i,j] in[c,y,u] to out[o, y + i - padding, u + j - padding].
            for (int c = 0; c < inputs; c++)
                for (int y = 0; y < height; y++)
                    for (int u = 0; u < width; u++)
                        for (int o = 0; o < outputs; o++)
                            for (int i = 0; i < size; i++)
                                for (int j = 0; j < size; j++)
                                {
                                    (int v, int t) = (y + i - padding, u + j - padding);
                                    if (v >= 0 && v < height && t >= 0 && t < width)
                                        sums[(o * height + v) * width + t] +=
                                            (double)f[((c * outputs + o) * size + i) * size + j] * x[(c * height + y) * width + u];
                                }

            x = k == count ? sums : [.. sums.Select(s => Activate(settings.Activation, s))];
        }

        var result = new double[x.Length];
        for (int c = 0; c < channels; c++)
            for (int y = 0; y < height; y++)
                for (int u = 0; u < width; u++) result[(y * width + u) * channels + c] = x[(c * height + y) * width + u];
        return result;
    }

    /// <summary>Keras: images [H,W,C]; Conv2D and Conv2DTranspose with padding="same", MaxPooling2D, Flatten, Dense, Reshape.</summary>
    public static double[] Keras(SafetensorsFile file, RunSettings settings, Shape image, double[] rows)
    {
        (int height, int width) = (image[0], image[1]);
        (double[] x, int h, int w, int c0) = (rows, height, width, image[2]);
        int count = settings.Model == ModelKind.Deep ? settings.Channels.Count : 0;
        for (int k = 1; k <= count; k++)
        {
            StoredTensor kernel = file.Tensors[$"encoder/conv{Number(k, count)}/kernel"];
            float[] f = kernel.ToFloats(), bias = file.Tensors[$"encoder/conv{Number(k, count)}/bias"].ToFloats();
            int size = kernel.Type.Shape[0], outputs = kernel.Type.Shape[3], before = (size - 1) / 2;
            (int h2, int w2) = (h / 2, w / 2);
            var pooled = new double[h2 * w2 * outputs];
            Array.Fill(pooled, double.NegativeInfinity);
            // kernel[i,j,c,o]; 'same' pads size - 1 rows in all, the lesser half above.
            for (int y = 0; y < h; y++)
                for (int u = 0; u < w; u++)
                    for (int o = 0; o < outputs; o++)
                    {
                        double sum = bias[o];
                        for (int i = 0; i < size; i++)
                            for (int j = 0; j < size; j++)
                                for (int c = 0; c < c0; c++)
                                {
                                    (int v, int t) = (y + i - before, u + j - before);
                                    if (v >= 0 && v < h && t >= 0 && t < w)
                                        sum += (double)f[((i * size + j) * c0 + c) * outputs + o] * x[(v * w + t) * c0 + c];
                                }

                        if (y / 2 >= h2 || u / 2 >= w2) continue;
                        int at = (y / 2 * w2 + u / 2) * outputs + o;
                        pooled[at] = Math.Max(pooled[at], Activate(settings.Activation, sum));
                    }

            (x, h, w, c0) = (pooled, h2, w2, outputs);
        }

        x = Dense(file, "encoder/dense", x);
        x = Dense(file, "decoder/dense", x);
        for (int k = 1; k <= count; k++)
        {
            StoredTensor kernel = file.Tensors[$"decoder/deconv{Number(k, count)}/kernel"];
            float[] f = kernel.ToFloats(), bias = file.Tensors[$"decoder/deconv{Number(k, count)}/bias"].ToFloats();
            int size = kernel.Type.Shape[0], outputs = kernel.Type.Shape[2], inputs = kernel.Type.Shape[3], before = (size - 1) / 2;
            var sums = new double[height * width * outputs];
            for (int i = 0; i < sums.Length; i++) sums[i] = bias[i % outputs];
            // kernel[i,j,o,c]: the gradient of a 'same' convolution from o to c channels.
            for (int y = 0; y < height; y++)
                for (int u = 0; u < width; u++)
                    for (int i = 0; i < size; i++)
                        for (int j = 0; j < size; j++)
                        {
                            (int v, int t) = (y + i - before, u + j - before);
                            if (v < 0 || v >= height || t < 0 || t >= width) continue;
                            for (int o = 0; o < outputs; o++)
                                for (int c = 0; c < inputs; c++)
                                    sums[(v * width + t) * outputs + o] +=
                                        (double)f[((i * size + j) * outputs + o) * inputs + c] * x[(y * width + u) * inputs + c];
                        }

            x = k == count ? sums : [.. sums.Select(s => Activate(settings.Activation, s))];
        }

        return x;
    }

    // A layer that is the only one of its kind has no number in its name.
    static string Number(int k, int count) => count == 1 ? "" : $"{k}";

    // torch.nn.Linear: y = x A^T + b with A [out,in].
    static double[] Linear(SafetensorsFile file, string name, double[] x)
    {
        float[] a = file.Tensors[$"{name}.weight"].ToFloats(), b = file.Tensors[$"{name}.bias"].ToFloats();
        return [.. b.Select((bias, o) => bias + x.Select((value, i) => (double)a[o * x.Length + i] * value).Sum())];
    }

    // keras.layers.Dense: y = x K + b with K [in,out].
    static double[] Dense(SafetensorsFile file, string name, double[] x)
    {
        float[] kernel = file.Tensors[$"{name}/kernel"].ToFloats(), b = file.Tensors[$"{name}/bias"].ToFloats();
        return [.. b.Select((bias, o) => bias + x.Select((value, i) => (double)kernel[i * b.Length + o] * value).Sum())];
    }

    static double Activate(Activation activation, double x) => activation switch
    {
        Activation.Relu => Math.Max(x, 0),
        Activation.Elu => x > 0 ? x : Math.Exp(x) - 1,
        _ => throw new ArgumentOutOfRangeException(nameof(activation)),
    };
}
