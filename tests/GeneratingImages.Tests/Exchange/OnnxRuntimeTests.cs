using GeneratingImages.Core;
using GeneratingImages.Tests.Data;
using GeneratingImages.Training;
using Microsoft.ML.OnnxRuntime;

namespace GeneratingImages.Tests.Exchange;

/// <summary>The exported files, run by ONNX Runtime, against our own forward pass.</summary>
public sealed class OnnxRuntimeTests
{
    [Theory]
    [MemberData(nameof(SampleRun.All), MemberType = typeof(SampleRun))]
    public void Every_part_gives_our_numbers_for_any_batch(string model, string images, ReconstructionTask task)
    {
        using SampleRun run = SampleRun.Of(model, images, task);
        using var encoder = new Session(run.Saved, ModelPartKind.Encoder);
        using var decoder = new Session(run.Saved, ModelPartKind.Decoder);
        using var whole = new Session(run.Saved, ModelPartKind.Whole);
        foreach (int batch in new[] { 1, 3, 32 })
        {
            ImageSet set = SampleRun.Images(images, batch);
            float[] pixels = SampleRun.Floats(set), output = run.Run(set);
            float[] codes = encoder.Run(pixels, batch);
            SampleRun.Agree(run.Run(ModelPartKind.Encoder, pixels, batch), codes, $"codes, batch {batch}");
            SampleRun.Agree(output, whole.Run(pixels, batch), $"output, batch {batch}");
            SampleRun.Agree(output, decoder.Run(codes, batch), $"decoder after encoder, batch {batch}");
        }
    }

    [Theory]
    [InlineData("mnist")]
    [InlineData("cifar100")]
    [InlineData("lfw")]
    public void Published_test_images_give_our_numbers(string name)
    {
        ImageSet images = PublishedData.Load(name).Test.Slice(0, 64);
        using SampleRun run = SampleRun.Of("deep3", name, ReconstructionTask.Complete);
        using var whole = new Session(run.Saved, ModelPartKind.Whole);
        SampleRun.Agree(run.Run(images), whole.Run(SampleRun.Floats(images), images.Count), name);
    }

    [Theory]
    [InlineData("deep3", "left")]
    [InlineData("deep3", "centre")]
    [InlineData("basic", "mask:28x28:")]
    [InlineData("skip", "lower")]
    [InlineData("skip", "right")]
    [InlineData("deep3", "box")]
    [InlineData("skip", "pixels")]
    public void Every_occlusion_is_inside_or_an_input(string model, string hide)
    {
        if (hide.StartsWith("mask", StringComparison.Ordinal))
            hide += Convert.ToBase64String([.. Enumerable.Range(0, 98).Select(i => (byte)(i * 37))]);
        RunSettings settings = SampleRun.Settings(model, "digits", ReconstructionTask.Complete) with { Hide = hide };
        using var run = new SampleRun(settings, DataSets.Find("digits").Image);
        ImageSet images = SampleRun.Images("digits", 32);
        MaskSet masks = settings.Occlusion.Masks(images.Image);
        bool[]? seen = settings.Occlusion.IsFixed ? null : [.. masks.From(0, 32).Select(pixel => pixel != 0)];
        using var whole = new Session(run.Saved, ModelPartKind.Whole);
        using var encoder = new Session(run.Saved, ModelPartKind.Encoder);
        Assert.Equal(seen is null ? ["images"] : new[] { "images", "seen" }, whole.Runtime.InputNames);
        float[] pixels = SampleRun.Floats(images), output = run.Run(images);
        SampleRun.Agree(output, whole.Run(pixels, 32, seen), hide);
        SampleRun.Agree(run.Run(ModelPartKind.Encoder, pixels, 5), encoder.Run(pixels, 32, seen), $"codes, {hide}");
        // What is hidden does not count.
        for (int i = 0; i < pixels.Length; i++)
            if (masks[i / 784][i % 784] == 0) pixels[i] = float.NaN;
        SampleRun.Agree(output, whole.Run(pixels, 32, seen), $"{hide}, hidden pixels not a number");
        if (model != "skip") return;
        Assert.Equal([ModelPartKind.Encoder, ModelPartKind.Whole], ModelPart.KindsOf(run.Saved.State));
        UserException e = Assert.Throws<UserException>(() => RunExport.ToOnnx(run.Saved, ModelPartKind.Decoder));
        Assert.Contains("beside the code", e.Message, StringComparison.Ordinal);
    }

    /// <summary>With 32 channels and more our convolutions run by Winograd's filtering, which rounds otherwise.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void Models_of_full_size_agree_too(int kernel)
    {
        RunSettings settings = new() { Kernel = kernel, Seed = 7 };
        using var run = new SampleRun(settings, DataSets.Find("digits").Image);
        using var whole = new Session(run.Saved, ModelPartKind.Whole);
        ImageSet images = SampleRun.Images("digits", 32);
        SampleRun.Agree(run.Run(images), whole.Run(SampleRun.Floats(images), images.Count), settings.ModelText);
    }

    [Fact]
    public void Hidden_rows_do_not_count()
    {
        using SampleRun run = SampleRun.Of("deep3", "digits", ReconstructionTask.Complete);
        using var whole = new Session(run.Saved, ModelPartKind.Whole);
        float[] pixels = SampleRun.Floats(SampleRun.Images("digits", 1)), other = [.. pixels], seen = [.. pixels];
        other.AsSpan(15 * 28).Fill(float.NaN);
        seen[14 * 28 + 14] += 0.5f;
        Assert.Equal(whole.Run(pixels, 1), whole.Run(other, 1));
        Assert.NotEqual(whole.Run(pixels, 1), whole.Run(seen, 1));
    }

