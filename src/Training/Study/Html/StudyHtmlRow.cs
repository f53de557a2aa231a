using System.Globalization;

namespace GeneratingImages.Training;

/// <summary>One row of a study in HTML: how it was trained, its losses, and pictures of what its model does.</summary>
static class StudyHtmlRow
{
    /// <summary>Appends the row.</summary>
    /// <param name="page">The page.</param>
    /// <param name="row">The row.</param>
    /// <param name="picture">Gives a picture's bytes by its path relative to the study's folder; null if it is not there.</param>
    public static void Append(Html page, StudyRowReport row, Func<string, byte[]?> picture)
    {
        RunSettings settings = row.Settings;
        page.Raw($"<article id=\"{Html.Escape(row.Name)}\">\n").Element("h3", row.Name)
            .Element("p", $"{settings.Dataset}: {settings.ModelText}. {settings.TrainingText}.");
        if (row.Note is { } note) page.Element("p", note);
        if (row.PublishedMse is { } published)
            page.Element("p", string.Create(
                CultureInfo.InvariantCulture,
                $"Published: {published}{(row.PublishedNote is { } how ? $" ({how})" : "")}."));
        page.Element("p", row.Result is { } result ? Summary(row, result) : row.StatusText, row.Result is null ? "class=\"status\"" : "");
        page.Raw("<div class=\"pictures\">\n");
        if (Losses(row) is { } curve) page.Figure(curve, $"loss curve of {row.Name}", "Training and validation loss by epoch.");
        bool complete = settings.Task == ReconstructionTask.Complete;
        Show(
            complete ? "completed.png" : "rebuilt.png",
            complete
                ? "Occluded, completed with the known pixels pasted back, original: the first test images."
                : "Original and rebuilt: the first test images.");
        Show("hardest.png", "The test images with the largest errors, largest first.");
        Show("easiest.png", "The test images with the smallest errors, smallest first.");
        page.Raw("</div>\n</article>\n");

        void Show(string name, string caption)
        {
            if (row.Result is not null && picture($"{row.Run}/{name}") is { } png) page.Figure(png, $"{row.Name}: {caption}", caption);
        }
    }

    static string Summary(StudyRowReport row, RunResult result)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"Test error {result.TestMse:F5}");
        if (row.Ratio is { } ratio) text += string.Create(CultureInfo.InvariantCulture, $", {ratio:F2} of the published one");
        if (row.RatioToFloor is { } floor) text += string.Create(CultureInfo.InvariantCulture, $", {floor:F2} of the linear floor");
        if (result.HiddenMse is { } hidden) text += string.Create(CultureInfo.InvariantCulture, $"; in the hidden pixels {hidden:F5}");
        string best = result.BestEpoch is { } epoch ? string.Create(CultureInfo.InvariantCulture, $", best at {epoch}") : "";
        return text + string.Create(
            CultureInfo.InvariantCulture,
            $". {result.Epochs} epochs{best} in {result.Seconds:F0} seconds on {row.Environment?.Backend}.");
    }

    static byte[]? Losses(StudyRowReport row)
    {
        if (!row.History.Any(epoch => double.IsFinite(epoch.TrainingLoss) || double.IsFinite(epoch.ValidationLoss))) return null;
        double[] epochs = [.. row.History.Select(epoch => (double)epoch.Epoch)];
        return new LinePlot
        {
            Width = StudyChart.Width,
            Height = StudyChart.Height,
            Title = row.Name,
            XLabel = "epoch",
            YLabel = "mean squared error",
            Series =
            [
                new("training", epochs, [.. row.History.Select(epoch => epoch.TrainingLoss)]),
                new("validation", epochs, [.. row.History.Select(epoch => epoch.ValidationLoss)]),
            ],
        }.ToPng();
    }
}
