using System.Diagnostics;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Where a running epoch stands; times are wall times.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Done">Images of the epoch done.</param>
/// <param name="Total">Images of the epoch.</param>
/// <param name="Loss">Mean loss over the images done.</param>
/// <param name="ImagesPerSecond">Over the images done in this process.</param>
public readonly record struct EpochProgress(int Epoch, int Done, int Total, double Loss, double ImagesPerSecond);

/// <summary>A loss that was not a number, or other arithmetic that cannot go on. The parameters are those before the step.</summary>
public sealed class TrainingException(string message) : Exception(message);

/// <summary>An experiment compiled for a backend: its parameters, and the passes over training and validation images.</summary>
public sealed class TrainingSession : IDisposable
{
    const double ProgressInterval = 0.1;

    readonly Experiment _experiment;
    readonly ImagePass _train, _validation;
    readonly MaskSet? _masks;
    readonly List<EpochReport> _history = [];
    bool _midEpoch;
    double _secondsBefore;
    PassOrder? _firstOrder;

    /// <summary>Builds and compiles the training and validation steps.</summary>
    /// <exception cref="UserException">The batch is larger than the training set.</exception>
    public TrainingSession(Experiment experiment, IBackend backend)
    {
        (_experiment, Backend) = (experiment, backend);
        DataSplit data = experiment.Data;
        if (experiment.BatchSize > data.Train.Count)
            throw new UserException($"batch {experiment.BatchSize} is larger than the training set of {data.Train.Count} images: "
                + "choose a smaller --batch or a larger --limit");
        Parameters = new Parameters(experiment.Seed);
        _masks = experiment.Objective.Masked?.Masks(data.Train.Image);
        int validationBatch = Math.Min(experiment.BatchSize, data.Validation.Count);
        _train = new ImagePass(
            Parameters, "train", data.Train, experiment.BatchSize, _masks, !experiment.Augmentation.IsNone, TrainingStep);
        _validation = new ImagePass(Parameters, "validation", data.Validation, validationBatch, _masks, moves: false, ValidationLoss);
        ImagePass.Compile(backend, Parameters, _train, _validation);
    }

    /// <summary>Where it runs.</summary>
    public IBackend Backend { get; }

    /// <summary>Weights, optimiser slots and state.</summary>
    public Parameters Parameters { get; }

    /// <summary>The finished epochs.</summary>
    public IReadOnlyList<EpochReport> History => _history;

    /// <summary>What one training step does.</summary>
    public PlanReport Report => _train.Plan.Report;

    /// <summary>Seconds of training so far in the unfinished epoch; 0 between epochs.</summary>
    public double SecondsInEpoch { get; private set; }

    /// <summary>Runs an epoch, or what is left of the one a checkpoint was taken in, then the validation images.</summary>
    /// <exception cref="OperationCanceledException">Between two steps; the session can be saved and the epoch gone on with.</exception>
    /// <exception cref="TrainingException">The loss is not finite, in training or validation; the message names the layer.</exception>
    public EpochReport RunEpoch(Action<EpochProgress>? onProgress = null, CancellationToken cancel = default)
    {
        int epoch = _history.Count + 1;
        PassOrder order = Order(epoch);
        if (_midEpoch) _train.Resume(order);
        else _train.Begin(order);
        _midEpoch = true;
        long start = Stopwatch.GetTimestamp();
        int startedAt = _train.Cursor;
        double nextLook = 0;
        int lookedAt = startedAt;
        while (_train.Cursor < _train.Count)
        {
            cancel.ThrowIfCancellationRequested();
            _train.Step();
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            bool due = seconds >= nextLook;
            SecondsInEpoch = _secondsBefore + seconds;
            // Where reading waits for the device, it is left to itself in between.
            if (!due && Backend.RunsBehind && _train.Cursor < _train.Count) continue;
            double loss = _train.MeanLoss;
            seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            SecondsInEpoch = _secondsBefore + seconds;
            if (!double.IsFinite(loss)) throw NotFinite(epoch, loss, lookedAt);
            lookedAt = _train.Cursor;
            if (!due) continue;
            nextLook = seconds + ProgressInterval;
            onProgress?.Invoke(new EpochProgress(epoch, _train.Cursor, _train.Count, loss, (_train.Cursor - startedAt) / seconds));
        }

        double trainingSeconds = SecondsInEpoch, trainingLoss = _train.MeanLoss;
        double validationLoss = Validate(cancel);
        if (!double.IsFinite(validationLoss)) throw NotFiniteAfter(epoch, validationLoss);
        var report = new EpochReport(
            epoch,
            trainingLoss,
            validationLoss,
            _secondsBefore + Stopwatch.GetElapsedTime(start).TotalSeconds,
            _train.Count / trainingSeconds);
        _history.Add(report);
        (_midEpoch, _secondsBefore, SecondsInEpoch) = (false, 0, 0);
        return report;
    }

