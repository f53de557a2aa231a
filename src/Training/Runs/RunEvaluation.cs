using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Measures a model on the test images and puts the linear floor and the published figure beside it.</summary>
public static class RunEvaluation
{
    /// <summary>Measures the model of a run.</summary>
    /// <param name="run">How the result names the run.</param>
    /// <param name="state">The run's settings and history.</param>
    /// <param name="model">Its model.</param>
    /// <param name="data">Its data.</param>
    /// <param name="bestEpoch">The epoch whose weights the model has, if they are the best of a run that may end early; else null.</param>
    /// <param name="onFloor">Told how much of the floor is computed, 0 to 1.</param>
    /// <param name="threads">Threads for the floor; 0 for one per processor.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="TrainingException">The model's outputs are not finite.</exception>
    public static RunMeasurement Measure(
        string run, RunState state, TrainedModel model, DataSplit data, int? bestEpoch = null, Action<double>? onFloor = null,
        int threads = 0, CancellationToken cancel = default)
    {
        Ssim? ssim = Ssim.Fits(data.Test.Image) ? new Ssim(data.Test.Image) : null;
        ReconstructionError error = model.Measure(data.Test, ssim, threads, cancel);
        if (!double.IsFinite(error.TestMse))
            throw new TrainingException(
                $"{run}: the test error is {error.TestMse}: the weights are of no use, train again with a smaller --lr");
        RunSettings settings = state.Settings;
        FloorReport? floor = Floor(settings, data, onFloor, threads, cancel);
        bool complete = settings.Task == ReconstructionTask.Complete;
        var result = new RunResult
        {
            Run = run,
            TestMse = error.TestMse,
            HiddenMse = error.HiddenMse,
            PastedMse = error.PastedMse,
            Psnr = double.IsFinite(error.Psnr) ? error.Psnr : null,
            Ssim = ssim?.Mean,
            FloorMse = floor?.TestMse,
            FloorHiddenMse = complete ? floor?.HiddenMse : null,
            FloorPastedMse = complete ? floor?.PastedMse : null,
            PublishedMse = PublishedFor(settings)?.Mse,
            Epochs = state.History.Count,
            BestEpoch = bestEpoch,
            Parameters = settings.BuildModel(state.Image).Summarize(state.Image).Sum(layer => layer.Parameters),
            Seconds = state.History.Sum(epoch => epoch.Seconds),
        };
        return new RunMeasurement(result, [.. Enumerable.Range(0, data.Test.Count)
            .Select(i => new TestImageError(i, error.ImageMse(i), error.ImageHiddenMse(i), ssim?.Images[i]))]);
    }

    /// <summary>
    /// The article's figure for a run's data set, task, model and latent size, or null. The kernel does not count: the article states 3
    /// throughout, its notebooks ran 5 for most rows. A completing model with skip connections stands beside the deep one.
    /// </summary>
    public static Published.Row? PublishedFor(RunSettings settings) =>
        settings.Task == ReconstructionTask.Complete && settings.Occlusion.Kind != OcclusionKind.Lower
            ? null
            : Published.Find(settings.Dataset, settings.Task, settings.Model == ModelKind.Basic ? "basic" : "deep", settings.Latent);

    /// <summary>
    /// The linear floor, from the user's cache if it has been computed for the same data, task and latent size; null where every image has
    /// other pixels hidden, so that no one linear model fits.
    /// </summary>
    static FloorReport? Floor(RunSettings settings, DataSplit data, Action<double>? onFloor, int threads, CancellationToken cancel)
    {
        (ImageSet train, ImageSet test, int latent) = (data.Train, data.Test, settings.Latent);
        if (settings.Task == ReconstructionTask.Rebuild)
            return Cached("nothing", () => new FloorReport(LinearFloor.Rebuild(train, test, latent, threads, onFloor, cancel), 0, 0));
        Occlusion occlusion = settings.Occlusion;
        if (!occlusion.IsFixed) return null;
        return Cached(occlusion.ToString(), () => occlusion.Kind == OcclusionKind.Lower
            ? LinearFloor.Complete(train, test, latent, Occlusion.FirstHiddenRow(test.Image[0]), threads, onFloor, cancel)
            : LinearFloor.Complete(train, test, latent, occlusion.Masks(test.Image)[0], threads, onFloor, cancel));

        FloorReport Cached(string hidden, Func<FloorReport> compute) => ComputedCache.Get(
            "floors",
            FormattableString.Invariant($"linear floor {LinearFloor.Version}, latent {latent}, hidden {hidden}, ")
                + ComputedCache.Fingerprint(train, test),
            compute,
            EvaluationJson.Default.FloorReport);
    }
}