    [Fact]
    public void The_file_says_what_it_is()
    {
        using SampleRun run = SampleRun.Of("deep3", "cifar100", ReconstructionTask.Complete);
        using var whole = new Session(run.Saved, ModelPartKind.Whole);
        using var encoder = new Session(run.Saved, ModelPartKind.Encoder);
        using var decoder = new Session(run.Saved, ModelPartKind.Decoder);
        ModelMetadata about = whole.Runtime.ModelMetadata;
        Assert.Equal(("GeneratingImages", "whole"), (about.ProducerName, about.GraphName));
        Assert.Contains("deep, kernel 3, relu, channels 8,12,16, latent 16, to complete", about.Description, StringComparison.Ordinal);
        Assert.Contains("[batch, height, width, channels]", about.Description, StringComparison.Ordinal);
        const string Hidden = "rows 17 to 31 of 32, counted from 0, are set to zero inside";
        Assert.Contains(Hidden, about.Description, StringComparison.Ordinal);
        Assert.Contains(Hidden, encoder.Runtime.ModelMetadata.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("zero", decoder.Runtime.ModelMetadata.Description, StringComparison.Ordinal);
        Assert.Equal(run.Saved.State.Settings.ToJson(), RunSettings.FromJson(about.CustomMetadataMap["settings"], "file").ToJson());
        Shaped("images", [-1, 32, 32, 3], whole.Runtime.InputMetadata);
        Shaped("output", [-1, 32, 32, 3], whole.Runtime.OutputMetadata);
        Shaped("images", [-1, 32, 32, 3], encoder.Runtime.InputMetadata);
        Shaped("codes", [-1, 16], encoder.Runtime.OutputMetadata);
        Shaped("codes", [-1, 16], decoder.Runtime.InputMetadata);
        Shaped("output", [-1, 32, 32, 3], decoder.Runtime.OutputMetadata);
    }

    [Fact]
    [Trait("bad-input", "75")]
    public void Versions_are_stated_and_all_weights_are_inside()
    {
        using SampleRun run = SampleRun.Of("deep3", "digits", ReconstructionTask.Complete);
        foreach (ModelPartKind kind in Enum.GetValues<ModelPartKind>())
        {
            // onnx.proto: ModelProto has ir_version 1, graph 7, opset_import 8; OperatorSetIdProto domain 1, version 2.
            ILookup<int, ProtobufField> model = ProtobufField.Read(RunExport.ToOnnx(run.Saved, kind));
            Assert.Equal(7ul, model[1].Single().Number);
            ILookup<int, ProtobufField> set = ProtobufField.Read(model[8].Single().Bytes);
            Assert.Equal((13ul, 0), (set[2].Single().Number, set[1].Count()));
            // GraphProto: initializer 5; TensorProto: dims 1, data_type 2, name 8, raw_data 9, external_data 13, data_location 14.
            ILookup<int, ProtobufField> graph = ProtobufField.Read(model[7].Single().Bytes);
            foreach (ProtobufField weight in graph[5])
            {
                ILookup<int, ProtobufField> tensor = ProtobufField.Read(weight.Bytes);
                Assert.Empty(tensor[13].Concat(tensor[14]));
                ulong count = tensor[1].Aggregate(1ul, (product, size) => product * size.Number);
                ulong size = tensor[2].Single().Number switch { 1 => 4ul, 7 => 8, 9 => 1, _ => 0 };
                Assert.Equal(count * size, (ulong)tensor[9].Single().Bytes.Length);
            }

            string[] types = [.. graph[1].Select(node => ProtobufField.Read(node.Bytes)[4].Single().Text).Distinct()];
            Assert.Empty(types.Except(["Transpose", "Conv", "ConvTranspose", "Relu", "MaxPool", "Reshape", "Gemm", "Where"]));
            Assert.All(graph[1], node => Assert.Empty(ProtobufField.Read(node.Bytes)[7]));
        }
    }

    static void Shaped(string name, int[] sizes, IReadOnlyDictionary<string, NodeMetadata> metadata)
    {
        NodeMetadata value = Assert.Single(metadata).Value;
        Assert.Equal((name, typeof(float)), (metadata.Keys.Single(), value.ElementType));
        Assert.Equal(sizes, value.Dimensions);
        Assert.Equal("batch", value.SymbolicDimensions[0]);
    }

    /// <summary>An exported part in ONNX Runtime, read from its bytes: there is no file beside which other data could lie.</summary>
    sealed class Session : IDisposable
    {
        public Session(SavedRun saved, ModelPartKind kind)
        {
            using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
            Runtime = new InferenceSession(RunExport.ToOnnx(saved, kind), options);
        }

        public InferenceSession Runtime { get; }

        public float[] Run(float[] values, int batch, bool[]? seen = null)
        {
            long[] Shaped(string name) => [batch, .. Runtime.InputMetadata[name].Dimensions.Skip(1).Select(size => (long)size)];
            using OrtValue tensor = OrtValue.CreateTensorValueFromMemory(values, Shaped(Runtime.InputNames[0]));
            using OrtValue? masks = seen is null ? null : OrtValue.CreateTensorValueFromMemory(seen, Shaped("seen"));
            using var options = new RunOptions();
            using IDisposableReadOnlyCollection<OrtValue> results =
                Runtime.Run(options, Runtime.InputNames, masks is null ? [tensor] : [tensor, masks], Runtime.OutputNames);
            Assert.Equal(batch, results[0].GetTensorTypeAndShape().Shape[0]);
            return results[0].GetTensorDataAsSpan<float>().ToArray();
        }

        public void Dispose() => Runtime.Dispose();
    }
}
