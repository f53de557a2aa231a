using System.Globalization;

namespace GeneratingImages.Training;

/// <summary>
/// A run's course for TensorBoard: losses and speed of every epoch, the test error and a picture at the end, in event files in the run's
/// folder. Every start that has something to tell writes a file of its own. What earlier files hold is not repeated, and epochs that they
/// lack (a process can be killed between saving an epoch and telling of it) are told from the history, so that all files together hold
/// every epoch once.
/// </summary>
public sealed class RunEvents : IDisposable
{
    const string Prefix = "events.out.tfevents.";

    readonly string _folder;
    readonly TimeProvider _clock;
    readonly HashSet<(long Step, string Tag)> _told = [];
    FileStream? _file;

    /// <summary>Looks at the event files that are there, and tells the epochs that they lack.</summary>
    /// <param name="folder">The run's folder, whose lock this process holds.</param>
    /// <param name="history">The finished epochs.</param>
    /// <param name="clock">Where times come from; null for the system's clock.</param>
    /// <exception cref="IOException">The events cannot be written.</exception>
    public RunEvents(string folder, IReadOnlyList<EpochReport> history, TimeProvider? clock = null)
    {
        (_folder, _clock) = (folder, clock ?? TimeProvider.System);
        foreach (string path in FilesIn(folder)) ReadTold(path);
        double secondsSince = history.Sum(epoch => epoch.Seconds);
        foreach (EpochReport epoch in history)
        {
            // The history knows how long epochs took, not when they were: they are counted back from now.
            secondsSince -= epoch.Seconds;
            Tell(epoch, _clock.GetUtcNow() - TimeSpan.FromSeconds(Math.Clamp(secondsSince, 0, 1e9)));
        }
    }

    /// <summary>The file of this start; null while there was nothing to tell.</summary>
    public string? Path => _file?.Name;

    /// <summary>The event files of a folder in TensorBoard's order, which is that of their names.</summary>
    public static IEnumerable<string> FilesIn(string folder) =>
        Directory.EnumerateFiles(folder, Prefix + "*").Order(StringComparer.Ordinal);

    /// <summary>Tells of an epoch that has been saved.</summary>
    /// <exception cref="IOException">The events cannot be written.</exception>
    public void Add(EpochReport epoch) => Tell(epoch, _clock.GetUtcNow());

    /// <summary>Tells of the finished run.</summary>
    /// <param name="result">Its errors on the test images.</param>
    /// <param name="picture">A PNG file of test images and what the model makes of them.</param>
    /// <exception cref="IOException">The events cannot be written.</exception>
    public void Add(RunResult result, string picture)
    {
        if (_told.Contains((result.Epochs, "test/mse"))) return;
        EventMessage message = new EventMessage(_clock.GetUtcNow(), result.Epochs).Scalar("test/mse", result.TestMse);
        if (result.FloorMse is { } floor) message.Scalar("test/linear_floor", floor);
        if (result.HiddenMse is { } hidden) message.Scalar("test/hidden_mse", hidden);
        Write(message.Picture("test/images", File.ReadAllBytes(picture)).ToArray());
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    void Tell(EpochReport epoch, DateTimeOffset time)
    {
        if (_told.Contains((epoch.Epoch, "loss/training"))) return;
        Write(new EventMessage(time, epoch.Epoch)
            .Scalar("loss/training", epoch.TrainingLoss)
            .Scalar("loss/validation", epoch.ValidationLoss)
            .Scalar("speed/images_per_second", epoch.ImagesPerSecond)
            .ToArray());
    }

    void ReadTold(string path)
    {
        // What states no length is a pipe or a device: it could block, or never end.
        if (new FileInfo(path).Length == 0) return;
        using FileStream file = File.OpenRead(path);
        foreach (byte[] record in TfRecord.Read(file))
        {
            (long step, IReadOnlyList<string> tags) = EventMessage.TagsOf(record);
            foreach (string tag in tags) _told.Add((step, tag));
        }
    }

    void Write(byte[] message)
    {
        try
        {
            _file ??= Begin();
            TfRecord.Write(_file, message);
            _file.Flush();
        }
        catch (IOException e)
        {
            throw new IOException($"{_file?.Name ?? _folder}: the events cannot be written: {e.Message.TrimEnd('.')}: "
                + $"make room, then go on with --resume {_folder} --tensorboard", e);
        }
    }

    // TensorBoard reads a folder's files by name, so a new one's number is above all others, even if the clock went back.
    FileStream Begin()
    {
        long newest = FilesIn(_folder)
            .Select(path => System.IO.Path.GetFileName(path)[Prefix.Length..])
            .Select(text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0)
            .DefaultIfEmpty(0).Max();
        long number = Math.Max(_clock.GetUtcNow().ToUnixTimeSeconds(), newest + 1);
        string path = System.IO.Path.Combine(_folder, Prefix + number.ToString("D10", CultureInfo.InvariantCulture));
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        TfRecord.Write(file, EventMessage.Version(_clock.GetUtcNow()));
        return file;
    }
}
