using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;

namespace GeneratingImages.Training;

/// <summary>
/// The format of study files as a JSON Schema (draft 2020-12), for editors that complete and check while one writes. It is made from
/// <see cref="RunSettings"/>, so it is never behind. Ranges are checked by the program alone.
/// </summary>
public static class StudySchema
{
    /// <summary>The schema, indented.</summary>
    public static string Text()
    {
        JsonObject defaults = Settings(), row = Settings();
        var properties = (JsonObject)row["properties"]!;
        properties["name"] = Kind("string", "Unique in the study; the row's folder bears it.");
        properties["published"] = Kind("number", "A published test error to compare with: mean squared error, pixels in [0, 1].");
        properties["note"] = Kind("string", "A remark for the report.");
        row["required"] = new JsonArray("name");
        var rows = new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = row };
        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "A study of genimg: experiments to run one after the other",
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["$schema"] = Kind("string", "Where this schema is."),
                ["title"] = Kind("string", "What the study is about."),
                ["defaults"] = defaults,
                ["rows"] = rows,
            },
            ["required"] = new JsonArray("rows"),
            ["additionalProperties"] = false,
        }.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    /// <summary>The settings of a run, all optional.</summary>
    static JsonObject Settings()
    {
        var options = new JsonSchemaExporterOptions { TransformSchemaNode = LowerCase };
        var schema = (JsonObject)RunJson.Default.RunSettings.GetJsonSchemaAsNode(options);
        schema["type"] = "object";
        schema["additionalProperties"] = false;
        schema.Remove("required");
        return schema;
    }

    /// <summary>The words of enumerations as files write them.</summary>
    static JsonNode LowerCase(JsonSchemaExporterContext context, JsonNode schema)
    {
        if (schema is not JsonObject { } node || node["enum"] is not JsonArray values) return schema;
        IEnumerable<string> words = values.Select(value => value!.GetValue<string>()).Where(SettingKeys.IsOffered);
        node["enum"] = new JsonArray([.. words.Select(word => (JsonNode)word.ToLowerInvariant())]);
        return schema;
    }

    static JsonObject Kind(string type, string description) => new() { ["type"] = type, ["description"] = description };
}
