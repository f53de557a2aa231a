using System.Globalization;
using System.Text;

namespace GeneratingImages.Training;

/// <summary>A study's report for people, in Markdown: the answers in words, then a table for each data set and task.</summary>
static class StudyMarkdown
{
    const string None = "–";

    /// <summary>The whole file.</summary>
    public static string Format(StudyReport report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {Escape(report.Title)}\n\n");
        int finished = report.Rows.Count(row => row.Status == RowStatus.Finished);
        text.Append(
            CultureInfo.InvariantCulture,
            $"{finished} of {report.Rows.Count} rows are finished. Made by `genimg study {report.File}`.\n\n");
        text.Append("""
            Errors are mean squared errors over the test images, pixels in [0, 1], over all pixels unless a column says otherwise; smaller is better.
            The floor is the best any linear model of that latent size can do on the same data, in closed form. Ratios are ours over published and ours over floor.

            """).Append('\n');
        Answers(text, report);
        foreach (var group in report.Rows.GroupBy(row => row.Problem))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {Escape(group.Key)}\n\n");
            Table(text, group.First().Settings.Task == ReconstructionTask.Complete, [.. group]);
            BaselineTable(text, group);
            Notes(text, [.. group]);
        }

        return text.ToString();
    }

    static void Answers(StringBuilder text, StudyReport report)
    {
        text.Append("## Which latent size is enough\n\n"
            + "The smallest size run whose test error is within 5 % of the best one of the same data set, task and model.\n\n");
        foreach (StudyAnswer answer in report.Answers) text.Append(CultureInfo.InvariantCulture, $"- {answer.Text}\n");
        if (report.Answers.Count == 0) text.Append("No row is finished yet.\n");
    }

    static void Table(StringBuilder text, bool complete, StudyRowReport[] rows)
    {
        List<(string Heading, Func<StudyRowReport, string> Cell)> columns =
        [
            ("latent", row => Whole(row.Settings.Latent)),
            ("published", row => Error(row.PublishedMse)),
            ("ours", row => Error(row.Result?.TestMse)),
            ("ratio", row => Number(row.Ratio, "F2")),
            ("floor", row => Error(row.Result?.FloorMse)),
            ("to floor", row => Number(row.RatioToFloor, "F2")),
        ];
        if (complete)
        {
            columns.AddRange(
            [
                ("hidden", row => Error(row.Result?.HiddenMse)),
                ("floor, hidden", row => Error(row.Result?.FloorHiddenMse)),
                ("known pasted", row => Error(row.Result?.PastedMse)),
            ]);
        }

        columns.AddRange(
        [
            ("PSNR, dB", row => Number(row.Result?.Psnr, "F2")),
            ("SSIM", row => Number(row.Result?.Ssim, "F4")),
            ("parameters", row => Whole(row.Result?.Parameters)),
            ("epochs", row => row.Result is null ? None : Whole(row.Result.Epochs)),
            ("images", row => Whole(row.Data?.Train)),
            ("seconds", row => Number(row.Result?.Seconds, "F0")),
        ]);
        text.Append("| row | model | ").AppendJoin(" | ", columns.Select(column => column.Heading)).Append(" | device |\n");
        text.Append("|---|---|").Append(string.Concat(columns.Select(_ => "--:|"))).Append("---|\n");
        foreach (StudyRowReport row in rows)
        {
            string last = row.Status == RowStatus.Finished ? row.Environment?.Backend ?? "" : Shorten(row.StatusText);
            text.Append(CultureInfo.InvariantCulture, $"| {row.Name} | {Model(row.Settings)} | ");
            text.AppendJoin(" | ", columns.Select(column => column.Cell(row)))
                .Append(CultureInfo.InvariantCulture, $" | {Escape(last)} |\n");
        }
    }

    /// <summary>
    /// What classical methods do: the same for all rows that were trained on the same images, so it stands once for these.
    /// </summary>
    static void BaselineTable(StringBuilder text, IEnumerable<StudyRowReport> rows)
    {
        foreach (StudyRowReport row in rows.Where(row => row.Baselines.Count > 0).DistinctBy(row => row.Data?.Fingerprint))
        {
            bool complete = row.Baselines.Any(baseline => baseline.HiddenMse is not null);
            text.Append(CultureInfo.InvariantCulture, $"\nWithout a latent code, from {Whole(row.Data?.Train)} training images:\n\n");
            text.Append(complete
                ? "| method | all | hidden | known pasted | test images |\n|---|--:|--:|--:|--:|\n"
                : "| method | all | test images |\n|---|--:|--:|\n");
            foreach (BaselineError baseline in row.Baselines)
            {
                string more = complete ? $" {Error(baseline.HiddenMse)} | {Error(baseline.PastedMse)} |" : "";
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| {baseline.Name} | {Error(baseline.TestMse)} |{more} {Whole(baseline.TestImages)} |\n");
            }
        }
    }

    static void Notes(StringBuilder text, StudyRowReport[] rows)
    {
        string[] notes =
        [
            .. rows.Where(row => row.Status == RowStatus.Failed).Select(row => $"{row.Name} {row.StatusText}"),
            .. rows.Where(row => row.PublishedNote is not null).Select(row => $"{row.Name}, published: {row.PublishedNote}"),
            .. rows.Where(row => row.Note is not null).Select(row => $"{row.Name}: {row.Note}"),
        ];
        if (notes.Length > 0) text.Append('\n');
        foreach (string note in notes) text.Append(CultureInfo.InvariantCulture, $"- {Escape(note)}\n");
    }

    static string Model(RunSettings settings) => settings.Model == ModelKind.Basic
        ? "basic"
        : FormattableString.Invariant($"{Word(settings.Model)}, k = {settings.Kernel}");

    static string Error(double? mse) => Number(mse, "F5");

    static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? None;

    static string Whole(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? None;

    static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>A table's cell has one short line; the whole reason stands below the table.</summary>
    static string Shorten(string status) => status.Split(':')[0];

    static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("|", "\\|", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal);
}
