using System.Text.Json;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Reads a study file and checks everything that can be checked without data, each error with its line and column.</summary>
sealed class StudyFileReader
{
    const int LargestFile = 1 << 20;
    const int LongestName = 80;

    static readonly string[] _rootKeys = ["$schema", "title", "defaults", "rows"];
    static readonly string[] _rowKeys = ["name", "published", "note", .. SettingKeys.All];

    readonly JsonText _text;
    readonly string _folder;

    StudyFileReader(string path, JsonText text) => (_text, _folder) = (text, Path.GetDirectoryName(path) ?? "");

    /// <summary>Reads a file.</summary>
    /// <exception cref="UserException">What is wrong, with line and column.</exception>
    public static StudyFile Read(string path) => Read(path, JsonText.Read(path, "a study file", LargestFile));

    /// <summary>Reads a file's text.</summary>
    internal static StudyFile Read(string path, JsonText text) => new StudyFileReader(path, text).Study(path, LocatedJson.Parse(text));

    StudyFile Study(string path, LocatedJson root)
    {
        Dictionary<string, LocatedJson> members = Members(root, "the file", _rootKeys);
        string title = Text(members, "title") ?? Path.GetFileNameWithoutExtension(path);
        Dictionary<string, LocatedJson> defaults = members.TryGetValue("defaults", out LocatedJson? given)
            ? Members(given, "defaults", SettingKeys.All)
            : [];
        CheckTypes(defaults);
        if (!members.TryGetValue("rows", out LocatedJson? list))
            throw _text.Error(root.Offset, "'rows' is missing: name at least one experiment");
        if (list.Kind != JsonTokenType.StartArray) throw _text.Error(list.Offset, "'rows' must be a list: [{...}, {...}]");
        if (list.Elements.Count == 0) throw _text.Error(list.Offset, "'rows' is empty: name at least one experiment");
        var rows = new List<StudyRow>();
        foreach (LocatedJson element in list.Elements) rows.Add(Row(element, defaults, rows));
        return new StudyFile(path, title, rows);
    }

    StudyRow Row(LocatedJson element, Dictionary<string, LocatedJson> defaults, List<StudyRow> before)
    {
        Dictionary<string, LocatedJson> members = Members(element, "a row", _rowKeys);
        if (Text(members, "name") is not { } name)
            throw _text.Error(element.Offset, "the row has no 'name': give it one, its folder bears it");
        int nameOffset = members["name"].Offset;
        if (!IsFolderName(name))
            throw _text.Error(
                nameOffset,
                $"name '{InputFile.Printable(name)}': its folder bears it, so it must be 1 to {LongestName} letters, digits, - _ or ., "
                + "and begin and end with a letter or digit");
        if (before.Any(row => row.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
            throw _text.Error(nameOffset, $"name '{name}': another row has it: names differ in more than upper and lower case");
        Dictionary<string, LocatedJson> own = members.Where(m => SettingKeys.All.Contains(m.Key)).ToDictionary();
        CheckTypes(own);
        RunSettings settings = Settings(element, own, defaults);
        if (own.TryGetValue(SettingKeys.Hide, out LocatedJson? hide) && settings.HideProblem is { } problem)
            throw _text.Error(hide.Offset, $"{SettingKeys.Hide}: {problem}");
        Published.Row? published = RunEvaluation.PublishedFor(settings);
        return members.TryGetValue("published", out LocatedJson? given)
            ? new StudyRow(name, settings, PublishedMse(given), null, Text(members, "note"))
            : new StudyRow(name, settings, published?.Mse, published?.Notes, Text(members, "note"));
    }

    /// <summary>The row's settings over the defaults, checked; a value out of range is looked for where it was given.</summary>
    RunSettings Settings(LocatedJson row, Dictionary<string, LocatedJson> own, Dictionary<string, LocatedJson> defaults)
    {
        List<KeyValuePair<string, LocatedJson>> given = [.. own, .. defaults.Where(d => !own.ContainsKey(d.Key))];
        ReadMask(given);
        if (RangeProblem(given) is not { } problem) return SettingKeys.Build(given);
        foreach (KeyValuePair<string, LocatedJson> setting in given)
        {
            if (RangeProblem(given.Where(other => other.Key != setting.Key)) != problem)
                throw _text.Error(setting.Value.Offset, $"{setting.Key}: {problem}");
        }

        throw _text.Error(row.Offset, problem);
    }

    /// <summary>Puts the bits of a mask in the place of its picture's path, so that a picture that changes is another setting.</summary>
    void ReadMask(List<KeyValuePair<string, LocatedJson>> given)
    {
        int at = given.FindIndex(setting => setting.Key == SettingKeys.Hide && setting.Value.Kind == JsonTokenType.String);
        if (at < 0) return;
        LocatedJson name = given[at].Value;
        if (RangeProblem(given.Where(other => other.Key != SettingKeys.Hide)) is not null)
        {
            // What else is wrong is told first: without its data set a picture has no size, and it must not be blamed.
            given.RemoveAt(at);
            return;
        }

        try
        {
            Shape image = DataSets.Find(SettingKeys.Build(given).Dataset).Image;
            given[at] = new(SettingKeys.Hide, name.Replaced(MaskFile.Find(name.String!, _folder, image).ToString()));
        }
        catch (UserException e)
        {
            throw _text.Error(name.Offset, $"{SettingKeys.Hide}: {e.Message}");
        }
    }

    /// <summary>What is wrong with settings by themselves, and for the images of their data set; null if nothing is.</summary>
    static string? RangeProblem(IEnumerable<KeyValuePair<string, LocatedJson>> given)
    {
        try
        {
            RunSettings settings = SettingKeys.Build(given);
            settings.Validate();
            settings.BuildObjective(DataSets.Find(settings.Dataset).Image);
            return null;
        }
        catch (UserException e)
        {
            return e.Message;
        }
    }

    void CheckTypes(Dictionary<string, LocatedJson> settings)
    {
        foreach ((string key, LocatedJson value) in settings)
        {
            if (SettingKeys.Problem(key, value) is { } problem) throw _text.Error(value.Offset, $"{key}: {problem}");
        }
    }

    double PublishedMse(LocatedJson value)
    {
        bool isNumber = value.Kind == JsonTokenType.Number;
        double mse = isNumber ? JsonElement.Parse(value.Raw.Span).GetDouble() : 0;
        return mse > 0 && double.IsFinite(mse)
            ? mse
            : throw _text.Error(value.Offset, "published: must be a mean squared error, a number above 0");
    }

    Dictionary<string, LocatedJson> Members(LocatedJson value, string what, IReadOnlyList<string> known)
    {
        if (value.Kind != JsonTokenType.StartObject) throw _text.Error(value.Offset, $"{what} must be an object: {{...}}");
        foreach (LocatedJson.Member member in value.Members)
        {
            if (known.Contains(member.Name)) continue;
            throw _text.Error(
                member.Offset,
                $"'{InputFile.Printable(member.Name)}' is not known{Suggestion.For(member.Name, known)}; "
                + $"{what} may have {string.Join(", ", known)}");
        }

        return value.Members.ToDictionary(member => member.Name, member => member.Value);
    }

    string? Text(Dictionary<string, LocatedJson> members, string key)
    {
        if (!members.TryGetValue(key, out LocatedJson? value)) return null;
        return value.String is { } text && !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl)
            ? text
            : throw _text.Error(value.Offset, $"{key}: must be a text in quotes, on one line");
    }

    static bool IsFolderName(string name) =>
        name.Length is >= 1 and <= LongestName
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1]);
}
