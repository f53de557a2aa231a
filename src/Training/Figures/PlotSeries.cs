namespace GeneratingImages.Training;

/// <summary>How a series is drawn. Points of different styles can be told apart where they coincide.</summary>
public enum SeriesStyle
{
    /// <summary>A line through dots: what was measured.</summary>
    Line,

    /// <summary>Wide rings joined by dots, for figures to compare with: a dot of the same value stands within its ring.</summary>
    Rings,

    /// <summary>Bars joined by dashes, for limits: they stand out on both sides of a dot.</summary>
    Bars,
}

/// <summary>One line of a plot.</summary>
/// <param name="Label">Its name in the legend.</param>
/// <param name="X">Where its points stand.</param>
/// <param name="Y">The value of each point; what is not finite, or not positive on a logarithmic axis, leaves a gap.</param>
public sealed record PlotSeries(string Label, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>How it is drawn.</summary>
    public SeriesStyle Style { get; init; }

    /// <summary>Its colour, as <c>#RRGGBB</c>; null for that of its place among the series.</summary>
    public string? Colour { get; init; }
}
