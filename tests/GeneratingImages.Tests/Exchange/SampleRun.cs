using GeneratingImages.Core;
using GeneratingImages.Cpu;
using GeneratingImages.Tests.Training;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Exchange;

/// <summary>
/// A checkpoint of a model whose weights and biases are random numbers of the size that training leaves, for images of any size, and
/// what our own forward pass makes of images.
/// </summary>
sealed class SampleRun : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("genimg-exchange-").FullName;

    /// <summary>Writes the checkpoint.</summary>
    public SampleRun(RunSettings settings, Shape image)
    {
        using var backend = new CpuBackend(1);
        using var parameters = new Parameters(settings.Seed);
        using var reconstructor = new Reconstructor(settings.BuildObjective(image), image, 1, backend, parameters);
        var random = new CounterRandom(settings.Seed, CounterRandom.StreamOf("biases"));
        foreach (Parameter bias in parameters.All.Where(p => p.Path.EndsWith("/bias", StringComparison.Ordinal)))
            parameters.Write(bias.Path, [.. Enumerable.Range(0, (int)bias.Shape.Count).Select(_ => 0.4f * random.NextUniform() - 0.2f)]);
        Checkpoint.Save(Path, parameters, new RunState(settings, image, new string('0', 64), [], 0, false).ToTexts());
        Saved = SavedRun.Open(Path);
    }

    /// <summary>The models of which every test takes all.</summary>
    public static TheoryData<string, string, ReconstructionTask> All
    {
        get
        {
            var all = new TheoryData<string, string, ReconstructionTask>();
            foreach (string model in new[] { "basic", "deep3", "deep5", "elu" })
                foreach (string images in new[] { "digits", "mnist", "cifar100", "lfw", Oblong })
                    foreach (ReconstructionTask task in Enum.GetValues<ReconstructionTask>())
                        all.Add(model, images, task);
            return all;
        }
    }

    /// <summary>Images of no data set: height, width and channels differ, and poolings leave rows and columns over.</summary>
    public const string Oblong = "oblong";

    /// <summary>The size of the images of a name.</summary>
    public static Shape ImageOf(string name) => name == Oblong ? Shape.Of(22, 27, 3) : DataSets.Find(name).Image;

    public string Path => System.IO.Path.Combine(_folder, "checkpoint.safetensors");

    public string this[string name] => System.IO.Path.Combine(_folder, name);

    public SavedRun Saved { get; }

    /// <summary>A run of one of the models of <see cref="All"/>.</summary>
    public static SampleRun Of(string model, string images, ReconstructionTask task, int latent = 16) =>
        new(Settings(model, images, task, latent), ImageOf(images));

    public static RunSettings Settings(string model, string images, ReconstructionTask task, int latent = 16) => new()
    {
        Dataset = images == Oblong ? "digits" : images,
        Model = model switch { "basic" => ModelKind.Basic, "skip" => ModelKind.Skip, _ => ModelKind.Deep },
        Kernel = model == "deep5" ? 5 : 3,
        Activation = model == "elu" ? Activation.Elu : Activation.Relu,
        Channels = [8, 12, 16],
        Task = task,
        Latent = latent,
        Seed = 7,
    };

    /// <summary>Real digits for the digits' data sets, smooth waves of the size for the others.</summary>
    public static ImageSet Images(string name, int count) => name is "digits" or "mnist"
        ? DataSets.Load("digits", new DataOptions()).Test.Slice(0, count)
        : GeneratedImages.Make(ImageOf(name), count, 5);

    /// <summary>What our own plan of the whole model makes of images.</summary>
    public float[] Run(ImageSet images)
    {
        using var backend = new CpuBackend(1);
        using TrainedModel model = Saved.Load(backend, images.Count);
        return model.Run(images);
    }

    /// <summary>What our own plan of a part makes of values.</summary>
    public float[] Run(ModelPartKind kind, float[] values, int batch)
    {
        using var backend = new CpuBackend(1);
        using CompiledPart part = CompiledPart.Load(Saved, kind, backend, batch);
        return part.Run(values);
    }

    public static float[] Floats(ImageSet images) => [.. images.Pixels.ToArray().Select(b => b / 255f)];

    /// <summary>Holds that two outputs agree to 1e-5, absolutely; the outputs are pixels and codes of about 1.</summary>
    public static void Agree(ReadOnlySpan<float> expected, ReadOnlySpan<float> found, string what)
    {
        Assert.Equal(expected.Length, found.Length);
        double worst = 0;
        for (int i = 0; i < expected.Length; i++) worst = Math.Max(worst, Math.Abs((double)expected[i] - found[i]));
        Assert.True(worst <= 1e-5, $"{what}: differs by {worst}");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
