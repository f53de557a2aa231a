using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// A training run in its folder: begun or gone on with, saved after every epoch and when it is stopped, evaluated and drawn at its end.
/// </summary>
public sealed class TrainingRun : IDisposable
{
    readonly RunFolder _folder;
    readonly DataSplit _data;
    readonly RunSettings _settings;

    /// <summary>Compiles a run, and for a saved one takes over its weights, optimiser state, position and history.</summary>
    /// <param name="folder">The folder, whose lock this process holds.</param>
    /// <param name="settings">The settings; those of <paramref name="saved"/>, but for the number of epochs.</param>
    /// <param name="data">The data; the same as that of <paramref name="saved"/>.</param>
    /// <param name="backend">Where it runs.</param>
    /// <param name="saved">The run to go on with; null for a new one.</param>
    /// <exception cref="UserException">Settings and data do not fit each other, or the saved run.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public TrainingRun(RunFolder folder, RunSettings settings, DataSplit data, IBackend backend, SavedRun? saved = null)
    {
        (_folder, _settings, _data) = (folder, settings, data);
        settings.Validate();
        saved?.CheckSettings(settings);
        saved?.CheckData(data);
        MemoryNeed.Check(settings, data);
        Session = new TrainingSession(settings.BuildExperiment(data), backend);
        try
        {
            if (saved is not null)
            {
                Checkpoint.Restore(saved.Path, saved.File, Session.Parameters, forTraining: true);
                Session.Restore(saved.State.History, saved.State.SecondsInEpoch, saved.State.MidEpoch);
            }

            // Before the first step: a folder that cannot be written to, or a full disk, should not cost an epoch.
            Write(() => RunArtifacts.WriteDescription(folder, State, data, backend.Name));
            Save();
        }
        catch
        {
            Session.Dispose();
            throw;
        }
    }

    /// <summary>The compiled training and its parameters.</summary>
    public TrainingSession Session { get; }

    /// <summary>What a checkpoint taken now says.</summary>
    public RunState State => new(_settings, _data.Test.Image, _data.Fingerprint, Session.History, Session.SecondsInEpoch, Session.MidEpoch);

    /// <summary>Trains the epochs that are left.</summary>
    /// <param name="onEpoch">Called after every epoch, when its checkpoint is saved.</param>
    /// <param name="onProgress">Called some ten times a second.</param>
    /// <param name="cancel">Ends the training after the step that is running; the checkpoint is then of that step.</param>
    /// <exception cref="OperationCanceledException">It was stopped, and is saved.</exception>
    /// <exception cref="TrainingException">The loss is not finite; the checkpoint is the one saved last.</exception>
    /// <exception cref="IOException">A checkpoint could not be saved; the one before is whole.</exception>
    public void Train(Action<EpochReport>? onEpoch = null, Action<EpochProgress>? onProgress = null, CancellationToken cancel = default)
    {
        while (!State.IsDone)
        {
            EpochReport report;
            try
            {
                report = Session.RunEpoch(onProgress, cancel);
            }
            catch (OperationCanceledException)
            {
                Save();
                throw;
            }
            catch (TrainingException e)
            {
                throw new TrainingException($"{e.Message}; {_folder.Checkpoint} is kept as it was saved last");
            }

            Save();
            onEpoch?.Invoke(report);
        }
    }

    /// <summary>Measures the trained model on the test images and writes result, loss curve and pictures.</summary>
    /// <param name="onFloor">Told how much of the linear floor is computed, 0 to 1.</param>
    /// <param name="threads">Threads for the floor; 0 for one per processor.</param>
    /// <param name="cancel">Stops it; the checkpoint has been saved.</param>
    public RunMeasurement Finish(Action<double>? onFloor = null, int threads = 0, CancellationToken cancel = default)
    {
        RunState state = State;
        using TrainedModel model = _settings.Patience > 0
            ? SavedRun.OpenBest(_folder.Path).Load(Session.Backend, _settings.Batch)
            : new TrainedModel(
                new Reconstructor(
                    _settings.BuildObjective(state.Image), state.Image, _settings.Batch, Session.Backend, Session.Parameters),
                owned: null);
        RunMeasurement measured = RunEvaluation.Measure(
            _folder.Path, state, model, _data, _settings.Patience > 0 ? state.BestEpoch : null, onFloor, threads, cancel);
        Write(() => RunArtifacts.WriteResult(_folder, state, _data, model, measured));
        return measured;
    }

    /// <summary>The files of the finished run.</summary>
    public IReadOnlyList<RunArtifact> Artifacts => RunArtifacts.List(_folder, _settings.Task);

    /// <inheritdoc/>
    public void Dispose() => Session.Dispose();

    void Save() => Write(() =>
    {
        // First, so that a process killed in between trains the epoch again, to the same bits, and writes the same best once more. Not
        // ahead of the first checkpoint: a folder that holds the best of a run alone would be neither free nor to be gone on with.
        bool best = _settings.Patience > 0 && !Session.MidEpoch && Session.History.Count > 0 && State.BestEpoch == Session.History.Count;
        if (best)
            Checkpoint.Save(_folder.Best, Session.Parameters, State.ToTexts());
        Checkpoint.Save(_folder.Checkpoint, Session.Parameters, State.ToTexts());
        RunArtifacts.WriteHistory(_folder, Session.History);
    });

    void Write(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException
            or UserException { InnerException: IOException or UnauthorizedAccessException })
        {
            string remedy = File.Exists(_folder.Checkpoint)
                ? $"the checkpoint there is whole: make room, then go on with --resume {_folder.Path}"
                : "make room, or name another --out";
            // A picture's own error has a remedy that does not fit a run.
            string reason = (e.InnerException ?? e).Message.TrimEnd('.');
            throw new IOException($"{_folder.Path}: the run cannot be saved: {reason}: {remedy}", e);
        }
    }
}
