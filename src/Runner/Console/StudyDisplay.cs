using System.Globalization;
using GeneratingImages.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GeneratingImages.Runner;

/// <summary>
/// The course of a study: a heading per row, a line per epoch, a line per finished row; and live, the row's bar above the study's own, each
/// with the time that is left.
/// </summary>
sealed class StudyDisplay(Terminal terminal, Action<IRenderable> show, IReadOnlyList<StudyRow> rows) : StudyObserver
{
    readonly StudyForecast _forecast = new(rows);
    TrainingDisplay? _training;
    StudyRow? _row;
    string _studyLine = "";

    /// <inheritdoc/>
    public override void Begins(StudyRow row, DataSplit data, RunState state)
    {
        _row = row;
        _studyLine = FormattableString.Invariant($"study: row {NumberOf(row.Name)} of {rows.Count}");
        string resumed = state.MidEpoch ? $", resumed in epoch {state.History.Count + 1}"
            : state.History.Count > 0 ? $", resumed after epoch {state.History.Count}"
            : "";
        terminal.Line();
        terminal.Line(FormattableString.Invariant($"row {NumberOf(row.Name)}/{rows.Count}  {row.Name}: ")
            + FormattableString.Invariant($"{row.Settings.Dataset}, {row.Settings.ModelText}, ")
            + FormattableString.Invariant($"{data.Train.Count:N0} images{resumed}"));
        _training = new TrainingDisplay(terminal, bar => show(new Rows(bar, new Text(_studyLine))), row.Settings, data.Train.Count, state);
    }

    /// <inheritdoc/>
    public override void Progress(EpochProgress progress)
    {
        if (!terminal.IsLive || _training is null || _row is null) return;
        double done = progress.Epoch - 1 + ((double)progress.Done / progress.Total);
        if (_forecast.SecondsLeft(_row, done / _row.Settings.Epochs, _training.SecondsLeft(progress)) is { } left)
            _studyLine = FormattableString.Invariant(
                $"study: row {NumberOf(_row.Name)} of {rows.Count}, about {TrainingDisplay.Time(left)} left in all");
        _training.Progress(progress);
    }

    /// <inheritdoc/>
    public override void Epoch(EpochReport epoch) => _training?.Epoch(epoch);

    /// <inheritdoc/>
    public override void Computes(string what, double part) =>
        show(new Rows(new Text(string.Create(CultureInfo.InvariantCulture, $"computing {what}: {100 * part:F0} %")), new Text(_studyLine)));

    /// <inheritdoc/>
    public override void Ends(StudyRowReport report, bool wasThere)
    {
        if (report.Status == RowStatus.Finished && rows.FirstOrDefault(row => row.Name == report.Name) is { } row)
            _forecast.Finished(row, report.Result!.Seconds);
        if (wasThere)
            terminal.Line(FormattableString.Invariant(
                $"row {NumberOf(report.Name)}/{rows.Count}  {report.Name}: is there already, {Figures(report)}"));
        else terminal.Line($"{report.Name}: {(report.Status == RowStatus.Finished ? Figures(report) : report.StatusText)}");
    }

    int NumberOf(string name)
    {
        int number = 0;
        while (rows[number].Name != name) number++;
        return number + 1;
    }

    static string Figures(StudyRowReport report)
    {
        string published = report.PublishedMse is { } mse ? FormattableString.Invariant($", published {mse:F4}") : "";
        string hidden = report.Result!.HiddenMse is { } error ? FormattableString.Invariant($", hidden pixels {error:F5}") : "";
        string floor = report.Result.FloorMse is { } best ? FormattableString.Invariant($", linear floor {best:F5}") : "";
        return FormattableString.Invariant($"test error {report.Result.TestMse:F5}{floor}{published}{hidden}");
    }
}
