using System.Runtime.CompilerServices;

namespace GeneratingImages.Core;

/// <summary>The sizes of a tensor, outermost axis first; images are [batch, height, width, channels]. Rank 0 is a scalar.</summary>
public readonly struct Shape : IEquatable<Shape>
{
    /// <summary>The largest number of axes a shape may have.</summary>
    public const int MaxRank = 6;

    [InlineArray(MaxRank)]
    struct Sizes
    {
        int _first;
    }

    readonly Sizes _sizes;

    Shape(ReadOnlySpan<int> sizes)
    {
        Rank = sizes.Length;
        for (int i = 0; i < sizes.Length; i++) _sizes[i] = sizes[i];
    }

    /// <summary>The shape of a single number.</summary>
    public static Shape Scalar => default;

    /// <summary>A shape with the given sizes.</summary>
    /// <exception cref="ShapeException">
    /// A size is below 1, there are more than <see cref="MaxRank"/> axes, or the count exceeds 2^40.
    /// </exception>
    public static Shape Of(params ReadOnlySpan<int> sizes)
    {
        if (sizes.Length > MaxRank) throw new ShapeException($"{sizes.Length} axes given, at most {MaxRank} are possible");
        long count = 1;
        foreach (int size in sizes)
        {
            if (size < 1) throw new ShapeException($"size {size} in [{string.Join(',', sizes.ToArray())}]: every size must be at least 1");
            if (size > (1L << 40) / count) throw new ShapeException($"[{string.Join(',', sizes.ToArray())}] has more than 2^40 elements");
            count *= size;
        }

        return new Shape(sizes);
    }

    /// <summary>The number of axes.</summary>
    public int Rank { get; }

    /// <summary>The size along an axis; counting from the end is allowed: <c>shape[^1]</c> is the innermost size.</summary>
    public int this[Index axis]
    {
        get
        {
            int i = axis.GetOffset(Rank);
            return (uint)i < (uint)Rank ? _sizes[i] : throw new ShapeException($"axis {i} asked of {this}, which has {Rank}");
        }
    }

    /// <summary>The number of elements.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            for (int i = 0; i < Rank; i++) count *= _sizes[i];
            return count;
        }
    }

    /// <summary>The same shape with another size along the first axis: a batch of another size.</summary>
    public Shape WithFirst(int size)
    {
        int[] sizes = ToArray();
        sizes[0] = size;
        return Of(sizes);
    }

    /// <summary>The sizes of one item of a batch: the shape without its first axis.</summary>
    public Shape WithoutFirst() => Of(ToArray().AsSpan(1));

    /// <summary>This shape with one more axis in front.</summary>
    public Shape Batch(int size) => Of([size, .. ToArray()]);

    /// <summary>The sizes as an array.</summary>
    public int[] ToArray()
    {
        var sizes = new int[Rank];
        for (int i = 0; i < Rank; i++) sizes[i] = _sizes[i];
        return sizes;
    }

    /// <inheritdoc/>
    public bool Equals(Shape other)
    {
        if (Rank != other.Rank) return false;
        for (int i = 0; i < Rank; i++)
            if (_sizes[i] != other._sizes[i]) return false;
        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        for (int i = 0; i < Rank; i++) hash.Add(_sizes[i]);
        return hash.ToHashCode();
    }

    /// <summary>Whether two shapes have the same rank and sizes.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>The sizes in brackets: <c>[32,28,28,1]</c>.</summary>
    public override string ToString() => $"[{string.Join(',', ToArray())}]";
}

/// <summary>Shapes that do not fit together; the message says where, what, and both sides.</summary>
public sealed class ShapeException(string message) : Exception(message);
