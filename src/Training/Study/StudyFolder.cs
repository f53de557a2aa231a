using System.Text.Json;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>The folder of a study: its table and reports, a folder for every row's run, and the lock of the process that runs it.</summary>
public sealed class StudyFolder : IDisposable
{
    const string JsonName = "study.json", RunsName = "runs", RowName = "row.json";

    readonly RunLock _lock;

    StudyFolder(string path, RunLock held) => (Path, _lock) = (path, held);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The table: one line a row, all figures.</summary>
    public string Csv => File("study.csv");

    /// <summary>The report for people.</summary>
    public string Markdown => File("report.md");

    /// <summary>The report as a page with plots and pictures.</summary>
    public string Html => File("report.html");

    /// <summary>The whole as data: <see cref="StudyReport"/>.</summary>
    public string Json => File(JsonName);

    /// <summary>Takes a folder for a study, new or to go on with.</summary>
    /// <param name="path">The folder; if it exists it is empty or a study's.</param>
    /// <exception cref="UserException">It holds something else, cannot be written to, or another process runs a study there.</exception>
    public static StudyFolder Open(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            bool isStudy = System.IO.File.Exists(System.IO.Path.Combine(path, JsonName));
            if (!isStudy && Directory.EnumerateFileSystemEntries(path).Any(entry => !RunLock.Is(entry) && !AtomicFile.IsTemporary(entry)))
                throw new UserException($"{path}: holds files and no {JsonName}, so it is not a study's: name another --out");
            var folder = new StudyFolder(path, RunLock.Take(path));
            AtomicFile.RemoveLeftovers(path);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new UserException($"{path}: the study's files cannot be written there: {e.Message.TrimEnd('.')}: name another --out", e);
        }
    }

    /// <summary>The folder of a row's run.</summary>
    public string RunOf(StudyRow row) => System.IO.Path.Combine(Path, RunsName, row.Name);

    /// <summary>The same relative to the study's folder, the same on every system.</summary>
    public static string RelativeRunOf(StudyRow row) => $"{RunsName}/{row.Name}";

    /// <summary>Whether a row's run has a checkpoint to go on from.</summary>
    internal bool HasCheckpoint(StudyRow row) => System.IO.File.Exists(System.IO.Path.Combine(RunOf(row), RunFolder.CheckpointName));

    /// <summary>What was kept of a row that ended, or null where there is none that can be read.</summary>
    internal StudyRowReport? ReadRow(StudyRow row)
    {
        try
        {
            string path = RowFile(row);
            return System.IO.File.Exists(path)
                ? JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(path), StudyJson.Plain.StudyRowReport)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // The row is then measured again, from its checkpoint.
            return null;
        }
    }

    /// <summary>The names of the rows whose runs are here.</summary>
    internal IReadOnlyList<string> RowNames()
    {
        string runs = File(RunsName);
        return Directory.Exists(runs)
            ? [.. Directory.EnumerateDirectories(runs).Select(run => System.IO.Path.GetFileName(run)!).Order(StringComparer.Ordinal)]
            : [];
    }

    /// <summary>Keeps what is known of a row that ended.</summary>
    internal void WriteRow(StudyRow row, StudyRowReport report)
    {
        Directory.CreateDirectory(RunOf(row));
        AtomicFile.WriteText(RowFile(row), JsonSerializer.Serialize(report, StudyJson.Plain.StudyRowReport) + "\n");
    }

    /// <summary>Forgets what was kept of a row.</summary>
    internal void ForgetRow(StudyRow row)
    {
        if (System.IO.File.Exists(RowFile(row))) System.IO.File.Delete(RowFile(row));
    }

    /// <summary>Writes table and reports anew, each whole or not at all.</summary>
    internal void Write(StudyReport report)
    {
        AtomicFile.WriteText(Json, report.ToJson() + "\n");
        AtomicFile.WriteText(Csv, StudyCsv.Format(report));
        AtomicFile.WriteText(Markdown, StudyMarkdown.Format(report));
        AtomicFile.WriteText(Html, StudyHtml.Format(report, Picture));
    }

    /// <summary>Lets others run a study here.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>A picture of a run; what cannot be read is left out of the page.</summary>
    byte[]? Picture(string relative)
    {
        string path = System.IO.Path.Combine(Path, relative);
        try
        {
            return System.IO.File.Exists(path) ? System.IO.File.ReadAllBytes(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    string RowFile(StudyRow row) => System.IO.Path.Combine(RunOf(row), RowName);

    string File(string name) => System.IO.Path.Combine(Path, name);
}
