namespace GeneratingImages.Training;

/// <summary>Which latent size is enough for a data set, a task and a model, as far as a study's finished rows tell.</summary>
/// <param name="Subject">
/// Data set, task and model in words, as <see cref="StudyRowReport.Subject"/> has them; several, separated by semicolons, where there is no
/// answer.
/// </param>
/// <param name="Latent">The smallest size whose test error is within 5 % of the best; null where fewer than two sizes were run.</param>
/// <param name="Text">The answer as a sentence.</param>
public sealed record StudyAnswer(string Subject, int? Latent, string Text)
{
    /// <summary>The part of the best error by which a size that is enough may miss it.</summary>
    public const double Margin = 0.05;

    /// <summary>
    /// One answer for each data set, task and model of which rows of two sizes are finished, in the rows' order, then a word on all others.
    /// </summary>
    public static IReadOnlyList<StudyAnswer> Of(IEnumerable<StudyRowReport> rows)
    {
        var subjects = rows.Where(row => row.Result is not null)
            .GroupBy(row => row.Subject)
            .Select(group => (Subject: group.Key, Sizes: Sizes(group)))
            .ToLookup(subject => subject.Sizes.Length > 1);
        IEnumerable<StudyAnswer> answers = subjects[true].Select(subject => Of(subject.Subject, subject.Sizes));
        return [.. answers, .. subjects[false].Any() ? [None([.. subjects[false]])] : (StudyAnswer[])[]];
    }

    static StudyAnswer None((string Subject, (int Latent, double Mse)[] Sizes)[] subjects) => new(
        string.Join("; ", subjects.Select(subject => subject.Subject)),
        null,
        "Of one latent size alone there is no answer: " + string.Join("; ", subjects.Select(subject =>
            FormattableString.Invariant($"{subject.Subject} ({subject.Sizes[0].Latent}: {subject.Sizes[0].Mse:F5})"))) + ".");

    /// <summary>The smallest error of each size, by size.</summary>
    static (int Latent, double Mse)[] Sizes(IEnumerable<StudyRowReport> rows) =>
        [
            .. rows.GroupBy(row => row.Settings.Latent)
                .Select(size => (size.Key, size.Min(row => row.Result!.TestMse)))
                .OrderBy(size => size.Key),
        ];

    static StudyAnswer Of(string subject, (int Latent, double Mse)[] sizes)
    {
        (int bestSize, double best) = sizes.MinBy(size => size.Mse);
        (int latent, double mse) = sizes.First(size => size.Mse <= best * (1 + Margin));
        string run = string.Join(", ", sizes.Select(size => FormattableString.Invariant($"{size.Latent}: {size.Mse:F5}")));
        string text = latent == bestSize && latent == sizes[^1].Latent
            ? FormattableString.Invariant($"{subject}: of the sizes run only the largest, {latent}, is within 5 % of the best, ")
                + $"so a larger one may do better still ({run})."
            : latent == bestSize
                ? FormattableString.Invariant($"{subject}: {latent} numbers are enough: the best of the sizes run, ")
                    + $"and no smaller one is within 5 % of it ({run})."
                : FormattableString.Invariant($"{subject}: {latent} numbers are enough: {mse:F5} is within 5 % of the best, ")
                    + FormattableString.Invariant($"{best:F5} at {bestSize} ({run}).");
        return new(subject, latent, text);
    }
}
