using System.Globalization;

namespace GeneratingImages.Training;

/// <summary>
/// A study's report as one page that needs nothing else: the answers in words, error against latent size, every figure, and for each row
/// its losses and pictures. It reads on a phone and on paper.
/// </summary>
static class StudyHtml
{
    /// <summary>The whole page.</summary>
    /// <param name="report">The study.</param>
    /// <param name="picture">Gives the bytes of a PNG by its path relative to the study's folder; null if it is not there.</param>
    public static string Format(StudyReport report, Func<string, byte[]?> picture)
    {
        var page = new Html();
        page.Raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n")
            .Raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n<link rel=\"icon\" href=\"data:,\" />\n")
            .Element("title", report.Title)
            .Raw($"<style>\n{Style()}</style>\n</head>\n<body>\n<main>\n");
        Head(page, report);
        Answers(page, report);
        foreach (IGrouping<string, StudyRowReport> problem in report.Rows.GroupBy(row => row.Problem)) Problem(page, [.. problem], picture);
        page.Raw("<section>\n").Element("h2", "Every row");
        foreach (StudyRowReport row in report.Rows) StudyHtmlRow.Append(page, row, picture);
        page.Raw("</section>\n");
        Versions(page, report);
        return page.Raw("</main>\n</body>\n</html>\n").ToString();
    }

    static void Head(Html page, StudyReport report)
    {
        int finished = report.Rows.Count(row => row.Status == RowStatus.Finished);
        string lead = string.Create(
            CultureInfo.InvariantCulture,
            $"{finished} of {report.Rows.Count} rows are finished. Made by genimg study {report.File}.");
        page.Raw("<header>\n").Element("h1", report.Title)
            .Element("p", lead, "class=\"lead\"")
            .Element("p", "Errors are mean squared errors over the test images, pixels in [0, 1]; smaller is better. "
                + "The floor is the best that any linear model of that latent size can do on the same data, in closed form. "
                + "Ratios are ours over the published error, and ours over the floor.")
            .Raw("</header>\n");
    }

    static void Answers(Html page, StudyReport report)
    {
        page.Raw("<section class=\"answers\">\n").Element("h2", "Which latent size is enough?")
            .Element("p", "The smallest size run whose test error is within 5 % of the best one of the same data set, task and model.");
        if (report.Answers.Count == 0) page.Element("p", "No row is finished yet.");
        page.Raw("<ul>\n");
        foreach (StudyAnswer answer in report.Answers)
        {
            string size = answer.Latent is { } latent ? latent.ToString(CultureInfo.InvariantCulture) : "–";
            page.Raw($"<li><span class=\"size\">{size}</span> <span>{Html.Escape(answer.Text)}</span></li>\n");
        }

        page.Raw("</ul>\n</section>\n");
    }

    static void Problem(Html page, StudyRowReport[] rows, Func<string, byte[]?> picture)
    {
        string problem = rows[0].Problem;
        page.Raw("<section>\n").Element("h2", problem).Raw("<div class=\"charts\">\n");
        foreach (StudyChart chart in StudyChart.Of(problem, rows)) page.Figure(chart.Png, chart.Title, chart.Caption);
        byte[]? samples = rows.Where(row => row.Result is not null)
            .Select(row => picture($"{row.Run}/samples.png"))
            .FirstOrDefault(png => png is not null);
        if (samples is not null) page.Figure(samples, $"{problem}: images that were trained on", "Images that were trained on.");
        page.Raw("</div>\n");
        StudyHtmlTable.Rows(page, rows);
        StudyHtmlTable.Baselines(page, rows);
        page.Raw("</section>\n");
    }

    static void Versions(Html page, StudyReport report)
    {
        page.Raw("<footer>\n").Element("h2", "Where it was made");
        foreach (RunEnvironment machine in report.Rows.Select(row => row.Environment).OfType<RunEnvironment>().Distinct())
            page.Element("p", $"GeneratingImages {machine.Program}, {machine.DotNet}, {machine.System}, "
                + $"{machine.Processor}, {machine.Processors} processors; {machine.Backend}");
        foreach (DataDescription data in report.Rows.Select(row => row.Data).OfType<DataDescription>().DistinctBy(data => data.Fingerprint))
            page.Element("p", string.Create(
                CultureInfo.InvariantCulture,
                $"{data.Name}: {data.Train:N0} images to train on, {data.Validation:N0} to validate, {data.Test:N0} to test; "
                + $"fingerprint {data.Fingerprint[..Math.Min(16, data.Fingerprint.Length)]}"));
        page.Raw("</footer>\n");
    }

    static string Style()
    {
        using Stream css = typeof(StudyHtml).Assembly.GetManifestResourceStream("report.css")!;
        return new StreamReader(css).ReadToEnd();
    }
}
