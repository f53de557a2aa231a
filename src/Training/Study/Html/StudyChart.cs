namespace GeneratingImages.Training;

/// <summary>A plot of test error against latent size, for the rows of one data set and task.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Caption">How to read it.</param>
/// <param name="Png">The picture.</param>
sealed record StudyChart(string Title, string Caption, byte[] Png)
{
    /// <summary>Small enough that its letters can be read on a phone.</summary>
    public const int Width = 560, Height = 420;

    /// <summary>The plots there is something to show in: of all pixels, and when completing, of the hidden ones.</summary>
    public static IEnumerable<StudyChart> Of(string problem, IReadOnlyList<StudyRowReport> rows)
    {
        List<PlotSeries> all =
        [
            .. Lines(rows, row => row.Result?.TestMse, "ours"),
            .. Line("published", rows.Select(row => ((double)row.Settings.Latent, row.PublishedMse))),
            .. Line("linear floor", rows.Select(row => ((double)row.Settings.Latent, row.Result?.FloorMse))),
        ];
        if (all.Count > 0)
            yield return Draw(
                $"{problem}: test error by latent size",
                "All pixels of the test images.",
                all,
                References(rows, baseline => baseline.TestMse));
        List<PlotSeries> hidden =
        [
            .. Lines(rows, row => row.Result?.HiddenMse, "ours"),
            .. Line("linear floor", rows.Select(row => ((double)row.Settings.Latent, row.Result?.FloorHiddenMse))),
        ];
        if (hidden.Count > 0)
            yield return Draw(
                $"{problem}: error in the hidden pixels",
                "Only the pixels the model does not see.",
                hidden,
                References(rows, baseline => baseline.HiddenMse));
    }

    static StudyChart Draw(string title, string caption, IEnumerable<PlotSeries> series, IEnumerable<ReferenceLine> references) => new(
        title,
        caption,
        new LinePlot
        {
            Width = Width,
            Height = Height,
            Title = title,
            XLabel = "latent size",
            YLabel = "mean squared error",
            Series = series,
            ReferenceLines = references,
            LogarithmicX = true,
        }.ToPng());

    /// <summary>One line a model.</summary>
    static IEnumerable<PlotSeries> Lines(IEnumerable<StudyRowReport> rows, Func<StudyRowReport, double?> value, string label) =>
        rows.GroupBy(row => StudyHtmlTable.Model(row.Settings))
            .SelectMany(model => Line($"{label}, {model.Key}", model.Select(row => ((double)row.Settings.Latent, value(row)))));

    /// <summary>A line through the smallest value at each size, or none.</summary>
    static IEnumerable<PlotSeries> Line(string label, IEnumerable<(double Latent, double? Value)> points)
    {
        (double Latent, double Value)[] known =
        [
            .. points.Where(point => point.Value is not null)
                .GroupBy(point => point.Latent, point => point.Value!.Value)
                .Select(size => (size.Key, size.Min()))
                .OrderBy(point => point.Key),
        ];
        return known.Length == 0 ? [] : [new PlotSeries(label, [.. known.Select(p => p.Latent)], [.. known.Select(p => p.Value)])];
    }

    // The mean image is far above all others and would flatten them.
    static IEnumerable<ReferenceLine> References(IEnumerable<StudyRowReport> rows, Func<BaselineError, double?> value) =>
        (rows.FirstOrDefault(row => row.Baselines.Count > 0)?.Baselines ?? [])
            .Where(baseline => baseline.Name is Training.Baselines.NearestMean or Training.Baselines.Regression
                && value(baseline) is not null)
            .Select(baseline => new ReferenceLine(
                baseline.Name == Training.Baselines.Regression ? "regression" : "10 nearest", value(baseline)!.Value));
}
