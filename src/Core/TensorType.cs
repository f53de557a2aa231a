namespace GeneratingImages.Core;

/// <summary>The type of a tensor's elements.</summary>
public enum ElementType
{
    /// <summary>IEEE single precision, the type all models compute in.</summary>
    Float32,

    /// <summary>IEEE double precision, for sums over an epoch and for the reference backend.</summary>
    Float64,

    /// <summary>32-bit signed integers: image order, step counters.</summary>
    Int32,

    /// <summary>Bytes: pixels as they are stored.</summary>
    UInt8,
}

/// <summary>Shape and element type of a tensor.</summary>
public readonly record struct TensorType(Shape Shape, ElementType Element)
{
    /// <summary>The size of one element in bytes.</summary>
    public int ElementBytes => Element switch
    {
        ElementType.Float32 or ElementType.Int32 => 4,
        ElementType.Float64 => 8,
        _ => 1,
    };

    /// <summary>The size of the whole tensor in bytes.</summary>
    public long Bytes => Shape.Count * ElementBytes;

    /// <summary>The element type of a type of C#; null if there is none.</summary>
    public static ElementType? ElementOf(Type type) =>
        type == typeof(float) ? ElementType.Float32
        : type == typeof(double) ? ElementType.Float64
        : type == typeof(int) ? ElementType.Int32
        : type == typeof(byte) ? ElementType.UInt8
        : null;

    /// <inheritdoc/>
    public override string ToString() => Element == ElementType.Float32 ? Shape.ToString() : $"{Element}{Shape}";
}
