using System.Text.Json;
using GeneratingImages.Core;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Tests.Runner;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Exchange;

/// <summary><c>genimg export</c> and <c>genimg import</c>, from the command line.</summary>
[Collection("command line")]
public sealed class ExportTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    string Run => _folder["run"];

    void Train(params string[] more) => Assert.Equal(0, Genimg.Run(Genimg.Tiny(Run, more)).Code);

    [Fact]
    public void Onnx_files_stand_beside_the_checkpoint_and_are_named()
    {
        Train();
        Outcome outcome = Genimg.Run("export", Run, "--json");
        Assert.Equal(0, outcome.Code);
        foreach (JsonElement file in outcome.Json.GetProperty("files").EnumerateArray())
        {
            string path = file.GetProperty("path").GetString()!;
            Assert.Equal(Path.Combine(Run, "exported", $"{file.GetProperty("what").GetString()}.onnx"), path);
            Assert.Equal(new FileInfo(path).Length, file.GetProperty("bytes").GetInt64());
        }

        Assert.Equal(
            ["decoder.onnx", "encoder.onnx", "whole.onnx"],
            Directory.EnumerateFileSystemEntries(Path.Combine(Run, "exported")).Select(Path.GetFileName).Order());
        Assert.Equal(0, Genimg.Run("export", Run, "--part", "encoder", "--out", _folder["one"]).Code);
        Assert.Equal(["encoder.onnx"], Directory.EnumerateFileSystemEntries(_folder["one"]).Select(Path.GetFileName));
    }

    [Fact]
    [Trait("bad-input", "73")]
    public void A_file_that_is_there_is_replaced_by_force_only()
    {
        Train();
        Directory.CreateDirectory(_folder["out"]);
        string decoder = Path.Combine(_folder["out"], "decoder.onnx");
        File.WriteAllText(decoder, "mine");
        Genimg.Run("export", Run, "--out", _folder["out"]).Refused(2, decoder, "--force");
        // None of the three was written, though the first was not there.
        Assert.Equal([decoder], Directory.EnumerateFileSystemEntries(_folder["out"]));
        Assert.Equal("mine", File.ReadAllText(decoder));
        Assert.Equal(0, Genimg.Run("export", Run, "--out", _folder["out"], "--force").Code);
        Assert.Equal(3, Directory.EnumerateFileSystemEntries(_folder["out"]).Count());
        Assert.True(new FileInfo(decoder).Length > 1000);
        string[] weights = ["export", Run, "--format", "safetensors", "--layout", "keras", "--out", _folder["out"]];
        Assert.Equal(0, Genimg.Run(weights).Code);
        Genimg.Run(weights).Refused(2, "weights-keras.safetensors", "--force");
        Assert.Equal(0, Genimg.Run([.. weights, "--force"]).Code);
    }

    [Fact]
    [Trait("bad-input", "74")]
    public void What_cannot_be_translated_is_named_and_nothing_is_written()
    {
        var graph = new Graph();
        Tensor images = graph.Add(new Input("images", Shape.Of(1, 4, 4, 1)));
        Tensor output;
        using (graph.Enter("decoder"))
        using (graph.Enter("loss")) output = images.MeanSquaredError(images);
        UserException e = Assert.Throws<UserException>(() =>
            OnnxGraph.Translate(new ModelPart(ModelPartKind.Whole, graph, images, output), new Dictionary<string, float[]>(), ""));
        Assert.Contains("decoder/loss: MeanSquaredError", e.Message, StringComparison.Ordinal);
        Train();
        string settings = RunSettings.FromJson(SavedRun.Open(Run).State.Settings.ToJson(), "").ToJson();
        Damage("settings", settings.Replace("\"latent\": 4", "\"latent\": 5"));
        Genimg.Run("export", Run, "--out", _folder["out"]).Refused(2, "another model", "encoder/dense/weight", "[4,784]", "[5,784]");
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public void A_model_that_keeps_what_it_sees_has_no_decoder_alone()
    {
        // The code, and an image that goes round it.
        var graph = new Graph();
        Tensor images = graph.Add(new Input("images", Shape.Of(1, 4, 4, 1)));
        Tensor code, output;
        using (graph.Enter("encoder")) code = images.Reshape(Shape.Of(1, 16)).Add(images.Reshape(Shape.Of(1, 16)));
        using (graph.Enter("decoder")) output = code.Reshape(images.Shape).Add(images);
        UserException e = Assert.Throws<UserException>(() => ModelPart.CutAfter(code, output));
        Assert.Contains("decoder: Add takes the images beside the code", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_completing_model_with_skip_connections_leaves_in_two_files()
    {
        string[] model = ["--model", "skip", "--task", "complete", "--hide", "box", "--channels", "4,4", "--latent", "4"];
        Assert.Equal(0, Genimg.Run(["train", .. model, "--limit", "200", "--epochs", "1", "--threads", "1", "--out", Run]).Code);
        Outcome outcome = Genimg.Run("export", Run);
        Assert.Equal((0, true), (outcome.Code, outcome.Error.Contains("no decoder", StringComparison.Ordinal)));
        Assert.Equal(
            ["encoder.onnx", "whole.onnx"],
            Directory.EnumerateFiles(Path.Combine(Run, "exported")).Select(Path.GetFileName).Order());
        const string Why = "genimg: the model: HidePixels takes the images beside the code";
        Genimg.Run("export", Run, "--part", "decoder", "--out", _folder["out"]).Refused(2, Why);
        Genimg.Run("walk", Run, "0", "1").Refused(2, Why);
        Assert.False(Directory.Exists(_folder["out"]));
        // Both layouts hold every weight, whatever hides and skips.
        foreach (string layout in new[] { "pytorch", "keras" })
        {
            Assert.Equal(0, Genimg.Run("export", Run, "--format", "safetensors", "--layout", layout, "--out", _folder["out"]).Code);
            string file = Path.Combine(_folder["out"], $"weights-{layout}.safetensors");
            Assert.Equal(0, Genimg.Run("import", file, "--layout", layout, "--out", _folder[layout]).Code);
            Assert.Equal(Genimg.Run("encode", Run, "--limit", "3").Output, Genimg.Run("encode", _folder[layout], "--limit", "3").Output);
        }
    }

    [Theory]
    [InlineData("--part encoder --format safetensors --layout keras", "--part")]
    [InlineData("--layout keras", "--format safetensors")]
    [InlineData("--format safetensors", "--layout pytorch or --layout keras")]
    [InlineData("--format onxn", "did you mean onnx?")]
    [InlineData("--part encodr", "did you mean encoder?")]
    public void Options_that_do_not_go_together_are_refused(string options, string words) =>
        Genimg.Run(["export", Run, .. options.Split(' ')]).Refused(2, words);

    [Theory]
    [InlineData("pytorch")]
    [InlineData("keras")]
    public void An_imported_run_is_a_run(string layout)
    {
        Train("--task", "complete");
        Assert.Equal(0, Genimg.Run("export", Run, "--format", "safetensors", "--layout", layout, "--out", _folder["out"]).Code);
        string weights = Path.Combine(_folder["out"], $"weights-{layout}.safetensors"), back = _folder["back"];
        JsonElement imported = Genimg.Run("import", weights, "--layout", layout, "--out", back, "--threads", "1", "--json").Json;
        JsonElement evaluated = Genimg.Run("evaluate", back, "--threads", "1", "--json").Json;
        JsonElement original = Genimg.Run("evaluate", Run, "--threads", "1", "--json").Json;
        Assert.Equal(0, imported.GetProperty("epochs").GetInt32());
        foreach (string error in new[] { "testMse", "hiddenMse", "floorMse" })
        {
            Assert.Equal(original.GetProperty(error).GetDouble(), imported.GetProperty(error).GetDouble());
            Assert.Equal(original.GetProperty(error).GetDouble(), evaluated.GetProperty(error).GetDouble());
        }

        Assert.Equal(0, Genimg.Run("complete", back).Code);
        Assert.Equal(0, Genimg.Run("export", back).Code);
        Assert.Equal(Genimg.Run("encode", Run, "--limit", "3").Output, Genimg.Run("encode", back, "--limit", "3").Output);
        // All that a trained run has, but for the curve of epochs that were not trained here.
        Assert.Equal(Files(Run).Where(name => name != "loss.png"), Files(back));
        Outcome resumed = Genimg.Run("train", "--resume", back, "--epochs", "1", "--threads", "1", "--json");
        Assert.Equal(0, resumed.Code);
        Assert.Equal(1, resumed.Json.GetProperty("epochs").GetInt32());
        // One epoch on from trained weights, not from new ones.
        Assert.InRange(resumed.Json.GetProperty("testMse").GetDouble(), 0, original.GetProperty("testMse").GetDouble());
    }

    [Fact]
    public void Weights_of_others_are_told_what_is_wrong_with_them()
    {
        string file = _folder["theirs.safetensors"];
        StoredTensor Zeros(string name, params int[] sizes) => StoredTensor.Of(name, Shape.Of(sizes), new float[Shape.Of(sizes).Count]);
        StoredTensor[] good =
        [
            Zeros("encoder.dense.weight", 4, 784), Zeros("encoder.dense.bias", 4),
            Zeros("decoder.dense.weight", 784, 4), Zeros("decoder.dense.bias", 784),
        ];
        string[] line = ["import", file, "--layout", "pytorch", "--model", "basic", "--latent", "4", "--out", _folder["run"]];
        SafetensorsFile.Write(
            file, new Dictionary<string, string>(),
            [Zeros("encoder.dense.weight", 784, 4), good[1], good[2], Zeros("decoder.norm.weight", 9)]);
        Genimg.Run(line).Refused(
            2, file, "encoder.dense.weight is [784,4], the model has [4,784]", "decoder.dense.bias [784] is missing",
            "decoder.norm.weight [9] is not in the model");
        SafetensorsFile.Write(
            file, new Dictionary<string, string>(),
            [.. good[..3], good[3] with { Type = new(Shape.Of(784), ElementType.Int32) }]);
        Genimg.Run(line).Refused(2, "decoder.dense.bias is Int32[784], the model has [784]");
        float[] notFinite = new float[784];
        notFinite[5] = float.NaN;
        SafetensorsFile.Write(
            file, new Dictionary<string, string>(),
            [.. good[..3], StoredTensor.Of("decoder.dense.bias", Shape.Of(784), notFinite)]);
        Genimg.Run(line).Refused(2, file, "decoder.dense.bias [784] is NaN at element 5");
        SafetensorsFile.Write(file, new Dictionary<string, string> { ["layout"] = "keras" }, good);
        Genimg.Run(line).Refused(2, file, "layout of keras", "--layout pytorch");
        SafetensorsFile.Write(file, new Dictionary<string, string> { ["settings"] = "{" }, good);
        Genimg.Run(line).Refused(2, file, "settings");
        File.WriteAllBytes(file, [1, 2, 3]);
        Genimg.Run(line).Refused(2, file, "3 bytes");
        Genimg.Run("import", _folder["none"], "--layout", "keras").Refused(2, "none", "does not exist");
        Genimg.Run("import", _folder.Root, "--layout", "keras").Refused(2, "folder");
        Genimg.Run("import", file).Refused(2, "--layout");
        Assert.False(Directory.Exists(_folder["run"]));
        SafetensorsFile.Write(file, new Dictionary<string, string>(), good);
        Genimg.Run("import", file, "--layout", "pytorch", "--dataset", "lfw", "--latent", "1000000")
            .Refused(2, "--latent 1000000", "smaller --latent");
        Assert.Equal(0, Genimg.Run(line).Code);
        Genimg.Run(line).Refused(2, _folder["run"], "--out");
    }

    static IEnumerable<string?> Files(string run) => Directory.EnumerateFiles(run).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    void Damage(string key, string value)
    {
        string path = Path.Combine(Run, "checkpoint.safetensors");
        SafetensorsFile file = SafetensorsFile.Read(path);
        var texts = file.Metadata.Where(t => t.Key != "sha256").ToDictionary();
        texts[key] = value;
        SafetensorsFile.Write(path, texts, [.. file.Tensors.Values]);
    }
}
