using System.Globalization;
using System.Text;

namespace GeneratingImages.Training;

/// <summary>A study's table as CSV (RFC 4180): one line a row, all figures in full, empty where there is none.</summary>
static class StudyCsv
{
    static readonly (string Name, Func<StudyRowReport, object?> Value)[] _columns =
    [
        ("name", row => row.Name),
        ("status", row => row.Status),
        ("reason", row => row.Reason),
        ("dataset", row => row.Settings.Dataset),
        ("task", row => row.Settings.Task),
        ("model", row => row.Settings.Model),
        ("latent", row => row.Settings.Latent),
        ("trainImages", row => row.Data?.Train),
        ("testImages", row => row.Data?.Test),
        ("publishedMse", row => row.PublishedMse),
        ("testMse", row => row.Result?.TestMse),
        ("ratio", row => row.Ratio),
        ("floorMse", row => row.Result?.FloorMse),
        ("ratioToFloor", row => row.RatioToFloor),
        ("hiddenMse", row => row.Result?.HiddenMse),
        ("floorHiddenMse", row => row.Result?.FloorHiddenMse),
        ("pastedMse", row => row.Result?.PastedMse),
        ("floorPastedMse", row => row.Result?.FloorPastedMse),
        ("meanImageMse", row => Baseline(row, Baselines.MeanImage)?.TestMse),
        ("meanImageHiddenMse", row => Baseline(row, Baselines.MeanImage)?.HiddenMse),
        ("nearestImageMse", row => Baseline(row, Baselines.NearestImage)?.TestMse),
        ("nearestImageHiddenMse", row => Baseline(row, Baselines.NearestImage)?.HiddenMse),
        ("nearestMeanMse", row => Baseline(row, Baselines.NearestMean)?.TestMse),
        ("nearestMeanHiddenMse", row => Baseline(row, Baselines.NearestMean)?.HiddenMse),
        ("regressionMse", row => Baseline(row, Baselines.Regression)?.TestMse),
        ("regressionHiddenMse", row => Baseline(row, Baselines.Regression)?.HiddenMse),
        ("psnr", row => row.Result?.Psnr),
        ("ssim", row => row.Result?.Ssim),
        ("parameters", row => row.Result?.Parameters),
        ("epochs", row => row.History.Count),
        ("seconds", row => row.Result?.Seconds),
        ("device", row => row.Environment?.Backend),
        ("model settings", row => row.Settings.ModelText),
        ("training settings", row => row.Settings.TrainingText),
        ("run", row => row.Run),
    ];

    /// <summary>The whole file.</summary>
    public static string Format(StudyReport report)
    {
        var csv = new StringBuilder();
        csv.AppendJoin(',', _columns.Select(column => column.Name)).Append('\n');
        foreach (StudyRowReport row in report.Rows)
            csv.AppendJoin(',', _columns.Select(column => Cell(column.Value(row)))).Append('\n');
        return csv.ToString();
    }

    static BaselineError? Baseline(StudyRowReport row, string name) => row.Baselines.FirstOrDefault(baseline => baseline.Name == name);

    static string Cell(object? value)
    {
        string text = value switch
        {
            null => "",
            double number => number.ToString("R", CultureInfo.InvariantCulture),
            Enum word => word.ToString().ToLowerInvariant(),
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString()!,
        };
        return text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
