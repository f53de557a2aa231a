using System.Diagnostics;
using System.Globalization;
using GeneratingImages.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GeneratingImages.Runner;

/// <summary>
/// The course of a training run: a line per finished epoch and, live, a bar with speed, losses and the time that is left.
/// </summary>
sealed class TrainingDisplay(Terminal terminal, Action<IRenderable> show, RunSettings settings, int trainingImages, RunState state)
{
    readonly long _start = Stopwatch.GetTimestamp();
    readonly long _total = (long)settings.Epochs * trainingImages;
    EpochReport? _last = state.History.LastOrDefault();
    long? _doneBefore;

    /// <summary>Redraws the bar.</summary>
    public void Progress(EpochProgress progress)
    {
        long done = Done(progress);
        double left = SecondsLeft(progress);
        int step = Steps(progress.Done), steps = Steps(progress.Total);
        string validation = _last is null ? "after the epoch" : Loss(_last.ValidationLoss);
        show(new Rows(
            new Markup(Invariant($"epoch {progress.Epoch}/{settings.Epochs}, step {step}/{steps}  ")
                + Invariant($"{Bar((double)done / _total)}  {100 * done / _total} %, {Time(left)} left")),
            new Text(Invariant(
                $"{progress.ImagesPerSecond:F0} images/s, training loss {Loss(progress.Loss)}, validation loss {validation}"))));
    }

    /// <summary>The seconds that the epochs left will take, by the images of this process: a resumed run starts in the middle.</summary>
    public double SecondsLeft(EpochProgress progress)
    {
        long done = Done(progress);
        _doneBefore ??= done - Math.Min(settings.Batch, progress.Done);
        return Stopwatch.GetElapsedTime(_start).TotalSeconds / (done - _doneBefore.Value) * (_total - done);
    }

    long Done(EpochProgress progress) => (long)(progress.Epoch - 1) * trainingImages + progress.Done;

    /// <summary>Prints a finished epoch.</summary>
    public void Epoch(EpochReport epoch)
    {
        _last = epoch;
        string epochs = Invariant($"{settings.Epochs}"), number = Invariant($"{epoch.Epoch}").PadLeft(epochs.Length);
        terminal.Line(
            Invariant($"epoch {number}/{epochs}  loss: training {Loss(epoch.TrainingLoss)}, validation {Loss(epoch.ValidationLoss)}")
                + Invariant($"  {epoch.ImagesPerSecond,6:F0} images/s  {Seconds(epoch.Seconds),7}"));
    }

    int Steps(int images) => (images + settings.Batch - 1) / settings.Batch;

    static string Bar(double part)
    {
        // Thick and thin, so that the bar can be read without colours too.
        const int Cells = 24;
        int full = (int)Math.Round(part * Cells);
        return $"[green]{new string('━', full)}[/][grey]{new string('─', Cells - full)}[/]";
    }

    static string Loss(double loss) => loss.ToString("F5", CultureInfo.InvariantCulture);

    static string Seconds(double seconds) => seconds < 60 ? Invariant($"{seconds:F1} s") : Time(seconds);

    /// <summary>A duration as 1:23 or 1:02:03.</summary>
    public static string Time(double seconds)
    {
        if (!double.IsFinite(seconds) || seconds > 1e8) return "?";
        var time = TimeSpan.FromSeconds(Math.Round(seconds));
        return time.TotalHours >= 1
            ? Invariant($"{(long)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
            : Invariant($"{time.Minutes}:{time.Seconds:00}");
    }

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
