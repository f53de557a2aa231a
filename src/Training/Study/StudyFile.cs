using System.IO.Enumeration;

namespace GeneratingImages.Training;

/// <summary>One experiment of a study.</summary>
/// <param name="Name">Its name, unique in the study, which its folder bears.</param>
/// <param name="Settings">All its settings.</param>
/// <param name="PublishedMse">The published test error to compare with; null where there is none.</param>
/// <param name="PublishedNote">How the published figure came about.</param>
/// <param name="Note">A remark for the report; null for none.</param>
public sealed record StudyRow(string Name, RunSettings Settings, double? PublishedMse, string? PublishedNote, string? Note)
{
    /// <summary>The row as <c>--epochs</c> and <c>--limit</c> narrow it; null leaves what the file says.</summary>
    /// <exception cref="UserException">A value is out of range.</exception>
    public StudyRow With(int? epochs, int? limit)
    {
        RunSettings settings = Settings with { Epochs = epochs ?? Settings.Epochs, Limit = limit ?? Settings.Limit };
        try
        {
            settings.Validate();
        }
        catch (UserException e)
        {
            throw new UserException($"row '{Name}': {e.Message}", e);
        }

        return this with { Settings = settings };
    }
}

/// <summary>A study as it stands in its file: a title and a list of experiments. The format is described in docs/study.md.</summary>
/// <param name="Path">The file.</param>
/// <param name="Title">What the study is about.</param>
/// <param name="Rows">The experiments, in the order in which they run; at least one.</param>
public sealed record StudyFile(string Path, string Title, IReadOnlyList<StudyRow> Rows)
{
    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="UserException">What is wrong, with line and column.</exception>
    public static StudyFile Read(string path) => StudyFileReader.Read(path);

    /// <summary>The rows whose name matches one of some patterns, in which * stands for any letters and ? for one.</summary>
    /// <param name="patterns">Separated by commas; null for all rows.</param>
    /// <exception cref="UserException">A pattern matches no row.</exception>
    public IReadOnlyList<StudyRow> Select(string? patterns)
    {
        if (patterns is null) return Rows;
        var selected = new HashSet<StudyRow>();
        foreach (string pattern in patterns.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            StudyRow[] found = [.. Rows.Where(row => FileSystemName.MatchesSimpleExpression(pattern, row.Name))];
            if (found.Length == 0)
                throw new UserException($"--only {pattern}: no row of {Path} has such a name"
                    + $"{Suggestion.For(pattern, Rows.Select(row => row.Name))}; "
                    + $"there are {string.Join(", ", Rows.Select(row => row.Name))}");
            selected.UnionWith(found);
        }

        return selected.Count > 0
            ? [.. Rows.Where(selected.Contains)]
            : throw new UserException("--only: names no row: give a name, or leave it away");
    }
}
