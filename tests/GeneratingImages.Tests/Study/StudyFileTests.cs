using System.Text;
using System.Text.Json;
using GeneratingImages.Core;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Tests.Runner;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Study;

public sealed class StudyFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    StudyFile Read(string text)
    {
        File.WriteAllText(_folder["s.json"], text);
        return StudyFile.Read(_folder["s.json"]);
    }

    [Fact]
    public void Rows_take_what_they_do_not_say_from_the_defaults_and_these_from_the_program()
    {
        StudyFile study = Read("""
            {
              "$schema": "study.schema.json",
              "title": "Two",
              "defaults": { "dataset": "mnist", "model": "basic", "latent": 32, "limit": 500, "channels": [8, 16] },
              "rows": [
                { "name": "a" },
                { "name": "b.2", "model": "Deep", "latent": 64, "learningRate": 5e-4, "limit": null, "published": 0.0125, "note": "k = 3" }
              ]
            }
            """);
        Assert.Equal("Two", study.Title);
        Assert.Equal(["a", "b.2"], study.Rows.Select(row => row.Name));
        RunSettings a = study.Rows[0].Settings, b = study.Rows[1].Settings;
        Assert.Equal(("mnist", ModelKind.Basic, 32, 500, new RunSettings().Batch), (a.Dataset, a.Model, a.Latent, a.Limit, a.Batch));
        Assert.Equal(("mnist", ModelKind.Deep, 64, null, 5e-4f), (b.Dataset, b.Model, b.Latent, b.Limit, b.LearningRate));
        Assert.Equal([8, 16], b.Channels);
        // The article has a figure for the first, the file its own for the second.
        Assert.Equal((0.0170, "20 epochs, Adam"), (study.Rows[0].PublishedMse, study.Rows[0].PublishedNote));
        Assert.Equal((0.0125, null, "k = 3"), (study.Rows[1].PublishedMse, study.Rows[1].PublishedNote, study.Rows[1].Note));
    }

    [Fact]
    public void Every_setting_of_a_run_can_stand_in_a_row()
    {
        string settings = SettingsOptionsTests.Other.ToJson();
        RunSettings read = Read($$"""{ "rows": [ { "name": "all", {{settings.Trim()[1..^1]}} } ] }""").Rows[0].Settings;
        Assert.Equal(settings, read.ToJson());
        foreach (JsonProperty setting in JsonDocument.Parse(settings).RootElement.EnumerateObject())
            Assert.Contains($"\"{setting.Name}\"", StudySchema.Text(), StringComparison.Ordinal);
        Assert.DoesNotContain("\"none\"", StudySchema.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_key_is_described()
    {
        string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "docs", "study.md"));
        string keys = string.Join(
            ' ', lines.Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|')[1]));
        foreach (JsonProperty setting in JsonDocument.Parse(new RunSettings().ToJson()).RootElement.EnumerateObject())
            Assert.Contains($"`{setting.Name}`", keys, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_an_option_puts_out_of_range_names_its_row()
    {
        StudyFile study = Read("""{ "rows": [ { "name": "warm", "schedule": "cosine", "warmUp": 3 } ] }""");
        string message = Assert.Throws<UserException>(() => study.Rows[0].With(2, null)).Message;
        Assert.Contains("row 'warm': --warm-up", message, StringComparison.Ordinal);
        Assert.Equal((5, 100), (study.Rows[0].With(5, 100).Settings.Epochs, study.Rows[0].With(5, 100).Settings.Limit));
    }

    [Fact]
    public void A_mask_may_be_a_picture_beside_the_file()
    {
        Directory.CreateDirectory(_folder["masks"]);
        byte[] left = [.. Enumerable.Range(0, 56 * 56).Select(i => (byte)(i % 56 < 20 ? 255 : 0))];
        ImageFile.Write(_folder["masks/left.png"], new Bitmap(Shape.Of(56, 56, 1), left));
        ImageFile.Write(_folder["black.png"], new Bitmap(Shape.Of(56, 56, 1), new byte[56 * 56]));
        StudyFile study = Read("""
            { "defaults": { "task": "complete", "hide": "masks/left.png" }, "rows": [ { "name": "a", "dataset": "mnist" }, { "name": "b", "hide": "UPPER" } ] }
            """);
        Assert.Equal(280, study.Rows[0].Settings.Occlusion.Masks(DataSets.Find("mnist").Image).HiddenPixels(0));
        Assert.Equal("upper", study.Rows[1].Settings.Hide);

        // The settings hold the mask itself, so they are the same without the picture.
        File.Delete(_folder["masks/left.png"]);
        string hide = study.Rows[0].Settings.Hide;
        StudyFile again = Read($$"""{ "rows": [ { "name": "a", "task": "complete", "dataset": "mnist", "hide": "{{hide}}" } ] }""");
        Assert.Equal(study.Rows[0].Settings.ToJson(), again.Rows[0].Settings.ToJson());

        Refused("masks/left.png", "line 2, column 3: hide: --hide masks/left.png: must be lower, upper", "a PNG file that is there");
        Refused("uper", "line 2, column 3: hide: --hide uper", "did you mean upper?");
        Refused("black.png", "line 2, column 3: hide:", "hides 0 of 784 pixels");

        void Refused(string hide, params string[] parts)
        {
            string text = $"{{ \"rows\": [ {{ \"name\": \"a\", \"hide\":\n  \"{hide}\" }} ] }}";
            string message = Assert.Throws<UserException>(() => Read(text)).Message;
            foreach (string part in parts) Assert.Contains(part, message, StringComparison.Ordinal);
        }
    }

    [Theory]
    // Not JSON.
    [InlineData("", "0 bytes")]
    [InlineData("{\n  \"rows\": [\n    { \"name\": \"a\" },\n  ]\n}", "line 4, column 3: is not JSON: a comma before a closing bracket: remove it")]
    [InlineData("{ \"rows\": [ { \"name\": \"a\" } ]", "line 1, column 30: is not JSON")]
    [InlineData("{ \"rows\": [ { \"name\": \"a\" } ] } x", "line 1, column 33: is not JSON")]
    [InlineData("{ // no\n}", "line 1, column 3: is not JSON")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "is not JSON")]
    // The wrong form.
    [InlineData("[]", "line 1, column 1: the file must be an object")]
    [InlineData("{}", "line 1, column 1: 'rows' is missing")]
    [InlineData("{ \"rows\": {} }", "line 1, column 11: 'rows' must be a list")]
    [InlineData("{\n \"rows\": []\n}", "line 2, column 10: 'rows' is empty")]
    [InlineData("{ \"rows\": [ 1 ] }", "line 1, column 13: a row must be an object")]
    [InlineData("{ \"title\": 5, \"rows\": [] }", "line 1, column 12", "title: must be a text")]
    [InlineData("{ \"rows\": [ {} ] }", "line 1, column 13: the row has no 'name'")]
    [InlineData("{ \"rows\": [ { \"name\": \"\" } ] }", "line 1, column 23: name: must be a text")]
    [InlineData("{ \"rows\": [ { \"name\": \"../x\" } ] }", "line 1, column 23", "'../x'")]
    [InlineData("{ \"rows\": [ { \"name\": \"x.\" } ] }", "line 1, column 23", "'x.'")]
    // Keys.
    [InlineData("{ \"row\": [] }", "line 1, column 3: 'row' is not known (did you mean rows?)")]
    [InlineData("{\n  \"rows\": [\n    { \"name\": \"a\", \"latnet\": 8 }\n  ]\n}", "line 3, column 20: 'latnet' is not known (did you mean latent?)", "epochs")]
    [InlineData("{ \"defaults\": { \"name\": \"a\" }, \"rows\": [] }", "line 1, column 17: 'name' is not known")]
    [InlineData("{ \"rows\": [ { \"name\": \"a\", \"latent\": 8, \"latent\": 9 } ] }", "line 1, column 41: 'latent' is given twice")]
    [InlineData("{ \"rows\": [ { \"name\": \"a\" },\n { \"name\": \"A\" } ] }", "line 2, column 12: name 'A': another row has it")]
    [InlineData("{ \"rows\": [ { \"name\": \"a\", \"hide\": \"right\" } ] }", "line 1, column 36: hide: is for the task complete")]
    [InlineData("{ \"rows\": [ { \"name\": \"a\", \"activation\": \"none\" } ] }", "line 1, column 42: activation: must be \"relu\" or \"elu\"")]
    // Types.
    [InlineData("{ \"rows\": [ { \"name\": \"a\", \"latent\": \"8\" } ] }", "line 1, column 38: latent: must be a whole number")]
    [InlineData("{ \"rows\": [ { \"name\": \"a\", \"latent\": 8.5 } ] }", "line 1, column 38: latent: must be a whole number")]
    [InlineData("{ \"rows\": [ { \"name\": \"a\", \"latent\": null } ] }", "line 1, column 38: latent: must be a whole number")]
    [InlineData("{ \"rows\": [ { \"name\": \"a\", \"latent\": 99999999999 } ] }", "line 1, column 38: latent: must be a whole number")]
    [InlineData("{ \"rows\": [ { \"name\": \"a\", \"model\": 1 } ] }", "line 1, column 37: model: must be \"basic\" or \"deep\"")]
    [InlineData("{ \"rows\": [ { \"name\": \"a\", \"model\": \"depe\" } ] }", "line 1, column 37: model:", "(did you mean deep?)")]
    [InlineData("{ \"rows\": [ { \"name\": \"a\", \"channels\": 8 } ] }", "line 1, column 40: channels: must be a list")]
    [InlineData("{ \"rows\": [ { \"name\": \"a\", \"dataset\": [] } ] }", "line 1, column 39: dataset: must be a text")]
    [InlineData("{ \"rows\": [ { \"name\": \"a\", \"published\": 0 } ] }", "line 1, column 41: published: must be")]
    [InlineData("{ \"rows\": [ { \"name\": \"a\", \"note\": \"a\\nb\" } ] }", "line 1, column 36: note: must be a text in quotes, on one line")]
    // Ranges, blamed on the value that is at fault, in the row or in the defaults.
    [InlineData("{ \"rows\": [ { \"name\": \"a\", \"epochs\": 3, \"latent\": 0 } ] }", "line 1, column 51: latent:", "1 to 1000000")]
    [InlineData("{ \"defaults\": {\n \"kernel\": 4 },\n \"rows\": [ { \"name\": \"a\", \"latent\": 3 } ] }", "line 2, column 12: kernel:", "3 or 5")]
    [InlineData("{ \"rows\": [ { \"name\": \"a\", \"learningRate\": 1e400 } ] }", "line 1, column 44: learningRate:")]
    [InlineData("{ \"rows\": [ { \"name\": \"a\", \"dataset\": \"mnits\" } ] }", "line 1, column 39: dataset:", "mnist")]
    [InlineData("{ \"rows\": [ { \"name\": \"a\", \"channels\": [4, 4, 4, 4, 4] } ] }", "line 1, column 40: channels:", "--channels")]
    [InlineData("{ \"rows\": [ { \"name\": \"a\", \"hide\": \"x.png\", \"dataset\": \"mnits\" } ] }", "line 1, column 56: dataset:", "mnist")]
    // Columns count characters, not bytes.
    [InlineData("{ \"title\": \"über 5 µm\", \"row\": [] }", "line 1, column 25: 'row' is not known")]
    public void What_is_wrong_is_said_with_line_and_column(string text, params string[] expected)
    {
        string message = Assert.Throws<UserException>(() => Read(text)).Message;
        Assert.StartsWith(_folder["s.json"], message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        foreach (string part in expected) Assert.Contains(part, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_UTF_8_of_a_sane_size_with_or_without_a_mark()
    {
        const string Good = "{ \"rows\": [ { \"name\": \"a\" } ] }";
        string path = _folder["s.json"];
        File.WriteAllText(path, Good, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Single(StudyFile.Read(path).Rows);
        File.WriteAllText(path, Good, Encoding.Unicode);
        Refused("not UTF-8", "line 1, column 1");
        File.WriteAllBytes(path, [.. "{ \"title\": \"a\","u8, (byte)'\n', (byte)'"', 0xC3, 0x28, .. "\" }"u8]);
        Refused("line 2, column 2", "not UTF-8");
        File.WriteAllText(path, Good + new string(' ', 1 << 20));
        Refused("bytes", "at most 1048576");
        Assert.Contains(
            "does not exist",
            Assert.Throws<UserException>(() => StudyFile.Read(_folder["none.json"])).Message, StringComparison.Ordinal);
        Assert.Contains("folder", Assert.Throws<UserException>(() => StudyFile.Read(_folder.Root)).Message, StringComparison.Ordinal);

        void Refused(params string[] parts)
        {
            string message = Assert.Throws<UserException>(() => StudyFile.Read(path)).Message;
            foreach (string part in parts) Assert.Contains(part, message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Rows_are_selected_by_name_and_pattern_in_the_files_order()
    {
        StudyFile study = Read("""{ "rows": [ { "name": "m-deep-8" }, { "name": "m-deep-16" }, { "name": "m-basic-8" } ] }""");
        Assert.Equal(3, study.Select(null).Count);
        Assert.Equal(["m-deep-8", "m-basic-8"], study.Select("m-basic-8, *-8").Select(row => row.Name));
        Assert.Equal(["m-deep-16"], study.Select("M-DEEP-??").Select(row => row.Name));
        string message = Assert.Throws<UserException>(() => study.Select("m-dep-8")).Message;
        Assert.Contains("did you mean m-deep-8?", message, StringComparison.Ordinal);
        Assert.Throws<UserException>(() => study.Select(","));
    }

    [Fact]
    public void The_articles_study_has_its_20_rows_with_the_published_errors()
    {
        StudyFile study = StudyFile.Read(Path.Combine(AppContext.BaseDirectory, "studies", "article.json"));
        Assert.Equal(20, study.Rows.Count);
        foreach (StudyRow row in study.Rows) row.Settings.Validate();
        Assert.Equal(Published.Rows.Select(row => row.Mse), study.Rows.Select(row => row.PublishedMse!.Value));
        Assert.Equal(Published.Rows.Select(row => row.Latent), study.Rows.Select(row => row.Settings.Latent));
        // Where the notebooks' kernel is known it is that; epochs and optimiser are those of the notes.
        foreach ((Published.Row published, StudyRow row) in Published.Rows.Zip(study.Rows))
        {
            if (published.Kernel is { } kernel) Assert.Equal(kernel, row.Settings.Kernel);
            Assert.Contains(row.Settings.Optimizer + "", published.Notes, StringComparison.Ordinal);
            Activation activation = published.Notes.Contains("ELU", StringComparison.Ordinal) ? Activation.Elu : Activation.Relu;
            Assert.Equal(activation, row.Settings.Activation);
            if (!published.Notes.Contains("more than", StringComparison.Ordinal))
                Assert.Contains($"{row.Settings.Epochs} epochs", published.Notes, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("results.json", 15)]
    [InlineData("beyond.json", 12)]
    public void The_other_studies_can_be_read(string name, int rows) =>
        Assert.Equal(rows, StudyFile.Read(Path.Combine(AppContext.BaseDirectory, "studies", name)).Rows.Count);

    [Fact]
    public void The_quick_study_needs_no_download()
    {
        StudyFile study = StudyFile.Read(Path.Combine(AppContext.BaseDirectory, "studies", "quick.json"));
        Assert.Equal(6, study.Rows.Count);
        Assert.All(study.Rows, row => Assert.Equal("digits", row.Settings.Dataset));
        Assert.Equal([8, 16, 32, 64], study.Rows.Select(row => row.Settings.Latent).Distinct().Order());
        Assert.Equal(2, study.Rows.Select(row => row.Settings.Model).Distinct().Count());
        Assert.Equal(2, study.Rows.Select(row => row.Settings.Task).Distinct().Count());
    }
}
