using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>The weights of a model as a safetensors file that PyTorch or Keras models load, and back.</summary>
public static class FrameworkWeights
{
    /// <summary>The metadata key under which an exported file names its layout.</summary>
    public const string LayoutKey = "layout";

    /// <summary>The metadata key under which an exported file carries the settings of its run.</summary>
    public const string SettingsKey = "settings";

    const int Listed = 8;

    /// <summary>Writes a model's weights, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="layout">Whose names and orders of axes.</param>
    /// <param name="saved">The run.</param>
    /// <exception cref="UserException">A weight is used in a way that the layouts do not know.</exception>
    public static void Write(string path, WeightLayout layout, SavedRun saved)
    {
        using var parameters = new Parameters(saved.State.Settings.Seed);
        ModelPart whole = ModelPart.Of(saved.State, ModelPartKind.Whole, 1, parameters);
        IReadOnlyDictionary<string, float[]> weights = saved.Weights(parameters);
        var texts = new Dictionary<string, string>
        {
            [LayoutKey] = Word(layout),
            [SettingsKey] = saved.State.Settings.ToJson(),
            ["description"] = RunText.Of(saved.State),
        };
        IReadOnlyList<FrameworkTensor> tensors = FrameworkTensor.Of(WeightRole.Of(whole), layout);
        SafetensorsFile.Write(path, texts, [.. tensors.Select(t => StoredTensor.Of(t.Name, t.Shape, t.To(weights[t.Path])))]);
    }

    /// <summary>Reads weights for a model.</summary>
    /// <param name="path">The file, with or without a checksum.</param>
    /// <param name="layout">Whose names and orders of axes.</param>
    /// <param name="settings">The model.</param>
    /// <param name="image">The size of its images.</param>
    /// <returns>The parameters' values in our order, by path.</returns>
    /// <exception cref="UserException">
    /// The file is damaged, or its tensors are not those of the model; the message lists what differs.
    /// </exception>
    public static IReadOnlyDictionary<string, float[]> Read(string path, WeightLayout layout, RunSettings settings, Shape image)
    {
        SafetensorsFile file = Open(path);
        if (file.Metadata.GetValueOrDefault(LayoutKey) is { } stated && stated != Word(layout))
            throw new UserException(
                $"{path}: says that it has the layout of {InputFile.Printable(stated)}, --layout {Word(layout)} was given");
        IReadOnlyList<FrameworkTensor> expected = FrameworkTensor.Of(RolesIn(settings, image), layout);
        Check(path, file, expected, settings);
        return expected.ToDictionary(t => t.Path, t => t.From(Finite(path, file.Tensors[t.Name])));
    }

    /// <summary>The settings that a file exported here carries; null in others' files.</summary>
    /// <exception cref="UserException">The file is damaged, or the settings cannot be used.</exception>
    public static RunSettings? SettingsOf(string path) =>
        Open(path).Metadata.TryGetValue(SettingsKey, out string? json) ? RunSettings.FromJson(json, path) : null;

    static IReadOnlyList<WeightRole> RolesIn(RunSettings settings, Shape image)
    {
        using var parameters = new Parameters(settings.Seed);
        try
        {
            return WeightRole.Of(ModelPart.Of(new RunState(settings, image, "", [], 0, false), ModelPartKind.Whole, 1, parameters));
        }
        catch (OverflowException e)
        {
            throw new UserException(
                $"--latent {settings.Latent}: the model has more weights than can be addressed: choose a smaller --latent", e);
        }
    }

    static SafetensorsFile Open(string path)
    {
        // Refuses folders, pipes and devices, which have no end to read to.
        InputFile.Open(path, InputFile.Printable(path), "a safetensors file of weights").Dispose();
        try
        {
            return SafetensorsFile.Read(path);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new UserException(e.Message.StartsWith(path, StringComparison.Ordinal) ? e.Message : $"{path}: {e.Message}", e);
        }
    }

    static void Check(string path, SafetensorsFile file, IReadOnlyList<FrameworkTensor> expected, RunSettings settings)
    {
        var differences = new List<string>();
        foreach (FrameworkTensor tensor in expected)
        {
            TensorType? found = file.Tensors.GetValueOrDefault(tensor.Name)?.Type;
            if (found is null) differences.Add($"{tensor.Name} {tensor.Shape} is missing");
            else if (found != new TensorType(tensor.Shape, ElementType.Float32))
                differences.Add($"{tensor.Name} is {found}, the model has {tensor.Shape}");
        }

        HashSet<string> known = [.. expected.Select(t => t.Name)];
        differences.AddRange(file.Tensors.Values
            .Where(t => !known.Contains(t.Name))
            .Select(t => $"{InputFile.Printable(t.Name)} {t.Type} is not in the model"));
        if (differences.Count > 0)
            throw new UserException($"{path}: does not hold the weights of the model ({settings.ModelText}): "
                + string.Join("; ", differences.Take(Listed))
                + (differences.Count > Listed ? $"; and {differences.Count - Listed} more" : "")
                + ": describe the model that the weights are of, or rename the tensors");
    }

    static float[] Finite(string path, StoredTensor tensor)
    {
        float[] values = tensor.ToFloats();
        int bad = Array.FindIndex(values, value => !float.IsFinite(value));
        return bad < 0
            ? values
            : throw new UserException(FormattableString.Invariant(
                $"{path}: {tensor.Name} {tensor.Type} is {values[bad]} at element {bad}: a model with such a weight is of no use"));
    }

    static string Word(WeightLayout layout) => layout.ToString().ToLowerInvariant();
}

/// <summary>A run in words, for files that leave this program.</summary>
static class RunText
{
    /// <summary>Model, data, training, in one line.</summary>
    public static string Of(RunState state)
    {
        int epochs = state.History.Count;
        string unit = epochs == 1 ? "epoch" : "epochs";
        return FormattableString.Invariant(
            $"{state.Settings.Dataset}: {state.Settings.ModelText}; {state.Settings.TrainingText}; {epochs} {unit} done");
    }
}
