namespace GeneratingImages.Training;

/// <summary>Guesses which of the known words a misspelt one stands for.</summary>
public static class Suggestion
{
    /// <summary><c> (did you mean X?)</c>, or nothing if no word is near.</summary>
    public static string For(string word, IEnumerable<string> known)
    {
        string? best = known
            .Select(candidate => (candidate, distance: Distance(word.ToLowerInvariant(), candidate)))
            .Where(c => c.distance <= Math.Max(1, c.candidate.TrimStart('-').Length / 3) || IsBeginning(word, c.candidate))
            .OrderBy(c => c.distance)
            .ThenByDescending(c => c.candidate.Length)
            .Select(c => c.candidate)
            .FirstOrDefault();
        return best is null ? "" : $" (did you mean {best}?)";
    }

    static bool IsBeginning(string word, string candidate) =>
        word.TrimStart('-').Length >= 2 && candidate.StartsWith(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>The fewest single letters inserted, deleted, replaced or swapped with their neighbour (optimal string alignment).</summary>
    internal static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) d[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replaced, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }

        return d[a.Length, b.Length];
    }
}
