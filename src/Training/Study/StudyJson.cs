using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GeneratingImages.Training;

/// <summary>The JSON of a study's files, as <see cref="RunJson"/> has it.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(StudyReport))]
[JsonSerializable(typeof(StudyRowReport))]
sealed partial class StudyJson : JsonSerializerContext
{
    /// <summary>For files that people read: paths and version numbers keep their characters.</summary>
    public static StudyJson Plain => Relaxed.Context;

    // A class of its own, so that it is made after the generated defaults.
    static class Relaxed
    {
        public static readonly StudyJson Context =
            new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
