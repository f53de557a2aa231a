using System.Text;
using GeneratingImages.Core;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Mutation;

/// <summary>The files that runs leave, and how they are read: good ones, as small as they can be.</summary>
static class RunFiles
{
    static readonly EpochReport[] s_history = [new(1, 0.0712345, 0.0698, 1.25, 812.5), new(2, 0.05, 0.0512, 1.125, 850)];

    static readonly RunState s_state = new(
        new RunSettings { Model = ModelKind.Basic, Latent = 4 }, Shape.Of(28, 28, 1), new string('a', 64), s_history, 0.5, MidEpoch: true);

    static readonly byte[] s_key = new byte[32];

    /// <summary>A history as a checkpoint's metadata has it.</summary>
    public static byte[] HistoryText => Encoding.UTF8.GetBytes(s_state.ToTexts()["history"]);

    /// <summary>A safetensors file of every type.</summary>
    public static byte[] Tensors() => Written(new Dictionary<string, string> { ["note"] = "ü \" \n" },
    [
        StoredTensor.Of("a/weight", Shape.Of(2, 3), [1, float.NaN, -0f, 4, 5, float.MaxValue]),
        new StoredTensor("step", new TensorType(Shape.Scalar, ElementType.Int32), new byte[] { 7, 0, 0, 0 }),
        new StoredTensor("sum", new TensorType(Shape.Scalar, ElementType.Float64), new byte[8]),
        new StoredTensor("bytes", new TensorType(Shape.Of(3), ElementType.UInt8), new byte[] { 1, 2, 3 }),
    ]);

    /// <summary>A checkpoint, its weights few.</summary>
    public static byte[] SavedCheckpoint() => Written(
        new Dictionary<string, string>(s_state.ToTexts()) { ["format"] = "generating-images", ["version"] = "1" },
        [StoredTensor.Of("parameters/a", Shape.Of(2, 3), [1, 2, 3, 4, 5, 6]), StoredTensor.Of("slots/m/a", Shape.Of(2, 3), new float[6])]);

    /// <summary>Reads a checkpoint as a run that goes on does.</summary>
    public static void ReadCheckpoint(byte[] bytes)
    {
        SafetensorsFile file = Checkpoint.Check("checkpoint", SafetensorsReader.Read(new MemoryStream(bytes), checksumNeeded: true));
        Checkpoint.NonFinite(file);
        Use(RunState.FromTexts(file.Metadata, "checkpoint"));
    }

    /// <summary>Reads settings.</summary>
    public static void ReadSettings(byte[] bytes)
    {
        RunSettings settings = RunSettings.FromJson(Text(bytes), "settings");
        Use(s_state with { Settings = settings });
    }

    /// <summary>Reads a history.</summary>
    public static void ReadHistory(byte[] bytes) =>
        Use(RunState.FromTexts(new Dictionary<string, string>(s_state.ToTexts()) { ["history"] = Text(bytes) }, "history"));

    /// <summary>A file of decoded pixels.</summary>
    public static byte[] DecodedPixels()
    {
        using var folder = new TemporaryFolder();
        var images = new ImageSet(Shape.Of(4, 3, 2), new byte[5 * 24]);
        var split = new DataSplit("some", images, images.Slice(0, 2), images.Slice(2, 2), "a source", "");
        DecodedCache.Write(folder.Root, Splits.WithFingerprint(split), s_key);
        return File.ReadAllBytes(Directory.GetFiles(folder.Root, "*", SearchOption.AllDirectories).Single());
    }

    /// <summary>Reads decoded pixels; what is not valid is as good as none.</summary>
    public static void ReadDecodedPixels(byte[] bytes)
    {
        DataSplit split = DecodedCache.Read(new MemoryStream(bytes), "some", s_key) ?? throw new InvalidDataException("not valid");
        Assert.Equal(64, split.Fingerprint.Length);
    }

    /// <summary>An event file.</summary>
    public static byte[] Events()
    {
        using var folder = new TemporaryFolder();
        using (new RunEvents(folder.Root, s_history)) { }
        return File.ReadAllBytes(RunEvents.FilesIn(folder.Root).Single());
    }

    /// <summary>Reads events up to the first that is damaged.</summary>
    public static void ReadEvents(byte[] bytes)
    {
        int tags = 0;
        foreach (byte[] record in TfRecord.Read(new MemoryStream(bytes))) tags += EventMessage.TagsOf(record).Tags.Count;
        if (tags == 0) throw new InvalidDataException("nothing whole");
    }

    // In a checkpoint the texts are Unicode already. Decoding bytes that are none as UTF-8 would allocate for each of them.
    static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    // What commands do with a state before they look at weights.
    static void Use(RunState state)
    {
        Assert.NotEmpty(state.Settings.Title);
        state.Settings.BuildModel(state.Image);
        state.Settings.Differences(new RunSettings());
        Assert.All(state.History.Select((epoch, i) => (epoch, i)), pair => Assert.Equal(pair.i + 1, pair.epoch.Epoch));
        Assert.True(double.IsFinite(state.History.Sum(epoch => epoch.Seconds) + state.SecondsInEpoch));
        Assert.NotEmpty(state.ToTexts());
    }

    static byte[] Written(IReadOnlyDictionary<string, string> texts, IReadOnlyList<StoredTensor> tensors)
    {
        using var folder = new TemporaryFolder();
        SafetensorsFile.Write(folder["a"], texts, tensors);
        return File.ReadAllBytes(folder["a"]);
    }
}
