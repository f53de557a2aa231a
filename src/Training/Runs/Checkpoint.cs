using System.Runtime.InteropServices;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// The parameters of a run in a safetensors file: <c>parameters/PATH</c>, the optimiser's slots as <c>slots/SLOT/PATH</c>, state as
/// <c>states/PATH</c>, and texts such as settings and history in the metadata.
/// </summary>
public static class Checkpoint
{
    const string Format = "generating-images", Version = "1";

    /// <summary>Writes all parameters, slots and saved state, whole or not at all.</summary>
    public static void Save(string path, Parameters parameters, IReadOnlyDictionary<string, string> texts)
    {
        var tensors = new List<StoredTensor>();
        foreach (string slot in parameters.Slots)
            foreach (Parameter p in parameters.All)
                tensors.Add(StoredTensor.Of(Name(slot, p), p.Shape, parameters.Read(p.Path, slot)));
        foreach (string state in parameters.SavedStates)
        {
            TensorType type = parameters.StateType(state);
            var bytes = new byte[type.Bytes];
            parameters.ReadState(state, bytes.AsSpan());
            tensors.Add(new StoredTensor($"states/{state}", type, bytes));
        }

        SafetensorsFile.Write(path, new Dictionary<string, string>(texts) { ["format"] = Format, ["version"] = Version }, tensors);
    }

    /// <summary>Reads a checkpoint's file and checks that it is one.</summary>
    /// <exception cref="UserException">It is missing, damaged, no checkpoint, or written by a newer version.</exception>
    public static SafetensorsFile Open(string path)
    {
        try
        {
            return Check(path, SafetensorsFile.Read(path, checksumNeeded: true));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new UserException(e.Message.StartsWith(path, StringComparison.Ordinal) ? e.Message : $"{path}: {e.Message}", e);
        }
    }

    /// <summary>Refuses a file that this program did not write, or a newer version of it.</summary>
    internal static SafetensorsFile Check(string path, SafetensorsFile file)
    {
        if (file.Metadata.GetValueOrDefault("format") != Format)
            throw new UserException($"{path}: is not a checkpoint of this program (its metadata lacks format '{Format}')");
        string version = file.Metadata.GetValueOrDefault("version", "");
        return version == Version
            ? file
            : throw new UserException($"{path}: has checkpoint version '{InputFile.Printable(version)}', "
                + $"this program reads {Version}: use the program that wrote it");
    }

    /// <summary>Writes a checkpoint's weights into the store; with <paramref name="forTraining"/>, slots and state too.</summary>
    /// <exception cref="UserException">It is of another model; the message lists what differs.</exception>
    public static void Restore(string path, SafetensorsFile file, Parameters parameters, bool forTraining)
    {
        string[] slots = forTraining ? [.. parameters.Slots] : [Parameters.Values];
        CheckModel(path, file, parameters, slots);
        foreach (string slot in slots)
            foreach (Parameter p in parameters.All)
                parameters.Write(p.Path, file.Tensors[Name(slot, p)].ToFloats(), slot);
        if (!forTraining) return;
        foreach (string state in parameters.SavedStates)
        {
            if (!file.Tensors.TryGetValue($"states/{state}", out StoredTensor? stored) || stored.Type != parameters.StateType(state))
                throw new UserException($"{path}: state {state} is {stored?.Type.ToString() ?? "missing"}, "
                    + $"{parameters.StateType(state)} was expected: it is of another kind of run");
            parameters.WriteState(state, stored.Data.Span);
        }
    }

    /// <summary>A checkpoint's weights by the paths of the store's parameters, which need no memory for that.</summary>
    /// <exception cref="UserException">It is of another model; the message lists what differs.</exception>
    public static IReadOnlyDictionary<string, float[]> Weights(string path, SafetensorsFile file, Parameters parameters)
    {
        CheckModel(path, file, parameters, [Parameters.Values]);
        return parameters.All.ToDictionary(p => p.Path, p => file.Tensors[Name(Parameters.Values, p)].ToFloats());
    }

    /// <summary>The parameters that hold a NaN or an infinity.</summary>
    public static IReadOnlyList<string> NonFinite(SafetensorsFile file) =>
        [.. file.Tensors.Values
            .Where(t => t.Name.StartsWith("parameters/", StringComparison.Ordinal) && t.Type.Element == ElementType.Float32)
            .Where(t => MemoryMarshal.Cast<byte, float>(t.Data.Span).ToArray().Any(v => !float.IsFinite(v)))
            .Select(t => t.Name)];

    static string Name(string slot, Parameter p) => slot == Parameters.Values ? $"parameters/{p.Path}" : $"slots/{slot}/{p.Path}";

    static void CheckModel(string path, SafetensorsFile file, Parameters parameters, string[] slots)
    {
        var differences = new List<string>();
        foreach (string slot in slots)
            foreach (Parameter p in parameters.All)
            {
                TensorType? found = file.Tensors.GetValueOrDefault(Name(slot, p))?.Type;
                if (found != new TensorType(p.Shape, ElementType.Float32))
                    differences.Add($"{Name(slot, p)} is {found?.ToString() ?? "missing"} there, {p.Shape} here");
            }

        HashSet<string> known = [.. parameters.All.Select(p => Name(Parameters.Values, p))];
        differences.AddRange(file.Tensors.Keys
            .Where(name => name.StartsWith("parameters/", StringComparison.Ordinal) && !known.Contains(name))
            .Select(name => $"{name} is there, and not here"));
        if (differences.Count > 0)
            throw new UserException($"{path}: is a checkpoint of another model: {string.Join("; ", differences.Take(4))}"
                + (differences.Count > 4 ? $"; and {differences.Count - 4} more" : ""));
    }
}
