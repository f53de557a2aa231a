using System.Globalization;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary>A study's result on a terminal: a line a row, then the answers.</summary>
static class StudySummary
{
    /// <summary>The lines.</summary>
    public static IEnumerable<string> Lines(StudyReport report)
    {
        var table = new TextTable(
            "row", "published", "ours", "ratio", "floor", "to floor", "hidden", "PSNR", "SSIM", "epochs", "seconds", "status")
        {
            Right = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        };
        foreach (StudyRowReport row in report.Rows) table.Add(
            row.Name,
            Number(row.PublishedMse, "F5"),
            Number(row.Result?.TestMse, "F5"),
            Number(row.Ratio, "F2"),
            Number(row.Result?.FloorMse, "F5"),
            Number(row.RatioToFloor, "F2"),
            Number(row.Result?.HiddenMse, "F5"),
            Number(row.Result?.Psnr, "F2"),
            Number(row.Result?.Ssim, "F4"),
            Number(row.Result?.Epochs, "F0"),
            Number(row.Result?.Seconds, "F0"),
            row.StatusText.Split(':')[0]);
        foreach (string line in table.Lines()) yield return line;
        if (report.Answers.Count > 0) yield return "";
        foreach (StudyAnswer answer in report.Answers) yield return answer.Text;
    }

    static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
