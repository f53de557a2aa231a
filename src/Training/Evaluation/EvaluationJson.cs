using System.Text.Json.Serialization;

namespace GeneratingImages.Training;

/// <summary>The JSON of computed results that are kept in the user's cache.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(FloorReport))]
[JsonSerializable(typeof(BaselineError[]))]
sealed partial class EvaluationJson : JsonSerializerContext;
