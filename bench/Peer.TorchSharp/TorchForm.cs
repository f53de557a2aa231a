using GeneratingImages.Training;

namespace GeneratingImages.Peer;

/// <summary>How a transposed convolution is computed.</summary>
enum Deconv
{
    /// <summary>As conv_transpose2d.</summary>
    Native,

    /// <summary>As the convolution with the flipped filter, which at stride 1 is the same.</summary>
    Conv,

    /// <summary>As a matrix product over unfolded windows: for few input channels.</summary>
    Gemm,
}

/// <summary>A way of asking libtorch for the same arithmetic; which is the fastest depends on shapes and machine, so it is measured.</summary>
/// <param name="ChannelsLast">Images and activations as [N,H,W,C] in memory.</param>
/// <param name="First">The decoder's first transposed convolution, from the image's channels.</param>
/// <param name="Middle">Those between.</param>
/// <param name="Last">The last, to the image's channels.</param>
/// <param name="Script">The whole step as one TorchScript call (basic model).</param>
sealed record TorchForm(bool ChannelsLast, Deconv First, Deconv Middle, Deconv Last, bool Script = false)
{
    static readonly TorchForm s_plain = new(true, Deconv.Conv, Deconv.Conv, Deconv.Conv);

    /// <summary>The forms worth trying for a model.</summary>
    public static IReadOnlyList<TorchForm> For(ModelKind model) => model == ModelKind.Basic
        ? [s_plain, s_plain with { Script = true }]
        :
        [
            .. from first in Enum.GetValues<Deconv>()
               from last in new[] { Deconv.Native, Deconv.Conv }
               select s_plain with { First = first, Last = last },
            s_plain with { ChannelsLast = false },
            new TorchForm(true, Deconv.Native, Deconv.Native, Deconv.Native),
        ];

    /// <summary>The form that <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">The text is no form.</exception>
    public static TorchForm Parse(string text)
    {
        TorchForm[] known = [.. For(ModelKind.Basic), .. For(ModelKind.Deep)];
        return known.FirstOrDefault(form => form.ToString() == text)
            ?? throw new FormatException($"--form '{text}': not known, expected one of '{string.Join("', '", known.Distinct())}'");
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{(ChannelsLast ? "nhwc" : "nchw")} {Cell.Word(First)} {Cell.Word(Middle)} {Cell.Word(Last)} {(Script ? "script" : "eager")}";
}
