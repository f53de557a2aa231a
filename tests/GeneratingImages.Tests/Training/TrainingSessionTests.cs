using GeneratingImages.Core;
using GeneratingImages.Cpu;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Training;

public class TrainingSessionTests
{
    static readonly Shape s_image = Shape.Of(16, 16, 3);

    static Experiment Make(
        int images = 40, int batch = 16, Optimizer? optimizer = null, ReconstructionTask task = ReconstructionTask.Rebuild) => new()
    {
        Data = GeneratedImages.Split(s_image, images),
        Objective = new Reconstruction(Autoencoders.Deep(s_image, 6, [4, 8, 8]), task, optimizer ?? new Adam()),
        BatchSize = batch,
        Epochs = 3,
    };

    [Fact]
    public void One_batch_can_be_learnt_by_heart()
    {
        using var backend = new CpuBackend(2);
        using var session = new TrainingSession(Make(8, 8, new Adam(3e-3f)), backend);
        double first = session.RunEpoch().TrainingLoss, last = first;
        for (int i = 0; i < 400; i++) last = session.RunEpoch().TrainingLoss;
        Assert.True(last < first / 20, $"loss {first} became {last}");
    }

    [Fact]
    public void An_epoch_takes_every_image_once_and_the_next_in_another_order()
    {
        // At a rate that changes no weight, the mean over the images is the validation's when that goes through the same images in order.
        DataSplit data = GeneratedImages.Split(s_image, 37);
        var experiment = new Experiment
        {
            Data = data with { Validation = data.Train },
            Objective = new Reconstruction(Autoencoders.Deep(s_image, 6, [4, 8, 8]), ReconstructionTask.Rebuild, new Adam(1e-30f)),
            BatchSize = 2,
            Epochs = 3,
        };
        using var backend = new CpuBackend(1);
        using var session = new TrainingSession(experiment, backend);
        var beginnings = new List<double>();
        for (int i = 0; i < 3; i++)
        {
            double? beginning = null;
            EpochReport epoch = session.RunEpoch(progress => beginning ??= progress.Loss);
            Assert.Equal(1, epoch.TrainingLoss / epoch.ValidationLoss, 1e-6);
            beginnings.Add(beginning!.Value);
        }

        Assert.Equal(3, beginnings.Distinct().Count());
    }

    [Theory]
    [Trait("bad-input", "62")]
    [InlineData(ReconstructionTask.Rebuild)]
    [InlineData(ReconstructionTask.Complete)]
    public void The_same_seed_gives_the_same_bits_on_any_number_of_threads(ReconstructionTask task)
    {
        Dictionary<string, float[]> one = TrainedOn(1, task);
        foreach (int threads in new[] { 2, 5, 16, 64 })
        {
            Dictionary<string, float[]> many = TrainedOn(threads, task);
            foreach (string path in one.Keys) Assert.Equal(Bits(one[path]), Bits(many[path]));
        }
    }

    [Fact]
    public void Training_and_validation_share_memory_and_do_not_disturb_each_other()
    {
        using var backend = new CpuBackend(2);
        using var undisturbed = new TrainingSession(Make(37), backend);
        using var disturbed = new TrainingSession(Make(37), backend);
        for (int i = 0; i < 6; i++)
        {
            undisturbed.Step();
            disturbed.Step();
            disturbed.Validate();
        }

        double first = undisturbed.Validate(), second = disturbed.Validate();
        Assert.Equal(BitConverter.DoubleToInt64Bits(first), BitConverter.DoubleToInt64Bits(second));
        foreach (Parameter parameter in undisturbed.Parameters.All)
            Assert.Equal(Bits(undisturbed.Parameters.Read(parameter.Path)), Bits(disturbed.Parameters.Read(parameter.Path)));
    }

    /// <summary>Two losses that have nothing in common: trained in one step or each alone, each group comes to the same bits.</summary>
    [Fact]
    public void The_phases_of_a_step_change_their_own_parameters()
    {
        Dictionary<string, int[]> both = Trained("one", "two"), one = Trained("one"), two = Trained("two");
        Assert.Equal(both.Keys.Order(), one.Keys.Concat(two.Keys).Order());
        foreach ((string path, int[] bits) in one.Concat(two)) Assert.Equal(bits, both[path]);

        static Dictionary<string, int[]> Trained(params string[] names)
        {
            Experiment experiment = new()
            {
                Data = GeneratedImages.Split(s_image, 40), Objective = new SeveralModels(names), BatchSize = 16, Epochs = 1,
            };
            using var backend = new CpuBackend(1);
            using var session = new TrainingSession(experiment, backend);
            session.RunEpoch();
            return session.Parameters.All.ToDictionary(p => p.Path, p => Bits(session.Parameters.Read(p.Path)));
        }
    }

