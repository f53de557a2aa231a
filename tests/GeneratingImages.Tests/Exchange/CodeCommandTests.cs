using System.Text.Json;
using GeneratingImages.Core;
using GeneratingImages.Cpu;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Tests.Files;
using GeneratingImages.Tests.Runner;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Exchange;

/// <summary><c>genimg encode</c>, <c>decode</c> and <c>walk</c>.</summary>
[Collection("command line")]
public sealed class CodeCommandTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public CodeCommandTests() => Assert.Equal(0, Genimg.Run(Genimg.Tiny(Run)).Code);

    public void Dispose() => _folder.Dispose();

    string Run => _folder["run"];

    [Theory]
    [InlineData("codes.csv")]
    [InlineData("codes.npy")]
    public void Decoded_codes_are_what_the_whole_model_rebuilds(string name)
    {
        JsonElement encoded = Genimg.Run("encode", Run, "--limit", "70", "--out", _folder[name], "--json").Json;
        Assert.Equal((4, 70), (encoded.GetProperty("latent").GetInt32(), encoded.GetProperty("count").GetInt32()));
        Assert.Equal(_folder[name], encoded.GetProperty("file").GetString());
        JsonElement decoded = Genimg.Run("decode", Run, _folder[name], "--out", _folder["pictures"], "--json").Json;
        Assert.Equal(Path.Combine(_folder["pictures"], "sheet.png"), decoded.GetProperty("sheet").GetString());
        string[] pictures = [.. decoded.GetProperty("images").EnumerateArray().Select(e => e.GetString()!)];
        Assert.Equal((70, Path.Combine(_folder["pictures"], "07.png")), (pictures.Length, pictures[7]));
        SavedRun saved = SavedRun.Open(Run);
        using var backend = new CpuBackend(1);
        using TrainedModel model = saved.Load(backend);
        ImageSet images = DataSets.Load("digits", new DataOptions()).Test.Slice(0, 70);
        Bitmap[] expected = Bitmap.ManyFromFloats(images.Image, model.Run(images));
        for (int i = 0; i < pictures.Length; i++)
            // A rounding of another order may move a value that lies between two bytes.
            Assert.True(
                expected[i].Pixels.Zip(ImageFile.Read(pictures[i]).Pixels).All(p => Math.Abs(p.First - p.Second) <= 1), pictures[i]);
    }

    [Fact]
    public void No_picture_is_replaced_by_what_is_made_of_it()
    {
        Assert.Equal(0, Genimg.Run("decode", Run, Codes(2), "--out", _folder.Root).Code);
        File.Move(_folder["0.png"], _folder["x-rebuilt.png"]);
        byte[] sheet = File.ReadAllBytes(_folder["sheet.png"]), other = File.ReadAllBytes(_folder["x-rebuilt.png"]);
        Fails(2, Genimg.Run("rebuild", Run, _folder["sheet.png"], "--out", _folder.Root), _folder["sheet.png"], "name another --out");
        File.Copy(_folder["1.png"], _folder["x.png"]);
        Fails(2, Genimg.Run("rebuild", Run, _folder["x.png"], _folder["x-rebuilt.png"], "--out", _folder.Root), _folder["x-rebuilt.png"]);
        Assert.Equal(sheet, File.ReadAllBytes(_folder["sheet.png"]));
        Assert.Equal(other, File.ReadAllBytes(_folder["x-rebuilt.png"]));
        string[] three = [_folder["x.png"], Path.Combine(Directory.CreateDirectory(_folder["b"]).FullName, "X.png"), _folder["x.png"]];
        File.Copy(three[0], three[1]);
        JsonElement made = Genimg.Run(["rebuild", Run, .. three, "--out", _folder["made"], "--json"]).Json;
        string[] names = [.. made.GetProperty("images").EnumerateArray().Select(image => Path.GetFileName(image.GetString()!))];
        Assert.Equal(["x-rebuilt.png", "X-rebuilt-2.png", "x-rebuilt-3.png"], names);
    }

    [Fact]
    public void More_pictures_than_a_sheet_shows_are_all_written()
    {
        Assert.Equal(0, Genimg.Run("decode", Run, Codes(130), "--out", _folder["decoded"]).Code);
        string[] pictures = [.. Directory.GetFiles(_folder["decoded"], "???.png").Order()];
        Assert.Equal((130, "129.png"), (pictures.Length, Path.GetFileName(pictures[^1])));
        Assert.Equal(0, Genimg.Run(["rebuild", Run, .. pictures, "--out", _folder["made"]]).Code);
        Assert.Equal(130, Directory.GetFiles(_folder["made"], "*-rebuilt.png").Length);
        Assert.True(File.Exists(Path.Combine(_folder["made"], "sheet.png")));
    }

    [Fact]
    [Trait("bad-input", "32")]
    public void A_full_disk_is_a_failure_and_no_bad_use()
    {
        string codes = Codes(2);
        using var disk = new SmallDisk(_folder["disk"], megabytes: 1);
        disk.Fill();
        Fails(1, Genimg.Run("decode", Run, codes, "--out", disk.Root), disk["0.png"], "make room");
        Fails(1, Genimg.Run("encode", Run, "--limit", "3", "--out", disk["codes.npy"]), disk["codes.npy"], "make room");
        Fails(1, Genimg.Run("export", Run, "--format", "onnx", "--out", disk.Root), disk.Root, "make room");
        Fails(1, Genimg.Run("export", Run, "--format", "safetensors", "--layout", "keras", "--out", disk.Root), disk.Root, "make room");
        Assert.Equal([disk["filler"]], Directory.GetFileSystemEntries(disk.Root));
    }

    static void Fails(int code, Outcome outcome, params string[] words)
    {
        Assert.Equal((code, ""), (outcome.Code, outcome.Output));
        string line = Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'), line => line.StartsWith("genimg: ", StringComparison.Ordinal));
        foreach (string word in words) Assert.Contains(word, line, StringComparison.Ordinal);
    }

    string Codes(int count)
    {
        new CodeTable(4, [.. Enumerable.Range(0, 4 * count).Select(i => i % 7 - 3f)]).Write(_folder["codes.csv"]);
        return _folder["codes.csv"];
    }

    [Fact]
    public void Without_a_file_codes_are_printed()
    {
        string[] lines = Genimg.Run("encode", Run, "--limit", "2").Output.TrimEnd('\n').Split('\n');
        Assert.Equal("image,1,2,3,4", lines[0]);
        Assert.Equal(["0", "1"], lines[1..].Select(line => line.Split(',')[0]));
        JsonElement json = Genimg.Run("encode", Run, "--limit", "2", "--json").Json;
        Assert.Equal(JsonValueKind.Null, json.GetProperty("file").ValueKind);
        JsonElement second = json.GetProperty("codes")[1];
        Assert.Equal("1", second.GetProperty("image").GetString());
        Assert.Equal(lines[2].Split(',')[1..].Select(float.Parse), second.GetProperty("code").EnumerateArray().Select(v => v.GetSingle()));
        Assert.Equal(1001, Genimg.Run("encode", Run).Output.TrimEnd('\n').Split('\n').Length);
    }

    [Fact]
    public void Own_pictures_have_the_codes_of_the_test_images_they_show()
    {
        ImageSet test = DataSets.Load("digits", new DataOptions()).Test;
        ImageFile.Write(_folder["a,b.png"], Bitmap.From(test, 5));
        string[] own = Genimg.Run("encode", Run, _folder["a,b.png"]).Output.TrimEnd('\n').Split('\n');
        string[] listed = Genimg.Run("encode", Run, "--limit", "6").Output.TrimEnd('\n').Split('\n');
        Assert.Equal($"\"{_folder["a,b.png"]}\"{listed[6][1..]}", own[1]);
    }

    [Fact]
    public void A_walk_begins_and_ends_at_its_images()
    {
        ImageSet test = DataSets.Load("digits", new DataOptions()).Test;
        var pair = new ImageSet(test.Image, (byte[])[.. test[3], .. test[8]]);
        SavedRun saved = SavedRun.Open(Run);
        using var backend = new CpuBackend(1);
        LatentWalk walk = LatentWalk.Between(saved, pair, (3, 8), 5, backend);
        Assert.Equal((5, 5), (walk.Blended.Count, walk.Decoded.Count));
        Assert.Equal(test[3].ToArray(), walk.Blended[0].Pixels);
        Assert.Equal(test[8].ToArray(), walk.Blended[4].Pixels);
        using TrainedModel model = saved.Load(backend);
        float[] ends = model.Run(pair);
        Assert.Equal(
            Bitmap.ManyFromFloats(test.Image, ends).Select(b => b.Pixels),
            new[] { walk.Decoded[0].Pixels, walk.Decoded[4].Pixels });
        // The basic model is linear: the middle code decodes to the mean of the ends.
        for (int i = 0; i < 784; i++)
            Assert.Equal(Math.Clamp((ends[i] + ends[784 + i]) / 2, 0, 1) * 255, walk.Decoded[2].Pixels[i], 0.51);
    }

    /// <summary>Test image i has mask i wherever it is used: of random boxes every image has another.</summary>
    [Fact]
    public void A_walk_hides_of_a_test_image_what_encode_hides()
    {
        string run = _folder["boxes"];
        Assert.Equal(0, Genimg.Run(Genimg.Tiny(run, "--task", "complete", "--hide", "box")).Code);
        SavedRun saved = SavedRun.Open(run);
        ImageSet test = DataSets.Load("digits", new DataOptions()).Test;
        using var backend = new CpuBackend(1);
        LatentWalk walk = LatentWalk.Between(saved, new ImageSet(test.Image, (byte[])[.. test[5], .. test[5]]), (5, 5), 2, backend);
        Assert.Equal(walk.Decoded[0].Pixels, walk.Decoded[1].Pixels);
        using TrainedModel model = saved.Load(backend);
        Bitmap expected = Bitmap.ManyFromFloats(test.Image, model.Run(test.Slice(0, 6)))[5];
        for (int i = 0; i < 784; i++) Assert.Equal(expected.Pixels[i], walk.Decoded[0].Pixels[i], 1.0);
    }

    [Fact]
    public void A_strip_is_drawn_of_files_and_numbers()
    {
        ImageFile.Write(_folder["mine.png"], new Bitmap(Shape.Of(40, 40, 3), new byte[4800]));
        JsonElement walk = Genimg.Run("walk", Run, "3", _folder["mine.png"], "--steps", "4", "--out", _folder["strip.png"], "--json").Json;
        Assert.Equal(("3", 4), (walk.GetProperty("from").GetString(), walk.GetProperty("steps").GetInt32()));
        Bitmap strip = ImageFile.Read(_folder["strip.png"]);
        Assert.True(strip.Width > 4 * 28 && strip.Height > 2 * 28);
        Assert.Equal(0, Genimg.Run("walk", Run, "0", "1").Code);
        Assert.True(File.Exists(Path.Combine(Run, "walk.png")));
    }

    [Fact]
    public void Bad_use_is_refused()
    {
        Genimg.Run("walk", Run, "0", "1000").Refused(2, "1000", "1000 test images", "./1000");
        Genimg.Run("walk", Run, "0", "none.png").Refused(2, "none.png", "no such file");
        Genimg.Run("walk", Run, "0", "1", "--steps", "1").Refused(2, "--steps 1", "2 to 100");
        Genimg.Run("walk", Run, "0").Refused(2, "B", "missing");
        Genimg.Run("encode", Run, "--limit", "0").Refused(2, "--limit 0");
        Genimg.Run("encode", Run, "a.png", "--limit", "2").Refused(2, "--limit 2");
        Genimg.Run("rebuild", Run, "a.png", "--limit", "2").Refused(2, "--limit 2", "images are named");
        Genimg.Run("encode", Run, "--out", "codes.txt").Refused(2, "codes.txt", ".csv or .npy");
        File.WriteAllText(_folder["codes.csv"], "1,2,3\n");
        Genimg.Run("decode", Run, _folder["codes.csv"]).Refused(2, "codes.csv: line 1: 3 fields", "4 numbers");
        Genimg.Run("decode", Run, _folder["none.npy"]).Refused(2, "none.npy", "does not exist");
    }
}
