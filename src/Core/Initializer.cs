namespace GeneratingImages.Core;

/// <summary>
/// Gives a parameter its first values. They depend on the seed and the path alone, so adding a layer changes no other layer's start.
/// </summary>
public abstract record Initializer
{
    /// <summary>Fills a parameter of the given shape.</summary>
    public abstract void Fill(Span<float> values, Shape shape, ulong seed, string path);
}
