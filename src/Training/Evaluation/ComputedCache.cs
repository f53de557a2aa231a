using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>
/// Keeps what is computed from a data set alone and takes long, such as linear floors, in the user's cache: one small JSON file a result,
/// named after the SHA-256 of everything it depends on. A damaged file, told by the SHA-256 of its
/// value, is as good as none, and a cache that cannot be written is no error.
/// </summary>
static class ComputedCache
{
    /// <summary>The result from the cache, or computed and kept.</summary>
    /// <param name="kind">What it is; a folder of the cache bears it.</param>
    /// <param name="of">Everything it depends on, the version of its computation among it.</param>
    /// <param name="compute">Computes it.</param>
    /// <param name="type">How it is written as JSON.</param>
    /// <param name="folder">The cache; null for the user's.</param>
    public static T Get<T>(string kind, string of, Func<T> compute, JsonTypeInfo<T> type, string? folder = null)
        where T : class
    {
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(of))) + ".json";
        string path = Path.Combine(folder ?? UserCache.Folder, kind, name);
        if (Read(path, of, type) is { } kept) return kept;
        T computed = compute();
        Write(path, of, JsonSerializer.SerializeToElement(computed, type));
        return computed;
    }

    /// <summary>SHA-256 over the size and pixels of sets of images: what a result depends on.</summary>
    public static string Fingerprint(params ImageSet[] sets) =>
        string.Join(' ', sets.AsParallel().AsOrdered().Select(set => string.Create(
            CultureInfo.InvariantCulture,
            $"{set.Count}x{set.Image}:{Convert.ToHexStringLower(SHA256.HashData(set.Pixels.Span))}")));

    static string Digest(JsonElement value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value.GetRawText())));

    static T? Read<T>(string path, string of, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            if (!File.Exists(path)) return null;
            using JsonDocument file = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement entry = file.RootElement;
            JsonElement value = entry.GetProperty("value");
            bool whole = entry.GetProperty("of").GetString() == of && entry.GetProperty("sha256").GetString() == Digest(value);
            return whole ? value.Deserialize(type) : null;
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    static void Write(string path, string of, JsonElement value)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, stream =>
            {
                using var json = new Utf8JsonWriter(stream);
                json.WriteStartObject();
                json.WriteString("of", of);
                json.WriteString("sha256", Digest(value));
                json.WritePropertyName("value");
                value.WriteTo(json);
                json.WriteEndObject();
            });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It will be computed again.
        }
    }
}