    /// <summary>Runs one training step on the images that come next, going round for ever: for measuring.</summary>
    /// <param name="timed">If given, the step runs call by call, and this gets each call's number and milliseconds.</param>
    public void Step(Action<int, double>? timed = null)
    {
        if (_train.Cursor + _experiment.BatchSize > _train.Count || !_midEpoch) _train.Begin(_firstOrder ??= Order(1));
        _midEpoch = true;
        _train.Step(timed);
    }

    /// <summary>Waits until the device has done all steps.</summary>
    public void Wait() => _ = _train.MeanLoss;

    /// <summary>The mean loss over the validation images.</summary>
    public double Validate(CancellationToken cancel = default)
    {
        int[] inOrder = [.. Enumerable.Range(0, _validation.Count)];
        _validation.Begin(new PassOrder(inOrder, _masks is null ? [] : [.. inOrder.Select(i => i % _masks.Count)], []));
        while (_validation.Cursor < _validation.Count)
        {
            cancel.ThrowIfCancellationRequested();
            _validation.Step();
        }

        return _validation.MeanLoss;
    }

    /// <summary>Takes over where a checkpoint left off; the parameters have been read from it already.</summary>
    /// <param name="history">The finished epochs.</param>
    /// <param name="secondsInEpoch">Training time spent in the unfinished epoch.</param>
    /// <param name="midEpoch">Whether an epoch is unfinished.</param>
    public void Restore(IEnumerable<EpochReport> history, double secondsInEpoch, bool midEpoch)
    {
        _history.AddRange(history);
        (_secondsBefore, SecondsInEpoch, _midEpoch) = (secondsInEpoch, secondsInEpoch, midEpoch);
    }

    /// <summary>Whether an epoch is begun and not finished.</summary>
    public bool MidEpoch => _midEpoch;

    /// <inheritdoc/>
    public void Dispose()
    {
        _train.Dispose();
        _validation.Dispose();
        Parameters.Dispose();
    }

    Tensor TrainingStep(Tensor images, MaskTensors? masks)
    {
        Tensor? loss = null;
        foreach (Phase phase in _experiment.Objective.Phases(images, new Scope(Parameters, training: true), masks))
        {
            loss ??= phase.Loss;
            ParameterGroup group = Parameters.Group(phase.ParameterPrefix);
            Tensor[] weights = [.. group.Members.Select(p => images.Graph.Add(new Variable(p.Path, p.Shape)))];
            phase.Optimizer.Append(Parameters, group, Autodiff.Gradients(phase.Loss, weights), phase.Loss);
        }

        return loss ?? throw new InvalidOperationException("the objective has no phase");
    }

    Tensor ValidationLoss(Tensor images, MaskTensors? masks) =>
        _experiment.Objective.Phases(images, new Scope(Parameters), masks).First().Loss;

    /// <summary>The images' order in an epoch, their masks and moves depend on the seed and the epoch alone.</summary>
    PassOrder Order(int epoch)
    {
        int[] order = [.. Enumerable.Range(0, _train.Count)];
        new CounterRandom(_experiment.Seed, CounterRandom.StreamOf($"order/{epoch}")).Shuffle(order);
        int[] masks = [];
        if (_masks is not null)
        {
            var random = new CounterRandom(_experiment.Seed, CounterRandom.StreamOf($"masks/{epoch}"));
            masks = [.. order.Select(_ => random.Below(_masks.Count))];
        }

        Augmentation augmentation = _experiment.Augmentation;
        return new PassOrder(order, masks, augmentation.IsNone ? [] : augmentation.Moves(_experiment.Seed, epoch, order.Length));
    }

    // The losses of all steps were finite, so it was the last step that spoilt the weights.
    TrainingException NotFiniteAfter(int epoch, double loss)
    {
        (_, string where) = _validation.FindNonFinite(0);
        return new TrainingException($"epoch {epoch}: the validation loss is {loss}; first bad result: {where}. "
            + "The last step of the epoch spoilt the weights; try a smaller --lr");
    }

    TrainingException NotFinite(int epoch, double loss, int lookedAt)
    {
        (int cursor, string where) = _train.FindNonFinite(lookedAt);
        int step = (cursor + _experiment.BatchSize - 1) / _experiment.BatchSize;
        return new TrainingException(
            $"epoch {epoch}, step {step}: the loss is {loss}; first bad result: {where}. "
            + "Steps with such a loss leave the weights as they are; try a smaller --lr");
    }
}
