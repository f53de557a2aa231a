using GeneratingImages.Core;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Runner;

/// <summary>Commands that use a trained model, and checkpoints that are not what they seem.</summary>
[Collection("command line")]
public sealed class CheckpointUseTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string Checkpoint => Path.Combine(_folder["run"], "checkpoint.safetensors");

    public void Dispose() => _folder.Dispose();

    void Train(params string[] more) => Assert.Equal(0, Genimg.Run(Genimg.Tiny(_folder["run"], more)).Code);

    [Fact]
    public void Own_pictures_of_any_size_are_completed_with_their_known_rows()
    {
        Train("--task", "complete");
        var picture = new Bitmap(Shape.Of(28, 28, 1), [.. Enumerable.Range(0, 784).Select(i => (byte)(i % 251))]);
        ImageFile.Write(_folder["mine.png"], picture);
        ImageFile.Write(_folder["large.png"], new Bitmap(Shape.Of(90, 61, 3), new byte[90 * 61 * 3]));
        Outcome outcome = Genimg.Run(
            "complete", _folder["run"], _folder["mine.png"], _folder["large.png"], "--out", _folder["out"], "--json");
        Assert.Equal(Path.Combine(_folder["out"], "sheet.png"), outcome.Json.GetProperty("sheet").GetString());
        string[] images = [.. outcome.Json.GetProperty("images").EnumerateArray().Select(e => e.GetString()!)];
        Assert.Equal([Path.Combine(_folder["out"], "mine-completed.png"), Path.Combine(_folder["out"], "large-completed.png")], images);
        Bitmap completed = ImageFile.Read(images[0]);
        Assert.Equal(picture.Pixels[..(15 * 28)], completed.Pixels[..(15 * 28)]);
        Assert.NotEqual(picture.Pixels[(15 * 28)..], completed.Pixels[(15 * 28)..]);
    }

    [Fact]
    public void Test_images_are_rebuilt_beside_the_checkpoint()
    {
        Train();
        Outcome outcome = Genimg.Run("rebuild", Checkpoint, "--limit", "3");
        Assert.Equal(0, outcome.Code);
        Assert.Matches(@"^device    cpu .*\n$", outcome.Error);
        Assert.Equal(Path.Combine(_folder["run"], "rebuilt", "sheet.png"), outcome.Output.Trim());
        Assert.True(File.Exists(outcome.Output.Trim()));
    }

    [Fact]
    public void Files_of_one_name_do_not_replace_each_other()
    {
        Train();
        foreach (string name in new[] { "a/x.png", "b/x.png" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
            ImageFile.Write(_folder[name], new Bitmap(Shape.Of(28, 28, 1), new byte[784]));
        }

        string output = Genimg.Run("rebuild", _folder["run"], _folder["a/x.png"], _folder["b/x.png"], "--out", _folder["out"]).Output;
        Assert.Contains("x-rebuilt.png", output, StringComparison.Ordinal);
        Assert.Contains("x-rebuilt-2.png", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_for_the_other_task_is_refused()
    {
        Train();
        Genimg.Run("complete", _folder["run"]).Refused(2, "trained to rebuild", "genimg rebuild", "--task complete");
        Genimg.Run("summary", _folder["run"], "--latent", "3").Refused(2, "--latent");
    }

    [Fact]
    [Trait("bad-input", "35")]
    [Trait("bad-input", "36")]
    public void Damaged_checkpoints_are_named()
    {
        Train();
        byte[] whole = File.ReadAllBytes(Checkpoint);
        foreach (int length in new[] { 0, 7, 8, 1000, whole.Length / 2, whole.Length - 1 })
        {
            File.WriteAllBytes(Checkpoint, whole[..length]);
            Genimg.Run("evaluate", _folder["run"]).Refused(2, Checkpoint);
            Genimg.Run("train", "--resume", _folder["run"]).Refused(2, Checkpoint);
        }

        foreach (int at in new[] { 3, 200, whole.Length / 2, whole.Length - 1 })
        {
            byte[] flipped = [.. whole];
            flipped[at] ^= 1;
            File.WriteAllBytes(Checkpoint, flipped);
            Genimg.Run("rebuild", _folder["run"]).Refused(2, Checkpoint);
        }
    }

    [Fact]
    [Trait("bad-input", "43")]
    public void Tensors_of_another_model_are_refused_with_both_shapes()
    {
        Train();
        SafetensorsFile file = SafetensorsFile.Read(Checkpoint);
        Dictionary<string, string> texts = file.Metadata.Where(t => t.Key != "sha256").ToDictionary();
        texts["settings"] = texts["settings"].Replace("\"latent\": 4", "\"latent\": 5", StringComparison.Ordinal);
        SafetensorsFile.Write(Checkpoint, texts, [.. file.Tensors.Values]);
        Genimg.Run("evaluate", _folder["run"]).Refused(2, Checkpoint, "[4,784]", "[5,784]");
        Genimg.Run("train", "--resume", _folder["run"], "--epochs", "3").Refused(2, Checkpoint, "[4,784]", "[5,784]");
    }

    [Fact]
    public void Files_that_are_no_checkpoint_of_a_run_are_refused()
    {
        SafetensorsFile.Write(_folder["other.safetensors"], new Dictionary<string, string>(), []);
        Genimg.Run("evaluate", _folder["other.safetensors"]).Refused(2, _folder["other.safetensors"], "not a checkpoint");
        Directory.CreateDirectory(_folder["empty"]);
        Genimg.Run("evaluate", _folder["empty"]).Refused(2, _folder["empty"], "checkpoint.safetensors");
    }

    [Fact]
    [Trait("bad-input", "48")]
    public void Other_data_than_the_run_was_trained_on_are_refused()
    {
        Train();
        SafetensorsFile file = SafetensorsFile.Read(Checkpoint);
        Dictionary<string, string> texts = file.Metadata.Where(t => t.Key != "sha256").ToDictionary();
        texts["fingerprint"] = new string('0', 64);
        SafetensorsFile.Write(Checkpoint, texts, [.. file.Tensors.Values]);
        Genimg.Run("train", "--resume", _folder["run"], "--epochs", "3").Refused(2, "000000000000");
        Genimg.Run("evaluate", _folder["run"]).Refused(2, "000000000000", "--data");
    }

    [Fact]
    [Trait("bad-input", "42")]
    public void Weights_that_are_not_numbers_are_warned_of_and_fail()
    {
        Train();
        Genimg.Fill(_folder["run"], "parameters/decoder/dense/bias", float.NaN);
        Outcome outcome = Genimg.Run("evaluate", _folder["run"], "--json");
        Assert.Equal((1, ""), (outcome.Code, outcome.Output));
        Assert.Contains("warning", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("parameters/decoder/dense/bias", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("bad-input", "54")]
    public void A_loss_that_is_not_finite_names_the_layer_and_keeps_the_checkpoint()
    {
        Train();
        Genimg.Fill(_folder["run"], "parameters/encoder/dense/weight", 3e38f);
        SafetensorsFile before = SafetensorsFile.Read(Checkpoint);
        Outcome outcome = Genimg.Run("train", "--resume", _folder["run"], "--epochs", "3");
        Assert.Equal(1, outcome.Code);
        string line = Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
        Assert.Matches("epoch 3, step 1: the loss is .*first bad result: encoder/dense.*--lr", line);
        Assert.Contains(Checkpoint, line, StringComparison.Ordinal);
        SafetensorsFile after = SafetensorsFile.Read(Checkpoint);
        foreach ((string name, StoredTensor tensor) in before.Tensors)
            Assert.True(tensor.Data.Span.SequenceEqual(after.Tensors[name].Data.Span), name);
        Assert.Equal(2, SavedRun.Open(_folder["run"]).State.History.Count);
    }
}
