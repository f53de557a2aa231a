using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Trains experiments on a backend, start to end: the short way for scripts.</summary>
public sealed class Trainer(IBackend backend)
{
    /// <summary>Trains for all epochs and gives the session, which holds the trained parameters and the history.</summary>
    /// <param name="experiment">What to train.</param>
    /// <param name="onEpoch">Called after every epoch.</param>
    /// <param name="onProgress">Called some ten times a second.</param>
    /// <param name="cancel">Stops between two steps.</param>
    public TrainingSession Fit(
        Experiment experiment, Action<EpochReport>? onEpoch = null, Action<EpochProgress>? onProgress = null,
        CancellationToken cancel = default)
    {
        var session = new TrainingSession(experiment, backend);
        try
        {
            while (session.History.Count < experiment.Epochs)
            {
                EpochReport report = session.RunEpoch(onProgress, cancel);
                onEpoch?.Invoke(report);
            }

            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}
