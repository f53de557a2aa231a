using System.Globalization;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>The folder of one training run: where each file lies, and the lock of the process that trains in it.</summary>
public sealed class RunFolder : IDisposable
{
    internal const string CheckpointName = "checkpoint.safetensors";
    const string BestName = "best.safetensors", SettingsName = "settings.json", SummaryName = "summary.txt",
        DiagramName = "model.svg", SamplesName = "samples.png";

    readonly RunLock _lock;
    readonly bool _isMade;

    RunFolder(string path, RunLock held, bool isMade) => (Path, _lock, _isMade) = (path, held, isMade);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Weights, optimiser state and settings.</summary>
    public string Checkpoint => File(CheckpointName);

    /// <summary>The checkpoint after the epoch with the least validation loss, where training may end early.</summary>
    public string Best => File(BestName);

    /// <summary>The epochs as a table.</summary>
    public string HistoryCsv => File("history.csv");

    /// <summary>The epochs as JSON.</summary>
    public string HistoryJson => File("history.json");

    /// <summary>The plot of training and validation loss.</summary>
    public string LossPlot => File("loss.png");

    /// <summary>Images of the data set.</summary>
    public string Samples => File(SamplesName);

    /// <summary>The model's layers as a drawing.</summary>
    public string Diagram => File(DiagramName);

    /// <summary>The model's layers as a table.</summary>
    public string Summary => File(SummaryName);

    /// <summary>Settings, data and versions.</summary>
    public string Settings => File(SettingsName);

    /// <summary>The errors on the test images.</summary>
    public string Result => File("result.json");

    /// <summary>The error of every test image, as a table.</summary>
    public string TestErrors => File("test-errors.csv");

    /// <summary>The test images with the largest errors.</summary>
    public string Hardest => File("hardest.png");

    /// <summary>The test images with the smallest errors.</summary>
    public string Easiest => File("easiest.png");

    /// <summary>Test images with what the model makes of them.</summary>
    public string Reconstructions(ReconstructionTask task) => File(task == ReconstructionTask.Complete ? "completed.png" : "rebuilt.png");

    /// <summary>Makes a folder for a new run.</summary>
    /// <param name="path">The folder; it may exist if it is empty, or holds a run that ended before its first checkpoint.</param>
    /// <exception cref="UserException">It holds something else, cannot be made or written to, or another process trains in it.</exception>
    public static RunFolder Create(string path)
    {
        try
        {
            if (Directory.Exists(path) && !IsFree(Directory.GetFileSystemEntries(path)))
                throw new UserException($"{path}: holds files already: go on with that run by --resume {path}, or name another --out");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritable(path, e);
        }

        return Take(path);
    }

    /// <summary>
    /// Takes a folder for a new run even if it holds files, as long as no checkpoint is among them: those of a run that was stopped before
    /// its first one, which are written anew.
    /// </summary>
    /// <exception cref="UserException">It holds a run, cannot be made or written to, or another process trains in it.</exception>
    public static RunFolder Restart(string path)
    {
        if (System.IO.File.Exists(System.IO.Path.Combine(path, CheckpointName)))
            throw new UserException($"{path}: holds a run already: go on with it by --resume {path}");
        return Take(path);
    }

    /// <summary>Makes a folder under <paramref name="parent"/> by the first free of NAME, NAME-2, NAME-3, ...</summary>
    /// <exception cref="UserException">It cannot be made or written to.</exception>
    public static RunFolder CreateNext(string parent, string name)
    {
        for (int number = 1; ; number++)
        {
            string numbered = number == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{number}");
            string path = System.IO.Path.Combine(parent, numbered);
            if (System.IO.File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())) continue;
            // Null where another process has begun in it since.
            if (TryTake(path) is { } folder) return folder;
        }
    }

    /// <summary>Takes over the folder of a run that is to go on.</summary>
    /// <param name="run">The folder, or the checkpoint in it.</param>
    /// <exception cref="UserException">There is no such run, or another process trains in it.</exception>
    public static RunFolder Resume(string run)
    {
        string path = System.IO.Path.GetDirectoryName(FindCheckpoint(run)) is { Length: > 0 } folder ? folder : ".";
        try
        {
            return Clean(new RunFolder(path, RunLock.Take(path), isMade: false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path}: the run's files cannot be written there: {e.Message.TrimEnd('.')}: "
                + "copy the run to a folder you may write to", e);
        }
    }

    /// <summary>The checkpoint of a run.</summary>
    /// <param name="run">The run's folder, or a checkpoint file.</param>
    /// <exception cref="UserException">There is none.</exception>
    public static string FindCheckpoint(string run)
    {
        if (System.IO.File.Exists(run)) return run;
        if (!Directory.Exists(run))
            throw new UserException(
                $"{run}: no such run: name the folder of a run, such as runs/digits-deep-rebuild-32, or a checkpoint file");
        string path = System.IO.Path.Combine(run, CheckpointName);
        return System.IO.File.Exists(path)
            ? path
            : throw new UserException(
                $"{run}: holds no {CheckpointName}: it is not the folder of a run, or was stopped before its first checkpoint");
    }

    /// <summary>The checkpoint to use a run's model from: the best one if it was kept, else the last.</summary>
    /// <param name="run">The run's folder, or a checkpoint file.</param>
    /// <exception cref="UserException">There is none.</exception>
    public static string FindBest(string run)
    {
        string last = FindCheckpoint(run), best = System.IO.Path.Combine(run, BestName);
        return System.IO.File.Exists(best) ? best : last;
    }

    /// <summary>Lets others train here; a folder that was made for the run and that nothing was written to is removed.</summary>
    public void Dispose()
    {
        _lock.Dispose();
        if (!_isMade) return;
        try
        {
            if (Directory.EnumerateFileSystemEntries(Path).All(RunLock.Is)) Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It must not take the place of the error that ended the run; an empty folder is in nobody's way.
        }
    }

    static RunFolder Take(string path) => TryTake(path) ?? throw RunLock.Held(path);

    static RunFolder? TryTake(string path)
    {
        try
        {
            bool isMade = !Directory.Exists(path);
            Directory.CreateDirectory(path);
            return RunLock.TryTake(path) is { } held ? Clean(new RunFolder(path, held, isMade)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw NotWritable(path, e);
        }
    }

    static UserException NotWritable(string path, Exception e) =>
        new($"{path}: the run's files cannot be written there: {e.Message.TrimEnd('.')}: name another --out", e);

    static RunFolder Clean(RunFolder folder)
    {
        AtomicFile.RemoveLeftovers(folder.Path);
        return folder;
    }

    // Beside its lock a run writes these ahead of its first checkpoint: one that was killed by then has lost nothing, and can begin again.
    static bool IsFree(string[] entries) => entries.Length == 0 || (entries.Any(RunLock.Is) && entries.All(entry =>
        RunLock.Is(entry) || AtomicFile.IsTemporary(entry)
        || System.IO.Path.GetFileName(entry) is SettingsName or SummaryName or DiagramName or SamplesName));

    string File(string name) => System.IO.Path.Combine(Path, name);
}
