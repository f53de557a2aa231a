using System.Globalization;

namespace GeneratingImages.Training;

/// <summary>A study's tables in HTML. On a narrow screen each row becomes a card, so every cell carries its heading.</summary>
static class StudyHtmlTable
{
    const string None = "–";

    sealed record Column(string Heading, Func<StudyRowReport, string> Cell, bool Complete = false);

    static readonly Column[] s_columns =
    [
        new("latent", row => Whole(row.Settings.Latent)),
        new("published", row => Error(row.PublishedMse)),
        new("ours", row => Error(row.Result?.TestMse)),
        new("ratio", row => Number(row.Ratio, "F2")),
        new("floor", row => Error(row.Result?.FloorMse)),
        new("to floor", row => Number(row.RatioToFloor, "F2")),
        new("hidden", row => Error(row.Result?.HiddenMse), Complete: true),
        new("floor, hidden", row => Error(row.Result?.FloorHiddenMse), Complete: true),
        new("known pasted", row => Error(row.Result?.PastedMse), Complete: true),
        new("PSNR, dB", row => Number(row.Result?.Psnr, "F2")),
        new("SSIM", row => Number(row.Result?.Ssim, "F4")),
        new("parameters", row => Whole(row.Result?.Parameters)),
        new("epochs", row => Whole(row.Result?.Epochs)),
        new("seconds", row => Number(row.Result?.Seconds, "F0")),
    ];

    /// <summary>Rows of one data set and task.</summary>
    public static void Rows(Html page, IReadOnlyList<StudyRowReport> rows)
    {
        bool complete = rows[0].Settings.Task == ReconstructionTask.Complete;
        Column[] columns = [.. s_columns.Where(column => complete || !column.Complete)];
        page.Raw("<table>\n<thead><tr><th>row</th><th>model</th>");
        foreach (Column column in columns) page.Raw($"<th class=\"number\">{Html.Escape(column.Heading)}</th>");
        page.Raw("</tr></thead>\n<tbody>\n");
        foreach (StudyRowReport row in rows)
        {
            page.Raw($"<tr><th scope=\"row\"><a href=\"#{Html.Escape(row.Name)}\">{Html.Escape(row.Name)}</a></th>");
            Cell(page, "model", Model(row.Settings), "");
            if (row.Result is null) page.Raw($"<td class=\"status\" colspan=\"{columns.Length}\">{Html.Escape(row.StatusText)}</td>");
            else foreach (Column column in columns) Cell(page, column.Heading, column.Cell(row), Class(column.Heading, row));
            page.Raw("</tr>\n");
        }

        page.Raw("</tbody>\n</table>\n");
    }

    /// <summary>What classical methods do on the same data: once for all rows that were trained on the same images.</summary>
    public static void Baselines(Html page, IReadOnlyList<StudyRowReport> rows)
    {
        foreach (StudyRowReport row in rows.Where(row => row.Baselines.Count > 0).DistinctBy(row => row.Data?.Fingerprint))
        {
            bool complete = row.Settings.Task == ReconstructionTask.Complete;
            page.Element("h3", $"Without a latent code, from {Whole(row.Data?.Train)} training images")
                .Raw("<table class=\"small\">\n<thead><tr><th>method</th><th class=\"number\">all pixels</th>")
                .Raw(complete ? "<th class=\"number\">hidden</th><th class=\"number\">known pasted</th>" : "")
                .Raw("<th class=\"number\">test images</th></tr></thead>\n<tbody>\n");
            foreach (BaselineError baseline in row.Baselines)
            {
                page.Raw($"<tr><th scope=\"row\">{Html.Escape(baseline.Name)}</th>");
                Cell(page, "all pixels", Error(baseline.TestMse), "number");
                if (complete) Cell(page, "hidden", Error(baseline.HiddenMse), "number");
                if (complete) Cell(page, "known pasted", Error(baseline.PastedMse), "number");
                Cell(page, "test images", Whole(baseline.TestImages), "number");
                page.Raw("</tr>\n");
            }

            page.Raw("</tbody>\n</table>\n");
        }
    }

    /// <summary>A model in a few words.</summary>
    public static string Model(RunSettings settings)
    {
        string word = settings.Model.ToString().ToLowerInvariant();
        return settings.Model == ModelKind.Basic ? word : FormattableString.Invariant($"{word}, k = {settings.Kernel}");
    }

    // A card on a phone leaves out what there is no figure for.
    static void Cell(Html page, string heading, string text, string kind)
    {
        string classes = text == None ? $"{kind} none".TrimStart() : kind;
        string attribute = classes.Length == 0 ? "" : $" class=\"{classes}\"";
        page.Raw($"<td data-label=\"{Html.Escape(heading)}\"{attribute}>{Html.Escape(text)}</td>");
    }

    static string Class(string heading, StudyRowReport row) => heading switch
    {
        "ours" => "number ours",
        "ratio" => row.Ratio is { } ratio ? ratio <= 1 ? "number better" : "number worse" : "number",
        _ => "number",
    };

    static string Error(double? mse) => Number(mse, "F5");

    static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? None;

    static string Whole(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? None;
}
