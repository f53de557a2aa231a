using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>A file that was written for other programs.</summary>
/// <param name="What">What it holds: <c>encoder</c>, <c>weights, pytorch</c>.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Bytes">Its length.</param>
public sealed record ExportedFile(string What, string Path, long Bytes);

/// <summary>Writes a run's model for other programs. No file is written if one of them cannot be made, or is there already.</summary>
public static class RunExport
{
    /// <summary>Writes parts of the model as ONNX: <c>encoder.onnx</c>, <c>decoder.onnx</c>, <c>whole.onnx</c>.</summary>
    /// <param name="saved">The run.</param>
    /// <param name="kinds">The parts.</param>
    /// <param name="folder">Where to; made if it is not there.</param>
    /// <param name="force">Whether files there may be replaced.</param>
    /// <exception cref="UserException">
    /// An operation has no counterpart in ONNX, a file is there already, or the folder cannot be written to.
    /// </exception>
    /// <exception cref="IOException">The disk is full.</exception>
    public static IReadOnlyList<ExportedFile> WriteOnnx(SavedRun saved, IReadOnlyList<ModelPartKind> kinds, string folder, bool force)
    {
        (string Word, string Path)[] targets =
            [.. kinds.Select(kind => Word(kind)).Select(word => (word, Path.Combine(folder, $"{word}.onnx")))];
        CheckFree(targets.Select(t => t.Path), force);
        byte[][] files = [.. kinds.Select(kind => ToOnnx(saved, kind))];
        for (int i = 0; i < files.Length; i++)
        {
            byte[] file = files[i];
            FigureFile.Write(targets[i].Path, stream => stream.Write(file));
        }

        return [.. targets.Select((t, i) => new ExportedFile(t.Word, t.Path, files[i].Length))];
    }

    /// <summary>
    /// Writes the weights in a framework's layout: <c>weights-pytorch.safetensors</c> or <c>weights-keras.safetensors</c>.
    /// </summary>
    /// <inheritdoc cref="WriteOnnx"/>
    public static ExportedFile WriteWeights(SavedRun saved, WeightLayout layout, string folder, bool force)
    {
        string word = layout.ToString().ToLowerInvariant(), path = Path.Combine(folder, $"weights-{word}.safetensors");
        CheckFree([path], force);
        try
        {
            Directory.CreateDirectory(folder);
            FrameworkWeights.Write(path, layout, saved);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw WriteFailure.Of(path, e, "name another --out");
        }

        return new ExportedFile($"weights, {word}", path, new FileInfo(path).Length);
    }

    /// <summary>A part of the model as the bytes of an ONNX file.</summary>
    /// <exception cref="UserException">An operation has no counterpart in ONNX.</exception>
    internal static byte[] ToOnnx(SavedRun saved, ModelPartKind kind)
    {
        using var parameters = new Parameters(saved.State.Settings.Seed);
        ModelPart part = ModelPart.Of(saved.State, kind, 1, parameters);
        string text = $"{Word(kind)} of an image autoencoder. {RunText.Of(saved.State)}.\n"
            + "Images are [batch, height, width, channels], pixels in [0, 1]; images that come out are not cut to that range.";
        OnnxFile file = OnnxGraph.Translate(part, saved.Weights(parameters), text) with
        {
            Metadata = new Dictionary<string, string>
            {
                ["settings"] = saved.State.Settings.ToJson(),
                ["image"] = string.Join(',', saved.State.Image.ToArray()),
                ["fingerprint"] = saved.State.Fingerprint,
            },
        };
        return file.ToBytes();
    }

    static string Word(ModelPartKind kind) => kind.ToString().ToLowerInvariant();

    static void CheckFree(IEnumerable<string> paths, bool force)
    {
        foreach (string path in paths)
        {
            if (Directory.Exists(path)) throw new UserException($"{path}: is a folder, a file is to be written there: name another --out");
            if (!force && Path.Exists(path))
                throw new UserException($"{path}: exists already: replace it with --force, or name another --out");
        }
    }
}