    sealed class SeveralModels(string[] names) : Objective
    {
        public override IEnumerable<Phase> Phases(Tensor images, Scope scope, MaskTensors? masks = null) =>
            names.Select(name => new Phase(
                Autoencoders.Basic(s_image, 3).Apply(images, scope.Enter(name)).MeanSquaredError(images), $"{name}/", new Adam()));
    }

    [Theory]
    [InlineData(KernelChoice.Fastest)]
    [InlineData(KernelChoice.Direct)]
    public void A_reconstructor_keeps_its_prepared_filters_only_while_the_parameters_stay(KernelChoice kernels)
    {
        Shape image = Shape.Of(16, 16, 1);
        Experiment experiment = new()
        {
            Data = GeneratedImages.Split(image, 16),
            Objective = new Reconstruction(Autoencoders.Deep(image, 6, [32, 32]), ReconstructionTask.Rebuild, new Adam()),
            BatchSize = 8,
            Epochs = 1,
        };
        using var backend = new CpuBackend(2, kernels: kernels);
        using var session = new TrainingSession(experiment, backend);
        using Reconstructor lasting = Make();
        foreach (Action change in (Action[])[() => { }, () => session.Step(), () => { }, () => session.Step((_, _) => { }), Overwrite])
        {
            change();
            using Reconstructor fresh = Make();
            int[] expected = Bits(fresh.Run(experiment.Data.Test));
            Assert.Equal(expected, Bits(lasting.Run(experiment.Data.Test)));
            Assert.Equal(expected, Bits(lasting.Run(experiment.Data.Test)));
        }

        Reconstructor Make() => new((Reconstruction)experiment.Objective, image, 4, backend, session.Parameters);

        void Overwrite()
        {
            foreach (Parameter parameter in session.Parameters.All)
                session.Parameters.Write(parameter.Path, [.. session.Parameters.Read(parameter.Path).Select(value => -value)]);
        }
    }

    [Fact]
    [Trait("bad-input", "52")]
    public void Every_image_is_trained_on_once_an_epoch_the_odd_last_batch_too()
    {
        // With a learning rate that changes nothing, the mean over an epoch is the loss of the untrained model over all images.
        Experiment still = Make(37, 16, new Adam(1e-30f));
        using var backend = new CpuBackend(2);
        using var session = new TrainingSession(still, backend);
        double epoch = session.RunEpoch().TrainingLoss;
        using var model = new Reconstructor((Reconstruction)still.Objective, s_image, 5, backend, session.Parameters);
        float[] output = model.Run(still.Data.Train);
        double expected = output.Select((o, i) => Math.Pow(o - still.Data.Train.Pixels.Span[i] / 255.0, 2)).Average();
        Assert.Equal(expected, epoch, expected * 1e-5);
    }

    [Fact]
    [Trait("bad-input", "54")]
    public void A_loss_that_is_not_finite_stops_before_the_weights_are_harmed_and_names_the_layer()
    {
        using var backend = new CpuBackend(1);
        using var session = new TrainingSession(Make(), backend);
        session.RunEpoch();
        float[] weight = session.Parameters.Read("encoder/conv2/weight");
        weight[3] = float.NaN;
        session.Parameters.Write("encoder/conv2/weight", weight);
        float[] before = session.Parameters.Read("decoder/deconv1/weight");
        TrainingException e = Assert.Throws<TrainingException>(() => session.RunEpoch());
        Assert.Contains("encoder/conv2", e.Message);
        Assert.Equal(before, session.Parameters.Read("decoder/deconv1/weight"));
    }

    [Fact]
    [Trait("bad-input", "54")]
    public void Weights_that_the_last_step_spoils_are_found_before_the_epoch_counts()
    {
        // One step an epoch: its own loss is that of the first weights, and so large a rate makes the next ones overflow.
        using var backend = new CpuBackend(1);
        using var session = new TrainingSession(Make(16, 16, new Adam(1e30f)), backend);
        TrainingException e = Assert.Throws<TrainingException>(() => session.RunEpoch());
        Assert.Matches("epoch 1: the validation loss is .*first bad result: (encoder|decoder)/", e.Message);
        Assert.Empty(session.History);
    }

    [Fact]
    [Trait("bad-input", "52")]
    public void A_batch_larger_than_the_set_is_refused()
    {
        using var backend = new CpuBackend(1);
        UserException e = Assert.Throws<UserException>(() => new TrainingSession(Make(8, 9), backend));
        Assert.Contains("batch 9", e.Message);
    }

