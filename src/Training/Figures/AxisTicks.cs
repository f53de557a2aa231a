using System.Globalization;

namespace GeneratingImages.Training;

/// <summary>Round numbers along an axis, and how they are written.</summary>
static class AxisTicks
{
    /// <summary>Multiples of 1, 2 or 5 times a power of ten inside [min, max], about <paramref name="wanted"/> of them.</summary>
    public static double[] Linear(double min, double max, int wanted)
    {
        if (!(max > min)) return [min];
        double rough = (max - min) / Math.Max(1, wanted);
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = power * (rough / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        var ticks = new List<double>();
        // Rounded to what the label shows; adding 0 makes a negative zero positive.
        int digits = Math.Clamp((int)Math.Ceiling(-Math.Log10(step)) + 1, 0, 15);
        for (double k = Math.Ceiling(min / step - 1e-9); k * step <= max + step * 1e-9; k++) ticks.Add(Math.Round(k * step, digits) + 0.0);
        return [.. ticks];
    }

    /// <summary>Round numbers for a logarithmic axis: 1, 2 and 5 in each decade, or powers of ten alone when there are many
    /// decades.</summary>
    public static double[] Logarithmic(double min, double max)
    {
        double decades = Math.Log10(max / min);
        double[] steps = decades > 4 ? [1] : decades > 2 ? [1, 3] : decades > 1 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 8];
        var ticks = new List<double>();
        for (int e = (int)Math.Floor(Math.Log10(min)); e <= Math.Log10(max); e++)
            foreach (double step in steps)
            {
                double value = step * Math.Pow(10, e);
                if (value >= min * (1 - 1e-9) && value <= max * (1 + 1e-9)) ticks.Add(value);
            }

        return [.. ticks];
    }

    /// <summary>The labels of evenly spaced ticks: all with as many decimals as the longest needs.</summary>
    public static string[] Labels(double[] ticks)
    {
        string[] labels = Array.ConvertAll(ticks, Label);
        if (labels.Any(label => label.Contains('e'))) return labels;
        int decimals = labels.Select(label => label.Contains('.') ? label.Length - 1 - label.IndexOf('.') : 0).DefaultIfEmpty(0).Max();
        return Array.ConvertAll(ticks, tick => tick.ToString("F" + decimals, CultureInfo.InvariantCulture));
    }

    /// <summary>A number with as many digits as it needs, at most four significant ones: 0.0168, 15, 1e-05.</summary>
    public static string Label(double value) => value != 0 && Math.Abs(value) is < 1e-5 or >= 1e6
        ? value.ToString("0.###e+0", CultureInfo.InvariantCulture)
        : decimal.Parse(value.ToString("G4", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture)
            .ToString("0.#########", CultureInfo.InvariantCulture);

    /// <summary>A loss as results are reported, with four decimals: 0.0030; one below 0.001 keeps its digits.</summary>
    public static string Loss(double value) => Math.Abs(value) is >= 0.001 and < 1000
        ? value.ToString("F4", CultureInfo.InvariantCulture)
        : Label(value);
}
