using System.Text.Json;
using System.Text.Json.Serialization;

namespace GeneratingImages.Training;

/// <summary>How far a row of a study has come.</summary>
public enum RowStatus
{
    /// <summary>It has not been begun.</summary>
    NotRun,

    /// <summary>It was interrupted, and goes on from its checkpoint when the study is run again.</summary>
    Stopped,

    /// <summary>It ended with an error; it is tried again when the study is run again.</summary>
    Failed,

    /// <summary>It is trained and measured.</summary>
    Finished,
}

/// <summary>A row of a study with all that is known of it. Errors are mean squared errors, pixels in [0, 1].</summary>
public sealed record StudyRowReport
{
    /// <summary>The row's name.</summary>
    public required string Name { get; init; }

    /// <summary>How far it has come.</summary>
    public required RowStatus Status { get; init; }

    /// <summary>Why it failed, or what else there is to say of its status; else null.</summary>
    public string? Reason { get; init; }

    /// <summary>The study file's remark.</summary>
    public string? Note { get; init; }

    /// <summary>Its settings.</summary>
    public required RunSettings Settings { get; init; }

    /// <summary>Data set and task in words, such as <c>mnist, complete</c>: rows of one of these can be compared.</summary>
    [JsonIgnore]
    public string Problem => string.Join(", ", Settings.Title.Split(", ")[..2]);

    /// <summary>
    /// Data set, task and model in words, such as <c>mnist, complete, deep</c>: rows of one of these differ in their latent size.
    /// </summary>
    [JsonIgnore]
    public string Subject => string.Join(", ", Settings.Title.Split(", ")[..3]);

    /// <summary>The folder of its run, relative to the study's: checkpoint, history, pictures, the error of every test image.</summary>
    public required string Run { get; init; }

    /// <summary>The published test error.</summary>
    public double? PublishedMse { get; init; }

    /// <summary>How the published error came about.</summary>
    public string? PublishedNote { get; init; }

    /// <summary>The figures; null before it is finished.</summary>
    public RunResult? Result { get; init; }

    /// <summary>Our test error over the published one.</summary>
    public double? Ratio => Result?.TestMse / PublishedMse;

    /// <summary>Our test error over the linear floor.</summary>
    public double? RatioToFloor => Result is { FloorMse: > 0 } result ? result.TestMse / result.FloorMse : null;

    /// <summary>What classical methods do on the same data and task; see <see cref="Training.Baselines"/>.</summary>
    public IReadOnlyList<BaselineError> Baselines { get; init; } = [];

    /// <summary>The finished epochs.</summary>
    public IReadOnlyList<EpochReport> History { get; init; } = [];

    /// <summary>The test images with the largest errors, largest first.</summary>
    public IReadOnlyList<TestImageError> Hardest { get; init; } = [];

    /// <summary>The test images with the smallest errors, smallest first.</summary>
    public IReadOnlyList<TestImageError> Easiest { get; init; } = [];

    /// <summary>What it was trained on; null before it was.</summary>
    public DataDescription? Data { get; init; }

    /// <summary>Versions and machine; null before it was trained.</summary>
    public RunEnvironment? Environment { get; init; }

    /// <summary>Where it stands, in a few words: "not run", "failed: the loss is NaN".</summary>
    [JsonIgnore]
    public string StatusText => Status switch
    {
        RowStatus.NotRun => Reason is null ? "not run" : $"not run: {Reason}",
        RowStatus.Stopped => FormattableString.Invariant($"stopped after {History.Count} of {Settings.Epochs} epochs"),
        RowStatus.Failed => $"failed: {Reason}",
        _ => "finished",
    };
}

/// <summary>A study as far as it has come: what report and table are made from.</summary>
/// <param name="Title">What it is about.</param>
/// <param name="File">The study file.</param>
/// <param name="Rows">All rows, in the file's order.</param>
/// <param name="Answers">Which latent size is enough, for each data set, task and model.</param>
public sealed record StudyReport(string Title, string File, IReadOnlyList<StudyRowReport> Rows, IReadOnlyList<StudyAnswer> Answers)
{
    /// <summary>The rows that failed.</summary>
    [JsonIgnore]
    public IEnumerable<StudyRowReport> Failed => Rows.Where(row => row.Status == RowStatus.Failed);

    /// <summary>The report as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, StudyJson.Plain.StudyReport);

    /// <summary>Reads a report.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static StudyReport FromJson(string json) =>
        JsonSerializer.Deserialize(json, StudyJson.Plain.StudyReport) ?? throw new JsonException("is empty");
}