    [Fact]
    public void Hidden_rows_never_reach_the_model()
    {
        Experiment complete = Make(task: ReconstructionTask.Complete);
        using var backend = new CpuBackend(2);
        using var session = new TrainingSession(complete, backend);
        using var model = new Reconstructor((Reconstruction)complete.Objective, s_image, 4, backend, session.Parameters);
        ImageSet images = complete.Data.Test;
        byte[] changed = images.Pixels.ToArray();
        int size = (int)s_image.Count, firstHidden = Occlusion.FirstHiddenRow(16) * 16 * 3;
        for (int i = 0; i < changed.Length; i++)
            if (i % size >= firstHidden) changed[i] ^= 0xFF;
        Assert.Equal(model.Run(images), model.Run(new ImageSet(s_image, changed)));
        changed[0] ^= 0xFF;
        Assert.NotEqual(model.Run(images), model.Run(new ImageSet(s_image, changed)));
    }

    [Theory]
    [InlineData(OcclusionKind.Lower)]
    [InlineData(OcclusionKind.Box)]
    public void A_model_with_skip_connections_keeps_what_it_sees(OcclusionKind kind)
    {
        Experiment complete = Skip(kind);
        using var backend = new CpuBackend(2);
        using TrainingSession session = new Trainer(backend).Fit(complete);
        using var model = new Reconstructor((Reconstruction)complete.Objective, s_image, 3, backend, session.Parameters);
        ImageSet images = complete.Data.Test;
        float[] output = model.Run(images);
        for (int i = 0; i < output.Length; i++)
        {
            int image = i / (int)s_image.Count, pixel = i % (int)s_image.Count / s_image[2];
            if (model.Masks![image][pixel] != 0) Assert.Equal(images.Pixels.Span[i] / 255f, output[i]);
        }

        Assert.Contains(Enumerable.Range(0, output.Length), i => output[i] != images.Pixels.Span[i] / 255f);
    }

    [Fact]
    public void Masks_moves_and_schedules_give_the_same_bits_on_any_number_of_threads_and_after_an_interruption()
    {
        Dictionary<string, float[]> one = Trained(1, stopAfter: null),
            five = Trained(5, stopAfter: null),
            resumed = Trained(2, stopAfter: 2);
        foreach (string path in one.Keys)
        {
            Assert.Equal(Bits(one[path]), Bits(five[path]));
            Assert.Equal(Bits(one[path]), Bits(resumed[path]));
        }

        static Dictionary<string, float[]> Trained(int threads, int? stopAfter)
        {
            using var backend = new CpuBackend(threads);
            using var session = new TrainingSession(Skip(OcclusionKind.Pixels), backend);
            if (stopAfter is { } steps)
            {
                using var stop = new CancellationTokenSource();
                int reports = 0;
                try
                {
                    while (true) session.RunEpoch(_ => { if (++reports >= steps) stop.Cancel(); }, stop.Token);
                }
                catch (OperationCanceledException)
                {
                }
            }

            while (session.History.Count < 3) session.RunEpoch();
            return session.Parameters.All.ToDictionary(p => p.Path, p => session.Parameters.Read(p.Path));
        }
    }

    [Fact]
    public void What_is_hidden_by_a_mask_never_reaches_the_model()
    {
        Experiment complete = Skip(OcclusionKind.Box);
        using var backend = new CpuBackend(2);
        using var session = new TrainingSession(complete, backend);
        using var model = new Reconstructor((Reconstruction)complete.Objective, s_image, 4, backend, session.Parameters);
        ImageSet images = complete.Data.Test;
        byte[] changed = images.Pixels.ToArray();
        for (int i = 0; i < changed.Length; i++)
            if (model.Masks![i / (int)s_image.Count][i % (int)s_image.Count / 3] == 0) changed[i] ^= 0xFF;
        Assert.Equal(model.Run(images), model.Run(new ImageSet(s_image, changed)));
    }

    static Experiment Skip(OcclusionKind kind) => new()
    {
        Data = GeneratedImages.Split(s_image, 37),
        Objective = new Reconstruction(
            Autoencoders.Skip(s_image, 6, [4, 8, 8]),
            ReconstructionTask.Complete,
            new Adam(new LearningRateSchedule(3e-3f, 2, 9)) { WeightDecay = 0.01f, ClipNorm = 0.1f },
            new Occlusion(kind)),
        Augmentation = new Augmentation(Mirror: true, Shift: 2),
        BatchSize = 16,
        Epochs = 3,
    };

    static Dictionary<string, float[]> TrainedOn(int threads, ReconstructionTask task)
    {
        using var backend = new CpuBackend(threads);
        using TrainingSession session = new Trainer(backend).Fit(Make(task: task));
        return session.Parameters.All.ToDictionary(p => p.Path, p => session.Parameters.Read(p.Path));
    }

    static int[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];
}
