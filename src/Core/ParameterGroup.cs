namespace GeneratingImages.Core;

/// <summary>A stored tensor that is trained: its path, its shape and its place in the flat vector of all parameters.</summary>
/// <param name="Path">Such as <c>decoder/deconv2/weight</c>.</param>
/// <param name="Shape">The sizes.</param>
/// <param name="Offset">
/// The first element's index in the flat vector; a multiple of 16, so that every parameter starts on a cache line.
/// </param>
public sealed record Parameter(string Path, Shape Shape, int Offset)
{
    /// <summary>The length of its place, padding to the next multiple of 16 included.</summary>
    public int PaddedCount => checked((int)((Shape.Count + 15) / 16 * 16));
}

/// <summary>A contiguous run of parameters, those whose path starts with a prefix: what one optimiser updates in one pass.</summary>
public sealed class ParameterGroup : IEquatable<ParameterGroup>
{
    /// <summary>Makes a group of parameters that lie one behind the other.</summary>
    /// <exception cref="InvalidOperationException">There are none, or others lie between them.</exception>
    public ParameterGroup(string prefix, IReadOnlyList<Parameter> members)
    {
        if (members.Count == 0) throw new InvalidOperationException($"no parameter's path starts with '{prefix}'");
        for (int i = 1; i < members.Count; i++)
            if (members[i].Offset != members[i - 1].Offset + members[i - 1].PaddedCount)
                throw new InvalidOperationException(
                    $"parameters of '{prefix}' are not contiguous: others lie between {members[i - 1].Path} and {members[i].Path}");
        (Prefix, Members) = (prefix, members);
    }

    /// <summary>What the paths start with; empty for all parameters.</summary>
    public string Prefix { get; }

    /// <summary>The parameters in the order of their places.</summary>
    public IReadOnlyList<Parameter> Members { get; }

    /// <summary>The first member's place in the flat vector.</summary>
    public int Offset => Members[0].Offset;

    /// <summary>The length of the run in elements, padding included.</summary>
    public int Count => checked(Members[^1].Offset + Members[^1].PaddedCount) - Offset;

    /// <inheritdoc/>
    public bool Equals(ParameterGroup? other) => other is not null && other.Prefix == Prefix && other.Members.SequenceEqual(Members);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ParameterGroup);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Prefix, Members.Count);

    /// <inheritdoc/>
    public override string ToString() => $"'{Prefix}' ({Members.Count} parameters)";
}
