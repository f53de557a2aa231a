using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// Makes a run of weights that were trained elsewhere: 0 epochs done, the optimiser at its start. Everything that takes a run takes it;
/// training goes on from the weights as from first ones.
/// </summary>
public static class ImportedRun
{
    /// <summary>Writes checkpoint, description, test error and pictures.</summary>
    /// <param name="folder">The folder, whose lock this process holds.</param>
    /// <param name="settings">The model, and how it would be trained on.</param>
    /// <param name="data">The data that it is measured on, and would be trained on.</param>
    /// <param name="weights">The parameters' values in our order, by path; see <see cref="FrameworkWeights.Read"/>.</param>
    /// <param name="backend">Where it runs.</param>
    /// <param name="onFloor">Told how much of the linear floor is computed, 0 to 1.</param>
    /// <param name="threads">Threads for the floor; 0 for one per processor.</param>
    /// <param name="cancel">Stops it after the checkpoint.</param>
    /// <exception cref="UserException">Settings and data do not fit each other.</exception>
    public static RunResult Write(
        RunFolder folder, RunSettings settings, DataSplit data, IReadOnlyDictionary<string, float[]> weights, IBackend backend,
        Action<double>? onFloor = null, int threads = 0, CancellationToken cancel = default)
    {
        MemoryNeed.Check(settings, data);
        using var session = new TrainingSession(settings.BuildExperiment(data), backend);
        foreach ((string path, float[] values) in weights) session.Parameters.Write(path, values);
        var state = new RunState(settings, data.Test.Image, data.Fingerprint, [], 0, false);
        Checkpoint.Save(folder.Checkpoint, session.Parameters, state.ToTexts());
        RunArtifacts.WriteDescription(folder, state, data, backend.Name);
        RunArtifacts.WriteHistory(folder, []);
        using var model = new TrainedModel(
            new Reconstructor(settings.BuildObjective(state.Image), state.Image, settings.Batch, backend, session.Parameters), owned: null);
        RunMeasurement measured = RunEvaluation.Measure(
            folder.Path, state, model, data, onFloor: onFloor, threads: threads, cancel: cancel);
        RunArtifacts.WriteResult(folder, state, data, model, measured);
        return measured.Result;
    }
}
