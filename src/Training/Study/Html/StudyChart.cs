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
            .. Floor(rows, row => row.Result?.FloorMse),
            .. Lines(rows, row => row.PublishedMse, "published", SeriesStyle.Rings),
            .. Lines(rows, row => row.Result?.TestMse, "ours", SeriesStyle.Line),
        ];
        if (all.Count > 0)
            yield return Draw(
                $"{problem}: test error by latent size",
                "All pixels of the test images.",
                all,
                References(rows, baseline => baseline.TestMse));
        List<PlotSeries> hidden =
        [
            .. Floor(rows, row => row.Result?.FloorHiddenMse),
            .. Lines(rows, row => row.Result?.HiddenMse, "ours", SeriesStyle.Line),
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

    /// <summary>One series a model, in the model's colour.</summary>
    static IEnumerable<PlotSeries> Lines(
        IReadOnlyList<StudyRowReport> rows, Func<StudyRowReport, double?> value, string label, SeriesStyle style) =>
        rows.GroupBy(row => StudyHtmlTable.Model(row.Settings))
            .SelectMany((model, place) => Series($"{label}, {model.Key}", model, value)
                .Select(series => series with { Style = style, Colour = FigureStyle.Palette[place % FigureStyle.Palette.Length] }));

    static IEnumerable<PlotSeries> Floor(IReadOnlyList<StudyRowReport> rows, Func<StudyRowReport, double?> value) =>
        Series("linear floor", rows, value).Select(series => series with { Style = SeriesStyle.Bars, Colour = FigureStyle.Ink });

    /// <summary>The smallest value at each size, or nothing.</summary>
    static IEnumerable<PlotSeries> Series(string label, IEnumerable<StudyRowReport> rows, Func<StudyRowReport, double?> value)
    {
        (double Latent, double Value)[] known =
        [
            .. rows.Where(row => value(row) is not null)
                .GroupBy(row => row.Settings.Latent, row => value(row)!.Value)
                .Select(size => ((double)size.Key, size.Min()))
                .OrderBy(point => point.Item1),
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
