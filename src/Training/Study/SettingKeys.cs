using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace GeneratingImages.Training;

/// <summary>
/// The keys of <see cref="RunSettings"/> as they stand in JSON, taken from the type itself: a new setting is known here at once.
/// </summary>
static class SettingKeys
{
    static readonly JsonElement _defaults = JsonDocument.Parse(new RunSettings().ToJson()).RootElement;

    static readonly Dictionary<string, Type> _types = RunJson.Default.RunSettings.Properties.ToDictionary(p => p.Name, p => p.PropertyType);

    /// <summary>The key of what is hidden.</summary>
    public const string Hide = "hide";

    /// <summary>All keys.</summary>
    public static IReadOnlyList<string> All { get; } = [.. _defaults.EnumerateObject().Select(p => p.Name)];

    /// <summary>Settings with the values given, and the defaults for all other keys.</summary>
    /// <exception cref="JsonException">A value is of the wrong type.</exception>
    public static RunSettings Build(IEnumerable<KeyValuePair<string, LocatedJson>> given)
    {
        Dictionary<string, LocatedJson> values = given.ToDictionary();
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            foreach (JsonProperty setting in _defaults.EnumerateObject())
            {
                json.WritePropertyName(setting.Name);
                if (values.TryGetValue(setting.Name, out LocatedJson? value)) json.WriteRawValue(value.Raw.Span);
                else setting.Value.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return JsonSerializer.Deserialize(stream.ToArray(), RunJson.Default.RunSettings) ?? throw new JsonException("is empty");
    }

    /// <summary>What is wrong with a value's type, or null.</summary>
    public static string? Problem(string key, LocatedJson value)
    {
        Type type = _types[key], plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain.IsEnum && value.Kind != JsonTokenType.Null && !Words(plain).Contains(value.String?.ToLowerInvariant()))
            return $"must be {Expected(type)}{(value.String is { } word ? Suggestion.For(word, Words(plain)) : "")}";
        try
        {
            Build([new(key, value)]);
            return null;
        }
        catch (JsonException)
        {
            return $"must be {Expected(type)}";
        }
    }

    /// <summary>What a value of a type looks like in JSON.</summary>
    static string Expected(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } plain) return $"{Expected(plain)}, or null";
        if (type.IsEnum) return string.Join(" or ", Words(type).Select(word => $"\"{word}\""));
        if (type == typeof(string)) return "a text in quotes";
        if (type == typeof(bool)) return "true or false";
        if (type == typeof(float) || type == typeof(double)) return "a number";
        if (type == typeof(ulong) || type == typeof(uint)) return "a whole number from 0 on";
        if (type.IsPrimitive) return "a whole number in range";
        return ElementType(type) is { } element ? $"a list: [...], each {Expected(element)}" : $"a value of {type.Name}";
    }

    /// <summary>Whether a value of an enumeration can be asked for: no activation cannot, since a deep model would be linear.</summary>
    public static bool IsOffered(string name) => name != nameof(Core.Activation.None);

    /// <summary>The words for an enumeration's values; in a file they may be written in upper or lower case.</summary>
    static string[] Words(Type enumeration) => [.. Enum.GetNames(enumeration).Where(IsOffered).Select(name => name.ToLowerInvariant())];

    static Type? ElementType(Type type) => type.GetInterfaces().Append(type)
        .FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];
}
