using GeneratingImages.Core;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Evaluation;

public class BaselinesTests
{
    [Fact]
    public void Errors_are_those_of_predictions_made_by_hand()
    {
        // Images of one row that the article's occlusion would not fit: the left two pixels are seen, of [0], [100] and [200].
        var shape = Shape.Of(4, 4, 1);
        ImageSet train = Columns(shape, (0, 10), (100, 60), (200, 110)), test = Columns(shape, (90, 100), (210, 20));
        BaselineError[] errors = Baselines.Measure(train, test, new Occlusion(OcclusionKind.Right), null, 1, default);
        Assert.Equal(
            [Baselines.MeanImage, Baselines.NearestImage, Baselines.NearestMean, Baselines.Regression],
            errors.Select(e => e.Name));

        // Columns 0 to 2 are seen, column 3 is hidden. The mean image is 100 where seen and 60 where hidden.
        Check(errors[0], seen: (10 * 10 + 110 * 110) / 2.0, hidden: (40 * 40 + 40 * 40) / 2.0);
        Check(errors[1], seen: (10 * 10 + 10 * 10) / 2.0, hidden: (40 * 40 + 90 * 90) / 2.0);

        // Of three training images the 10 nearest are all of them: their mean is the mean image.
        Check(errors[2], seen: (10 * 10 + 110 * 110) / 2.0, hidden: (40 * 40 + 40 * 40) / 2.0);
        Assert.All(errors, error => Assert.Equal(2, error.TestImages));

        static void Check(BaselineError error, double seen, double hidden)
        {
            const double range = 255.0 * 255.0;
            Assert.Equal(hidden / range, error.HiddenMse!.Value, 1e-12);
            Assert.Equal(hidden / range / 4, error.PastedMse!.Value, 1e-12);
            Assert.Equal(((3 * seen) + hidden) / 4 / range, error.TestMse, 1e-12);
        }
    }

    [Fact]
    public void Rebuilding_has_no_regression_and_moving_masks_only_a_mean()
    {
        DataSplit data = DataSets.Load("digits", new DataOptions { Limit = 200 });
        BaselineError[] rebuilt = Baselines.Measure(data.Train, data.Test, null, null, 0, default);
        Assert.Equal([Baselines.MeanImage, Baselines.NearestImage, Baselines.NearestMean], rebuilt.Select(e => e.Name));
        Assert.All(rebuilt, error => Assert.Null(error.HiddenMse));
        BaselineError moving = Assert.Single(
            Baselines.Measure(data.Train, data.Test, new Occlusion(OcclusionKind.Pixels), null, 0, default));
        Assert.Equal(rebuilt[0].TestMse, moving.TestMse, 1e-12);
        Assert.NotNull(moving.HiddenMse);
    }

    [Fact]
    public void Threads_change_no_bit()
    {
        DataSplit data = DataSets.Load("digits", new DataOptions { Limit = 300 });
        BaselineError[] Measure(int threads) =>
            Baselines.Measure(data.Train, data.Test.Slice(0, 150), Occlusion.Lower, null, threads, default);
        Assert.Equal(Measure(1), Measure(3));
    }

    [Fact]
    public void What_is_computed_is_kept_for_the_same_data_and_only_for_them()
    {
        using var folder = new TemporaryFolder();
        int computed = 0;
        FloorReport Get(string of) => ComputedCache.Get(
            "floors", of, () => new FloorReport(0.1 + computed++, 0.2, 1.0 / 3), EvaluationJson.Default.FloorReport, folder.Root);
        FloorReport first = Get("a");
        Assert.Equal(first, Get("a"));
        Assert.Equal(1, computed);
        Assert.NotEqual(first, Get("b"));
        string[] files = Directory.GetFiles(folder["floors"]);
        Assert.Equal(2, files.Length);
        string[] damages =
        [
            "", "{", "{}", "null", "{\"of\":\"a\"}", "{\"of\":\"a\",\"value\":{}}",
            "{\"of\":\"b\",\"value\":{\"testMse\":1,\"hiddenMse\":1,\"pastedMse\":1}}",
        ];
        foreach (string damage in damages.Append(File.ReadAllText(files[0]).Replace("0.2", "0.3", StringComparison.Ordinal)))
        {
            foreach (string file in files) File.WriteAllText(file, damage);
            int before = computed;
            Get("a");
            Assert.Equal(before + 1, computed);
        }

        // A cache that cannot be written is no error.
        File.WriteAllText(folder["file"], "");
        Assert.Equal(first, ComputedCache.Get("floors", "a", () => first, EvaluationJson.Default.FloorReport, folder["file"]));
    }

    [Fact]
    public void Fingerprints_tell_pixels_sizes_and_parts_apart()
    {
        var a = new ImageSet(Shape.Of(2, 4, 1), new byte[16]);
        var b = new ImageSet(Shape.Of(4, 2, 1), new byte[16]);
        var c = new ImageSet(Shape.Of(2, 4, 1), (byte[])[.. new byte[15], 1]);
        string[] all =
        [
            ComputedCache.Fingerprint(a, a),
            ComputedCache.Fingerprint(a, b),
            ComputedCache.Fingerprint(a, c),
            ComputedCache.Fingerprint(c, a),
            ComputedCache.Fingerprint(a),
        ];
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.Equal(all[2], ComputedCache.Fingerprint(a, c));
    }

    /// <summary>Images whose columns 0 to 2 have one value and whose last column another.</summary>
    static ImageSet Columns(Shape shape, params (byte Seen, byte Hidden)[] images) =>
        new(shape, images.SelectMany(image => Enumerable.Range(0, 16).Select(i => i % 4 < 3 ? image.Seen : image.Hidden)).ToArray());
}
