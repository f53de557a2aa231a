using System.Text.Json;
using GeneratingImages.Core;

namespace GeneratingImages.Tests.Parity;

/// <summary>
/// What libtorch computed for one small autoencoder; Fixtures/README.md says how. Values come out in this project's layouts.
/// </summary>
sealed class Fixture
{
    readonly SafetensorsFile _file;

    public Fixture(string name)
    {
        Name = name;
        _file = SafetensorsFile.Read(Path.Combine(AppContext.BaseDirectory, "Parity", "Fixtures", $"{name}.safetensors"));
        Model = Parse<ModelSizes>("model");
        Adam = Parse<AdamConstants>("adam");
        LossesFloat64 = Parse<double[]>("lossesFloat64");
    }

    public static string[] Names => ["tiny", "tinyodd", "tinybasic"];

    public string Name { get; }

    public ModelSizes Model { get; }

    public AdamConstants Adam { get; }

    /// <summary>The losses before steps 1, 2, 3 and after step 3, of the same run in double precision.</summary>
    public double[] LossesFloat64 { get; }

    public IEnumerable<string> Weights => NamesOf("weight");

    public IEnumerable<string> Activations => NamesOf("activation");

    /// <summary>A tensor's values, images in NHWC, filters as [O,kh,kw,C], dense weights for the flatten order H, W, C.</summary>
    public double[] Read(string kind, string name)
    {
        StoredTensor stored = _file.Tensors[$"{kind}/{name}"];
        double[] values = [.. stored.ToFloats().Select(v => (double)v)];
        int[] sizes = stored.Type.Shape.ToArray();
        (int flatHeight, int flatWidth, int flatChannels) = FlattenedBy(name);
        int flat = flatHeight * flatWidth * flatChannels;
        if (sizes.Length == 4) return Permute(values, sizes[0], sizes[1], sizes[2] * sizes[3], 1);
        if (flat > 1 && kind != "activation" && sizes[0] == flat && name.StartsWith("dec.fc", StringComparison.Ordinal))
            return Permute(values, 1, flatChannels, flatHeight * flatWidth, values.Length / flat);
        if (flat > 1 && sizes.Length == 2 && sizes[1] == flat && name == "enc.fc.weight")
            return Permute(values, sizes[0], flatChannels, flatHeight * flatWidth, 1);
        return values;
    }

    /// <summary>[outer, channels, positions, inner] to [outer, positions, channels, inner].</summary>
    static double[] Permute(double[] values, int outer, int channels, int positions, int inner)
    {
        var result = new double[values.Length];
        for (int o = 0; o < outer; o++)
        for (int c = 0; c < channels; c++)
        for (int p = 0; p < positions; p++)
        for (int i = 0; i < inner; i++)
            result[((o * positions + p) * channels + c) * inner + i] = values[((o * channels + c) * positions + p) * inner + i];
        return result;
    }

    /// <summary>The image that a dense layer's long side is flattened from.</summary>
    (int Height, int Width, int Channels) FlattenedBy(string name)
    {
        if (!name.StartsWith("enc.fc", StringComparison.Ordinal) || Model.EncoderChannels.Length == 0)
            return (Model.Height, Model.Width, Model.Channels);
        int halvings = Model.EncoderChannels.Length;
        return (Model.Height >> halvings, Model.Width >> halvings, Model.EncoderChannels[^1]);
    }

    IEnumerable<string> NamesOf(string kind) =>
        _file.Tensors.Keys.Where(key => key.StartsWith($"{kind}/", StringComparison.Ordinal)).Select(key => key[(kind.Length + 1)..]);

    T Parse<T>(string key) => JsonSerializer.Deserialize<T>(_file.Metadata[key], JsonSerializerOptions.Web)!;

    public sealed record ModelSizes(
        string Kind, int Height, int Width, int Channels, int Latent, int Kernel, int[] EncoderChannels, int[] DecoderChannels, int Batch);

    public sealed record AdamConstants(float Lr, float Beta1, float Beta2, float Eps, int Steps);
}
