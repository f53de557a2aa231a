using System.Globalization;
using System.Text;
using System.Text.Json;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>A file of a run, with what is in it.</summary>
/// <param name="What">In a few words, for a person.</param>
/// <param name="Path">Where it is.</param>
public sealed record RunArtifact(string What, string Path);

/// <summary>Writes what a run leaves for people beside its checkpoint. Every file appears whole or not at all.</summary>
static class RunArtifacts
{
    const int SampleCount = 50, ShownCount = 20, ExtremeCount = 10, Columns = 10;

    /// <summary>Writes settings, the model's diagram and summary, and samples of the data: what is known before training.</summary>
    public static void WriteDescription(RunFolder folder, RunState state, DataSplit data, string backend)
    {
        var description = new RunDescription(state.Settings, DataDescription.Of(data), RunEnvironment.Of(backend));
        AtomicFile.WriteText(folder.Settings, JsonSerializer.Serialize(description, RunJson.Plain.RunDescription) + "\n");
        IReadOnlyList<LayerSummary> layers = state.Settings.BuildModel(state.Image).Summarize(state.Image);
        AtomicFile.WriteText(folder.Summary, $"{state.Settings.Title}\n\n{SummaryTable.Format(state.Image, layers).TrimEnd()}\n");
        ModelDiagram.Write(folder.Diagram, state.Settings.Title, state.Image, layers);
        ImageSet samples = data.Train.Slice(0, Math.Min(SampleCount, data.Train.Count));
        ContactSheet.WriteGrid(folder.Samples, $"{data.Name}: the first {samples.Count} training images", Bitmap.Many(samples), Columns);
    }

    /// <summary>Writes the epochs as CSV and JSON.</summary>
    public static void WriteHistory(RunFolder folder, IReadOnlyList<EpochReport> history)
    {
        var csv = new StringBuilder("epoch,trainingLoss,validationLoss,seconds,imagesPerSecond\n");
        foreach (EpochReport e in history)
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{e.Epoch},{e.TrainingLoss:R},{e.ValidationLoss:R},{e.Seconds:R},{e.ImagesPerSecond:R}\n");
        AtomicFile.WriteText(folder.HistoryCsv, csv.ToString());
        AtomicFile.WriteText(folder.HistoryJson, JsonSerializer.Serialize(history, RunJson.Plain.IReadOnlyListEpochReport) + "\n");
    }

    /// <summary>
    /// Writes the result, the loss curve if an epoch is done, the error of every test image, and test images with what the model makes of
    /// them.
    /// </summary>
    public static void WriteResult(RunFolder folder, RunState state, DataSplit data, TrainedModel model, RunMeasurement measured)
    {
        RunResult result = measured.Result;
        List<ReferenceLine> references = [];
        if (result.FloorMse is { } floor) references.Add(new("linear floor", floor));
        if (result.PublishedMse is { } published) references.Add(new("published", published));
        if (state.History.Count > 0) LossCurve.Write(folder.LossPlot, state.Settings.Title, state.History, references);
        ImageSet shown = data.Test.Slice(0, Math.Min(ShownCount, data.Test.Count));
        ContactSheet.WriteRows(folder.Reconstructions(model.Task), $"{state.Settings.Title}: test images", model.Show(shown), Columns);
        WriteExtremes(folder.Hardest, $"{state.Settings.Title}: the hardest test images", model, data.Test, measured.Hardest(ExtremeCount));
        WriteExtremes(folder.Easiest, $"{state.Settings.Title}: the easiest test images", model, data.Test, measured.Easiest(ExtremeCount));
        WriteTestErrors(folder.TestErrors, measured.Images);
        AtomicFile.WriteText(folder.Result, result.ToJson() + "\n");
    }

    static void WriteExtremes(string path, string title, TrainedModel model, ImageSet test, IReadOnlyList<TestImageError> which)
    {
        // One by one, since an image's number decides what is hidden of it.
        IReadOnlyList<SheetRow>[] shown = [.. which.Select(image => model.Show(test.Slice(image.Image, 1), image.Image))];
        SheetRow[] sheet = [.. shown[0].Select((row, i) => new SheetRow(row.Label, [.. shown.SelectMany(rows => rows[i].Images)]))];
        ContactSheet.WriteRows(path, title, sheet, Columns);
    }

    static void WriteTestErrors(string path, IReadOnlyList<TestImageError> images)
    {
        var csv = new StringBuilder("image,mse,hiddenMse,ssim\n");
        foreach (TestImageError i in images) csv.Append(CultureInfo.InvariantCulture, $"{i.Image},{i.Mse:R},{i.HiddenMse:R},{i.Ssim:R}\n");
        AtomicFile.WriteText(path, csv.ToString());
    }

    /// <summary>All files of a finished run.</summary>
    public static IReadOnlyList<RunArtifact> List(RunFolder folder, ReconstructionTask task) =>
    [
        new("checkpoint", folder.Checkpoint),
        new("history", folder.HistoryCsv),
        new("history", folder.HistoryJson),
        new("loss curve", folder.LossPlot),
        new("samples of the data", folder.Samples),
        new(task == ReconstructionTask.Complete ? "occluded, completed, original" : "original and rebuilt", folder.Reconstructions(task)),
        new("the hardest test images", folder.Hardest),
        new("the easiest test images", folder.Easiest),
        new("every test image's error", folder.TestErrors),
        new("model, as a diagram", folder.Diagram),
        new("model, as a table", folder.Summary),
        new("settings and versions", folder.Settings),
        new("result", folder.Result),
    ];
}
