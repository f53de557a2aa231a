using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GeneratingImages.Training;

/// <summary>
/// The JSON of run files: camel case, enumerations by name, unknown values refused, and missing ones that have no default.
/// </summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(RunSettings))]
[JsonSerializable(typeof(RunDescription))]
[JsonSerializable(typeof(RunResult))]
[JsonSerializable(typeof(StepTimes))]
[JsonSerializable(typeof(StepProfile))]
[JsonSerializable(typeof(IReadOnlyList<EpochReport>))]
sealed partial class RunJson : JsonSerializerContext
{
    /// <summary>For files that people read: paths and version numbers keep their characters.</summary>
    public static RunJson Plain => Relaxed.Context;

    // A class of its own, so that it is made after the generated defaults.
    static class Relaxed
    {
        public static readonly RunJson Context =
            new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
