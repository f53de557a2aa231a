using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>The checkpoint of a run as it was read: its state and its tensors.</summary>
public sealed class SavedRun
{
    SavedRun(string path, SafetensorsFile file, RunState state) => (Path, File, State) = (path, file, state);

    /// <summary>The checkpoint file.</summary>
    public string Path { get; }

    /// <summary>What the checkpoint says about its run.</summary>
    public RunState State { get; }

    /// <summary>Parameters that hold a NaN or an infinity: a model of no use.</summary>
    public IReadOnlyList<string> NonFinite => Checkpoint.NonFinite(File);

    /// <summary>The epoch the weights are of, if they are the best so far of a run that may end early; else null.</summary>
    public int? BestEpoch =>
        State is { Settings.Patience: > 0, MidEpoch: false, History.Count: > 0 } && State.BestEpoch == State.History.Count
            ? State.BestEpoch
            : null;

    internal SafetensorsFile File { get; }

    /// <summary>Reads a run.</summary>
    /// <param name="run">The run's folder, or a checkpoint file.</param>
    /// <exception cref="UserException">There is none, or it is damaged or of another program.</exception>
    public static SavedRun Open(string run) => Read(RunFolder.FindCheckpoint(run));

    /// <summary>Reads a run to use its model: the best checkpoint if one was kept, else the last.</summary>
    /// <inheritdoc cref="Open"/>
    public static SavedRun OpenBest(string run) => Read(RunFolder.FindBest(run));

    static SavedRun Read(string path)
    {
        SafetensorsFile file = Checkpoint.Open(path);
        RunState state = RunState.FromTexts(file.Metadata, path);
        CheckSize(path, file, state);
        return new SavedRun(path, file, state);
    }

    /// <summary>Refuses settings whose model has more weights than the whole file could hold, before memory is reserved for it.</summary>
    static void CheckSize(string path, SafetensorsFile file, RunState state)
    {
        double weights;
        try
        {
            weights = state.Settings.BuildModel(state.Image).Summarize(state.Image).Sum(layer => (double)layer.Parameters);
        }
        catch (Exception e) when (e is UserException or OverflowException or ShapeException)
        {
            throw new UserException($"{path}: its settings cannot be used: {InputFile.Printable(e.Message)}", e);
        }

        long bytes = file.Tensors.Values.Sum(tensor => (long)tensor.Data.Length);
        if (weights * sizeof(float) > bytes)
            throw new UserException(
                FormattableString.Invariant($"{path}: its settings describe a model of {weights:F0} weights, ")
                + FormattableString.Invariant($"its {bytes} bytes of tensors cannot hold them: damaged, or put together by hand"));
    }

    /// <summary>Compiles the run's model with its weights.</summary>
    /// <param name="backend">Where it runs.</param>
    /// <param name="batch">Images at a time.</param>
    /// <exception cref="UserException">The checkpoint holds another model than its settings describe.</exception>
    public TrainedModel Load(IBackend backend, int batch = 32)
    {
        var parameters = new Parameters(State.Settings.Seed);
        try
        {
            var reconstructor = new Reconstructor(State.Settings.BuildObjective(State.Image), State.Image, batch, backend, parameters);
            Checkpoint.Restore(Path, File, parameters, forTraining: false);
            return new TrainedModel(reconstructor, parameters);
        }
        catch
        {
            parameters.Dispose();
            throw;
        }
    }

    /// <summary>The weights by the paths of a store's parameters.</summary>
    /// <exception cref="UserException">The checkpoint holds another model than its settings describe.</exception>
    internal IReadOnlyDictionary<string, float[]> Weights(Parameters parameters) => Checkpoint.Weights(Path, File, parameters);

    /// <summary>Refuses data that the run was not trained on.</summary>
    /// <exception cref="UserException">The fingerprints differ.</exception>
    public void CheckData(DataSplit data)
    {
        if (data.Fingerprint != State.Fingerprint)
            throw new UserException(
                $"{Path}: was trained on data {State.Fingerprint[..Math.Min(12, State.Fingerprint.Length)]}..., "
                + $"these are {data.Fingerprint[..12]}... ({data.Source}): name the folder of the same files with --data");
    }

    /// <summary>
    /// Refuses settings that differ from the run's in more than the number of epochs, or that ask for fewer epochs than are done.
    /// </summary>
    /// <exception cref="UserException">The message has both values of each.</exception>
    public void CheckSettings(RunSettings settings)
    {
        IReadOnlyList<string> differences = State.Settings.Differences(settings);
        if (differences.Count > 0)
            throw new UserException(
                $"{Path}: a run goes on with its own settings, these differ (there and here): {string.Join("; ", differences)}");
        if (settings.Schedule != RateSchedule.Constant && settings.Epochs != State.Settings.Epochs)
            throw new UserException(
                $"--epochs {settings.Epochs}: the learning rate of {Path} falls to 0 at its epoch {State.Settings.Epochs}, "
                + "so another number is another run: train anew with --out");
        int begun = State.History.Count + (State.MidEpoch ? 1 : 0);
        if (settings.Epochs < begun)
            throw new UserException($"--epochs {settings.Epochs}: {Path} has {begun} epochs already: ask for at least as many");
    }
}
