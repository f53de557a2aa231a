using System.Globalization;

namespace GeneratingImages.Training;

/// <summary>Masks of one size, one behind the other: a byte for each pixel, 0 where it is hidden and 1 where it is seen.</summary>
public sealed class MaskSet
{
    readonly byte[] _seen;

    /// <summary>Wraps masks that are laid out mask by mask, row by row.</summary>
    /// <exception cref="ArgumentException">The bytes are not a whole number of masks, at least one.</exception>
    public MaskSet(int height, int width, byte[] seen)
    {
        if (height < 1 || width < 1 || seen.Length == 0 || seen.Length % checked(height * width) != 0)
            throw new ArgumentException($"{seen.Length} bytes are not a whole number of masks of {height}x{width}");
        (Height, Width, _seen) = (height, width, seen);
    }

    /// <summary>The rows of a mask.</summary>
    public int Height { get; }

    /// <summary>The columns of a mask.</summary>
    public int Width { get; }

    /// <summary>The pixels of a mask.</summary>
    public int Pixels => Height * Width;

    /// <summary>The number of masks.</summary>
    public int Count => _seen.Length / Pixels;

    /// <summary>All bytes, mask by mask.</summary>
    public ReadOnlySpan<byte> Bytes => _seen;

    /// <summary>A mask; numbers from <see cref="Count"/> on begin again, so that any image has one.</summary>
    public ReadOnlySpan<byte> this[int number] => _seen.AsSpan(number % Count * Pixels, Pixels);

    /// <summary>The masks of so many images, the first of them having a number.</summary>
    public byte[] From(int first, int count)
    {
        var masks = new byte[checked(count * Pixels)];
        for (int i = 0; i < count; i++) this[first + i].CopyTo(masks.AsSpan(i * Pixels));
        return masks;
    }

    /// <summary>How many pixels a mask hides.</summary>
    public int HiddenPixels(int number) => this[number].Count((byte)0);

    /// <summary>A mask that hides a box.</summary>
    public static MaskSet Box(int height, int width, int top, int left, int rows, int columns)
    {
        var seen = new byte[height * width];
        seen.AsSpan().Fill(1);
        for (int row = top; row < top + rows; row++) seen.AsSpan(row * width + left, columns).Clear();
        return new MaskSet(height, width, seen);
    }

    /// <summary>Reads what <see cref="ToString"/> gives: one mask.</summary>
    /// <exception cref="FormatException">It is nothing of the kind.</exception>
    public static MaskSet Parse(string text)
    {
        const int MostSide = 4096;
        // Base 64 has letters x too.
        string[] parts = text.Split(['x', ':'], 3);
        if (parts.Length != 3
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int height) || height is < 1 or > MostSide
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int width) || width is < 1 or > MostSide)
            throw new FormatException("a mask is written as HEIGHTxWIDTH:BITS");
        byte[] bits = Convert.FromBase64String(parts[2]);
        if (bits.Length != (height * width + 7) / 8)
            throw new FormatException($"a mask of {height}x{width} has {(height * width + 7) / 8} bytes of bits, not {bits.Length}");
        return new MaskSet(height, width, [.. Enumerable.Range(0, height * width).Select(i => (byte)((bits[i / 8] >> (i % 8)) & 1))]);
    }

    /// <summary>The first mask as a text: <c>28x28:</c> and a bit for each pixel, 1 where it is seen, in base 64.</summary>
    public override string ToString()
    {
        var bits = new byte[(Pixels + 7) / 8];
        for (int i = 0; i < Pixels; i++) bits[i / 8] |= (byte)(_seen[i] << (i % 8));
        return FormattableString.Invariant($"{Height}x{Width}:{Convert.ToBase64String(bits)}");
    }
}
