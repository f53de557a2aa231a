namespace GeneratingImages.Training;

/// <summary>Which latent size is enough for a data set, a task and a model, as far as a study's finished rows tell.</summary>
/// <param name="Subject">Data set, task and model in words, as <see cref="StudyRowReport.Subject"/> has them.</param>
/// <param name="Latent">The smallest size whose test error is within 5 % of the best; null where fewer than two sizes were run.</param>
/// <param name="Text">The answer as a sentence.</param>
public sealed record StudyAnswer(string Subject, int? Latent, string Text)
{
    /// <summary>The part of the best error by which a size that is enough may miss it.</summary>
    public const double Margin = 0.05;

    /// <summary>One answer for each data set, task and model of which a row is finished, in the rows' order.</summary>
    public static IReadOnlyList<StudyAnswer> Of(IEnumerable<StudyRowReport> rows) =>
        [.. rows.Where(row => row.Result is not null)
            .GroupBy(row => row.Subject)
            .Select(group => Of(group.Key, Sizes(group)))];

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
        if (sizes.Length < 2)
            return new(
                subject,
                null,
                FormattableString.Invariant($"{subject}: only latent size {bestSize} was run ({best:F5}), so there is no answer."));
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
