namespace GeneratingImages.Core;

/// <summary>A stored tensor: its path, its shape and its place in the flat vector of all parameters.</summary>
/// <param name="Path">Such as <c>decoder/deconv2/weight</c>.</param>
/// <param name="Shape">The sizes.</param>
/// <param name="Offset">The first element's index in the flat vector; a multiple of 16, so that every parameter starts on a cache line.</param>
public sealed record Parameter(string Path, Shape Shape, int Offset);

/// <summary>A contiguous run of parameters, those whose path starts with a prefix.</summary>
public sealed class ParameterGroup(string prefix, IReadOnlyList<Parameter> members) : IEquatable<ParameterGroup>
{
    /// <summary>What the paths start with; empty for all parameters.</summary>
    public string Prefix { get; } = prefix;

    /// <summary>The parameters in the order of their places.</summary>
    public IReadOnlyList<Parameter> Members { get; } = members;

    /// <summary>The first member's place in the flat vector.</summary>
    public int Offset => Members[0].Offset;

    /// <summary>The length of the run in elements, padding included.</summary>
    public int Count => Members[^1].Offset + Padded(Members[^1].Shape) - Offset;

    internal static int Padded(Shape shape) => checked((int)((shape.Count + 15) / 16 * 16));

    /// <inheritdoc/>
    public bool Equals(ParameterGroup? other) => other is not null && other.Prefix == Prefix && other.Members.SequenceEqual(Members);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ParameterGroup);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Prefix, Members.Count);

    /// <inheritdoc/>
    public override string ToString() => $"'{Prefix}' ({Members.Count} parameters)";
}
