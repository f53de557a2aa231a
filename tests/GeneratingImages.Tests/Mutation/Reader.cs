using GeneratingImages.Core;

namespace GeneratingImages.Tests.Mutation;

/// <summary>A reader that is given changed files.</summary>
/// <param name="Name">What it reads.</param>
/// <param name="Samples">Good files that it accepts, or what <see cref="Whole"/> makes good files of.</param>
/// <param name="Read">Reads a file's bytes and looks at the result as a user of it would.</param>
/// <param name="Refusals">The documented exceptions; any other is a fault.</param>
sealed record Reader(string Name, byte[][] Samples, Action<byte[]> Read, params Type[] Refusals)
{
    /// <summary>Makes a changed file deeper than plain edits can go: with checksums and lengths put right again.</summary>
    public Func<byte[], CounterRandom, byte[]> Mutate { get; init; } = Edits.Of;

    /// <summary>The whole file around a sample.</summary>
    public Func<byte[], byte[]> Whole { get; init; } = sample => sample;

    /// <summary>The bytes that a file can state it holds and that are checked against what is expected; they may be allocated.</summary>
    public Func<byte[], long> Declared { get; init; } = _ => 0;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
