using System.Globalization;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary>A result as a table: the model's errors, the linear floor's and the published one.</summary>
static class ResultReport
{
    /// <summary>Prints it.</summary>
    public static void Print(Terminal terminal, RunSettings settings, RunResult result)
    {
        bool complete = settings.Task == ReconstructionTask.Complete;
        var table = complete
            ? new TextTable("mean squared error, test images", "all pixels", "hidden pixels", "known ones pasted") { Right = [1, 2, 3] }
            : new TextTable("mean squared error, test images", "all pixels") { Right = [1] };
        string best = result.BestEpoch is { } epoch ? $", best at {epoch}" : "";
        Add(
            $"this model, {result.Epochs} {(result.Epochs == 1 ? "epoch" : "epochs")}{best}",
            result.TestMse,
            result.HiddenMse,
            result.PastedMse);
        if (result.FloorMse is not null)
            Add($"best linear model of {settings.Latent} numbers", result.FloorMse, result.FloorHiddenMse, result.FloorPastedMse);
        Published.Row? published = RunEvaluation.PublishedFor(settings);
        if (published is not null) Add("the article", published.Mse, null, null);
        foreach (string line in table.Lines()) terminal.Line(line);
        if (result.Psnr is { } psnr)
        {
            string similarity = result.Ssim is { } ssim ? FormattableString.Invariant($", SSIM {ssim:F4}") : "";
            terminal.Line(FormattableString.Invariant($"this model's outputs: PSNR {psnr:F2} dB{similarity}"));
        }

        terminal.Line(published is null
            ? "(the article has no figure for this data set, task, model and latent size)"
            : $"(the article's {published.Model} model{(published.Kernel is { } k ? $", kernel {k}" : "")}: {published.Notes})");

        void Add(string what, double? all, double? hidden, double? pasted)
        {
            string[] row = [what, Error(all), Error(hidden), Error(pasted)];
            table.Add(complete ? row : row[..2]);
        }
    }

    static string Error(double? mse) => mse?.ToString("F5", CultureInfo.InvariantCulture) ?? "";
}
