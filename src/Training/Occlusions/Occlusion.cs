using System.Security.Cryptography;
using System.Text;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Which part of an image is hidden from a model that completes it.</summary>
public enum OcclusionKind
{
    /// <summary>The rows from H/2 + 1 on, as in the article: of 28 rows 15 stay visible.</summary>
    Lower,

    /// <summary>As many rows from the top.</summary>
    Upper,

    /// <summary>The columns before the middle, as many as <see cref="Right"/> hides.</summary>
    Left,

    /// <summary>The columns from W/2 + 1 on.</summary>
    Right,

    /// <summary>The box in the middle, half as high and half as wide as the image.</summary>
    Centre,

    /// <summary>A box for each image, a quarter to a half of the image high and wide, anywhere in it.</summary>
    Box,

    /// <summary>Each pixel with probability 1/2, drawn for each image.</summary>
    Pixels,

    /// <summary>The pixels of a mask of one's own.</summary>
    Mask,
}

/// <summary>What is hidden from a model: one of the kinds, or a mask.</summary>
public sealed record Occlusion
{
    // Random ones come out of so many, so that they can lie on the device for a whole epoch.
    const int RandomMasks = 1024;
    const ulong Seed = 2020;
    /// <summary>What stands before a mask's bits where it is written as a text.</summary>
    internal const string MaskPrefix = "mask:";

    readonly MaskSet? _mask;

    /// <summary>One of the kinds but <see cref="OcclusionKind.Mask"/>.</summary>
    public Occlusion(OcclusionKind kind) =>
        Kind = kind != OcclusionKind.Mask ? kind : throw new ArgumentException("a mask of one's own has to be given");

    /// <summary>A mask of one's own.</summary>
    /// <exception cref="ArgumentException">It is several masks, or hides nothing, or everything.</exception>
    public Occlusion(MaskSet mask)
    {
        if (mask.Count != 1) throw new ArgumentException($"{mask.Count} masks were given, one is needed");
        int hidden = mask.HiddenPixels(0);
        if (hidden == 0 || hidden == mask.Pixels)
            throw new ArgumentException($"the mask hides {hidden} of {mask.Pixels} pixels: it must hide some and leave some");
        (Kind, _mask) = (OcclusionKind.Mask, mask);
    }

    /// <summary>The article's.</summary>
    public static Occlusion Lower { get; } = new(OcclusionKind.Lower);

    /// <summary>The kind.</summary>
    public OcclusionKind Kind { get; }

    /// <summary>Whether every image has the same pixels hidden.</summary>
    public bool IsFixed => Kind is not (OcclusionKind.Box or OcclusionKind.Pixels);

    /// <summary>The first row that the article hides: H/2+1.</summary>
    public static int FirstHiddenRow(int height) => height / 2 + 1;

    /// <summary>The masks for images of a size: one, or those that images draw from.</summary>
    /// <exception cref="ArgumentException">The images are too small, or the own mask has another size.</exception>
    public MaskSet Masks(Shape image)
    {
        (int height, int width) = (image[0], image[1]);
        if (_mask is not null && (_mask.Height, _mask.Width) != (height, width))
            throw new ArgumentException($"the mask is {_mask.Height}x{_mask.Width}, the images are {height}x{width}");
        if (Math.Min(height, width) < 4) throw new ArgumentException($"images of {height}x{width} are too small to hide a part of");
        int row = FirstHiddenRow(height), column = FirstHiddenRow(width);
        return Kind switch
        {
            OcclusionKind.Lower => MaskSet.Box(height, width, row, 0, height - row, width),
            OcclusionKind.Upper => MaskSet.Box(height, width, 0, 0, height - row, width),
            OcclusionKind.Left => MaskSet.Box(height, width, 0, 0, height, width - column),
            OcclusionKind.Right => MaskSet.Box(height, width, 0, column, height, width - column),
            OcclusionKind.Centre => MaskSet.Box(height, width, height / 4, width / 4, height / 2, width / 2),
            OcclusionKind.Mask => _mask!,
            _ => Random(height, width),
        };
    }

    /// <summary>Reads what <see cref="ToString"/> gives.</summary>
    /// <exception cref="FormatException">It is nothing of the kind.</exception>
    public static Occlusion Parse(string text)
    {
        if (text.StartsWith(MaskPrefix, StringComparison.Ordinal))
        {
            try
            {
                return new Occlusion(MaskSet.Parse(text[MaskPrefix.Length..]));
            }
            catch (ArgumentException e)
            {
                throw new FormatException(e.Message, e);
            }
        }

        return Names.TryGetValue(text.ToLowerInvariant(), out OcclusionKind kind)
            ? new Occlusion(kind)
            : throw new FormatException($"'{text}' is not one of {string.Join(", ", Names.Keys)}");
    }

    /// <summary>The kinds by the words that choose them.</summary>
    public static IReadOnlyDictionary<string, OcclusionKind> Names { get; } =
        Enum.GetValues<OcclusionKind>().Where(kind => kind != OcclusionKind.Mask).ToDictionary(kind => kind.ToString().ToLowerInvariant());

    /// <summary>For a person: <c>lower</c>, or <c>a mask of 200 pixels (3f02a1)</c>, other masks having other letters.</summary>
    public string Words => _mask is null
        ? ToString()
        : FormattableString.Invariant($"a mask of {_mask.HiddenPixels(0)} pixels ({Digest(_mask)})");

    /// <summary>The kind's name, or the mask's bits.</summary>
    public override string ToString() => _mask is null ? Kind.ToString().ToLowerInvariant() : MaskPrefix + _mask;

    static string Digest(MaskSet mask) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(mask.ToString())))[..6];

    MaskSet Random(int height, int width)
    {
        var random = new CounterRandom(Seed, CounterRandom.StreamOf($"occlusion/{this}/{height}x{width}"));
        var seen = new byte[RandomMasks * height * width];
        for (int mask = 0; mask < RandomMasks; mask++)
        {
            Span<byte> pixels = seen.AsSpan(mask * height * width, height * width);
            if (Kind == OcclusionKind.Pixels)
            {
                for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)(random.Next() >> 31);
                continue;
            }

            int rows = Side(height), columns = Side(width);
            int top = random.Below(height - rows + 1), left = random.Below(width - columns + 1);
            MaskSet.Box(height, width, top, left, rows, columns)[0].CopyTo(pixels);
        }

        return new MaskSet(height, width, seen);

        int Side(int size) => size / 4 + random.Below(size / 2 - size / 4 + 1);
    }
}
