using GeneratingImages.Core;
using GeneratingImages.Cpu;
using GeneratingImages.Tests.Parity;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Exchange;

/// <summary>Weights in the layouts of PyTorch and Keras, against an evaluation by those frameworks' definitions, and back.</summary>
public sealed class WeightLayoutTests
{
    [Theory]
    [MemberData(nameof(SampleRun.All), MemberType = typeof(SampleRun))]
    public void The_frameworks_models_give_our_output(string model, string images, ReconstructionTask task)
    {
        using SampleRun run = SampleRun.Of(model, images, task);
        ImageSet set = SampleRun.Images(images, 1);
        (RunSettings settings, Shape image) = (run.Saved.State.Settings, set.Image);
        float[] expected = run.Run(set);
        double[] input = [.. SampleRun.Floats(set).Select(v => (double)v)];
        // What hides is no layer: whoever loads the weights hides the rows.
        if (task == ReconstructionTask.Complete) input.AsSpan((image[0] / 2 + 1) * image[1] * image[2]).Clear();
        SafetensorsFile torch = Export(run, WeightLayout.PyTorch), keras = Export(run, WeightLayout.Keras);
        SampleRun.Agree(expected, Single(FrameworkModels.PyTorch(torch, settings, image, input)), "pytorch");
        SampleRun.Agree(expected, Single(FrameworkModels.Keras(keras, settings, image, input)), "keras");
    }

    [Theory]
    [InlineData(WeightLayout.PyTorch)]
    [InlineData(WeightLayout.Keras)]
    public void What_is_exported_is_read_back_bit_for_bit(WeightLayout layout)
    {
        foreach (string model in new[] { "basic", "deep3", "deep5" })
        {
            using SampleRun run = SampleRun.Of(model, "cifar100", ReconstructionTask.Rebuild);
            FrameworkWeights.Write(run["file"], layout, run.Saved);
            IReadOnlyDictionary<string, float[]> weights = FrameworkWeights.Read(
                run["file"], layout, run.Saved.State.Settings, run.Saved.State.Image);
            Dictionary<string, StoredTensor> stored = run.Saved.File.Tensors.Values.ToDictionary(t => t.Name["parameters/".Length..]);
            Assert.Equal(stored.Keys.Order(), weights.Keys.Order());
            foreach ((string path, float[] values) in weights) Assert.Equal(stored[path].ToFloats(), values);
            Assert.Equal(run.Saved.State.Settings.ToJson(), FrameworkWeights.SettingsOf(run["file"])!.ToJson());
        }
    }

    [Fact]
    public void Names_and_shapes_are_the_frameworks()
    {
        using SampleRun run = SampleRun.Of("deep5", "cifar100", ReconstructionTask.Rebuild);
        SafetensorsFile torch = Export(run, WeightLayout.PyTorch), keras = Export(run, WeightLayout.Keras);
        Dictionary<string, int[]> expected = new()
        {
            ["encoder.conv1.weight"] = [8, 3, 5, 5], ["encoder.conv1.bias"] = [8],
            ["encoder.conv2.weight"] = [12, 8, 5, 5], ["encoder.conv2.bias"] = [12],
            ["encoder.conv3.weight"] = [16, 12, 5, 5], ["encoder.conv3.bias"] = [16],
            ["encoder.dense.weight"] = [16, 256], ["encoder.dense.bias"] = [16],
            ["decoder.dense.weight"] = [3072, 16], ["decoder.dense.bias"] = [3072],
            ["decoder.deconv1.weight"] = [3, 12, 5, 5], ["decoder.deconv1.bias"] = [12],
            ["decoder.deconv2.weight"] = [12, 8, 5, 5], ["decoder.deconv2.bias"] = [8],
            ["decoder.deconv3.weight"] = [8, 3, 5, 5], ["decoder.deconv3.bias"] = [3],
        };
        Assert.Equal(
            expected.OrderBy(e => e.Key),
            torch.Tensors.ToDictionary(t => t.Key, t => t.Value.Type.Shape.ToArray()).OrderBy(e => e.Key));
        Assert.Equal(expected.Keys.Select(name => name.Replace('.', '/').Replace("weight", "kernel")).Order(), keras.Tensors.Keys.Order());
        Assert.Equal(Shape.Of(5, 5, 3, 8), keras.Tensors["encoder/conv1/kernel"].Type.Shape);
        Assert.Equal(Shape.Of(5, 5, 12, 3), keras.Tensors["decoder/deconv1/kernel"].Type.Shape);
        Assert.Equal(Shape.Of(256, 16), keras.Tensors["encoder/dense/kernel"].Type.Shape);
    }

    /// <summary>Stored numbers of libtorch itself: its weights come in, and our model gives its output.</summary>
    [Theory]
    [InlineData("tiny")]
    [InlineData("tinyodd")]
    [InlineData("tinybasic")]
    public void Weights_of_libtorch_give_libtorchs_output(string name)
    {
        var fixture = new Fixture(name);
        Fixture.ModelSizes sizes = fixture.Model;
        var settings = new RunSettings
        {
            Model = sizes.Kind == "basic" ? ModelKind.Basic : ModelKind.Deep,
            Latent = sizes.Latent,
            Kernel = sizes.Kernel == 5 ? 5 : 3,
            Channels = sizes.EncoderChannels.Length == 0 ? [1] : sizes.EncoderChannels,
        };
        using var run = new SampleRun(settings, Shape.Of(sizes.Height, sizes.Width, sizes.Channels));
        SafetensorsFile theirs = SafetensorsFile.Read(Path.Combine(AppContext.BaseDirectory, "Parity", "Fixtures", $"{name}.safetensors"));
        string Ours(string torch) => torch["weight/".Length..].Replace("enc.fc", "encoder.dense").Replace("dec.fc", "decoder.dense")
            .Replace("enc.conv", "encoder.conv").Replace("dec.convt", "decoder.deconv");
        SafetensorsFile.Write(run["theirs"], new Dictionary<string, string>(),
            [.. theirs.Tensors.Values
                .Where(t => t.Name.StartsWith("weight/", StringComparison.Ordinal))
                .Select(t => t with { Name = Ours(t.Name) })]);
        IReadOnlyDictionary<string, float[]> weights = FrameworkWeights.Read(
            run["theirs"], WeightLayout.PyTorch, settings, run.Saved.State.Image);
        using var backend = new CpuBackend(1);
        using var parameters = new Parameters(1);
        ModelPart whole = ModelPart.Of(run.Saved.State, ModelPartKind.Whole, sizes.Batch, parameters);
        using Plan plan = Plan.Compile(whole.Graph, [whole.Output], backend, parameters);
        foreach ((string path, float[] values) in weights) parameters.Write(path, values);
        plan.Write<float>(whole.Input, [.. fixture.Read("input", "input").Select(v => (float)v)]);
        plan.Run();
        var output = new float[whole.Output.Shape.Count];
        plan.Read<float>(whole.Output, output);
        SampleRun.Agree(Single(fixture.Read("output", "output")), output, name);
    }

    static SafetensorsFile Export(SampleRun run, WeightLayout layout)
    {
        FrameworkWeights.Write(run["weights"], layout, run.Saved);
        return SafetensorsFile.Read(run["weights"]);
    }

    static float[] Single(double[] values) => [.. values.Select(v => (float)v)];
}
