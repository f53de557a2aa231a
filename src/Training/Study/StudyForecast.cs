namespace GeneratingImages.Training;

/// <summary>
/// How long a study may still take: every row's multiply-adds by its model and settings, and the time that finished rows took for theirs.
/// </summary>
/// <param name="rows">The rows to run, in their order.</param>
public sealed class StudyForecast(IReadOnlyList<StudyRow> rows)
{
    readonly Dictionary<StudyRow, double> _seconds = [];

    /// <summary>Takes in a finished row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="seconds">How long its training took.</param>
    public void Finished(StudyRow row, double seconds) => _seconds[row] = seconds;

    /// <summary>Seconds until the last row is trained; null as long as nothing tells.</summary>
    /// <param name="current">The row that runs.</param>
    /// <param name="part">The part of it that is done, 0 to 1.</param>
    /// <param name="left">The seconds it will still take itself.</param>
    public double? SecondsLeft(StudyRow current, double part, double left)
    {
        if (!double.IsFinite(left) || part is <= 0 or >= 1) return null;
        List<(StudyRow Row, double Seconds)> known = [.. _seconds.Select(pair => (pair.Key, pair.Value)), (current, left / (1 - part))];
        double sum = left;
        foreach (StudyRow row in rows.SkipWhile(row => row != current).Skip(1).Where(row => !_seconds.ContainsKey(row)))
        {
            // Rows of the same model tell best: how much of its peak a device reaches depends on that most of all.
            var like = known.Where(other => other.Row.Settings.Model == row.Settings.Model).ToList();
            if (like.Count == 0) like = known;
            sum += Work(row.Settings) * like.Sum(other => other.Seconds) / like.Sum(other => Work(other.Row.Settings));
        }

        return sum;
    }

    /// <summary>
    /// Multiply-adds of a row's forward passes: every weight once for every position of its layer's output, image and epoch.
    /// </summary>
    static double Work(RunSettings settings)
    {
        DataSetInfo data = DataSets.Find(settings.Dataset);
        double images = Math.Min(settings.Limit ?? int.MaxValue, data.TrainCount);
        double perImage = settings.BuildModel(data.Image).Summarize(data.Image)
            .Sum(layer => (double)layer.Parameters * layer.Output.Count / layer.Output[^1]);
        return settings.Epochs * images * perImage;
    }
}
