using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Training;

public class OcclusionTests
{
    static readonly Shape s_image = Shape.Of(9, 8, 3);

    [Theory]
    [InlineData(OcclusionKind.Lower, "5..9 x 0..8")]
    [InlineData(OcclusionKind.Upper, "0..4 x 0..8")]
    [InlineData(OcclusionKind.Left, "0..9 x 0..3")]
    [InlineData(OcclusionKind.Right, "0..9 x 5..8")]
    [InlineData(OcclusionKind.Centre, "2..6 x 2..6")]
    public void Fixed_ones_hide_a_box(OcclusionKind kind, string box)
    {
        MaskSet masks = new Occlusion(kind).Masks(s_image);
        Assert.Equal(1, masks.Count);
        Assert.Equal(box, HiddenBox(masks[0]));
    }

    [Fact]
    public void Random_boxes_stay_inside_and_differ()
    {
        MaskSet masks = new Occlusion(OcclusionKind.Box).Masks(Shape.Of(16, 12, 1));
        var boxes = new HashSet<string>();
        for (int i = 0; i < masks.Count; i++)
        {
            int hidden = masks.HiddenPixels(i);
            Assert.InRange(hidden, 4 * 3, 8 * 6);
            boxes.Add(Convert.ToHexString(masks[i]));
        }

        Assert.True(boxes.Count > masks.Count / 2, $"{boxes.Count} different boxes of {masks.Count}");
    }

    [Fact]
    public void Random_pixels_are_half_of_all()
    {
        MaskSet masks = new Occlusion(OcclusionKind.Pixels).Masks(Shape.Of(16, 16, 1));
        double hidden = Enumerable.Range(0, masks.Count).Sum(i => (double)masks.HiddenPixels(i)) / masks.Bytes.Length;
        // Four standard deviations of a mean of so many fair coins.
        Assert.Equal(0.5, hidden, 4 * 0.5 / Math.Sqrt(masks.Bytes.Length));
    }

    [Theory]
    [InlineData(OcclusionKind.Box)]
    [InlineData(OcclusionKind.Pixels)]
    public void The_same_masks_come_every_time(OcclusionKind kind) =>
        Assert.Equal(new Occlusion(kind).Masks(s_image).Bytes.ToArray(), new Occlusion(kind).Masks(s_image).Bytes.ToArray());

    [Fact]
    public void A_text_gives_each_back()
    {
        foreach (string name in Occlusion.Names.Keys) Assert.Equal(name, Occlusion.Parse(name).ToString());
        var own = new Occlusion(new MaskSet(9, 8, [.. Enumerable.Range(0, 72).Select(i => (byte)(i * 7 % 3 == 0 ? 0 : 1))]));
        Occlusion read = Occlusion.Parse(own.ToString());
        Assert.Equal(OcclusionKind.Mask, read.Kind);
        Assert.Equal(own.Masks(s_image).Bytes.ToArray(), read.Masks(s_image).Bytes.ToArray());
        Assert.Matches(@"^a mask of 24 pixels \([0-9a-f]{6}\)$", read.Words);
        // Rows of a study that hide others are other problems, though as many pixels are hidden.
        Assert.NotEqual(new Occlusion(MaskSet.Box(2, 4, 0, 0, 1, 4)).Words, new Occlusion(MaskSet.Box(2, 4, 1, 0, 1, 4)).Words);
        for (int bits = 0; bits < 256; bits++)
        {
            var mask = new MaskSet(2, 4, [.. Enumerable.Range(0, 8).Select(i => (byte)((bits >> i) & 1))]);
            Assert.Equal(mask.Bytes.ToArray(), MaskSet.Parse(mask.ToString()).Bytes.ToArray());
        }
    }

    [Theory]
    [InlineData("below", "'below' is not one of lower, upper, left, right, centre, box, pixels")]
    [InlineData("mask:", "a mask is written as HEIGHTxWIDTH:BITS")]
    [InlineData("mask:9x9:AAAA", "a mask of 9x9 has 11 bytes of bits, not 3")]
    [InlineData("mask:99999x9:AAAA", "a mask is written as HEIGHTxWIDTH:BITS")]
    [InlineData("mask:2x2:AA==", "the mask hides 4 of 4 pixels: it must hide some and leave some")]
    public void Other_texts_are_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => Occlusion.Parse(text)).Message);

    [Theory]
    [InlineData("mask:9x9:AAAA", "--hide mask:9x9:AAAA: a mask of 9x9 has 11 bytes of bits, not 3")]
    [InlineData("mask:2x2:AA==", "--hide mask:2x2:AA==: the mask hides 4 of 4 pixels: it must hide some and leave some")]
    [InlineData("uper", "--hide uper: must be lower, upper, left, right, centre, box, pixels or a PNG file that is there (did you mean upper?)")]
    public void What_hide_names_is_refused_for_its_own_reason(string text, string message) =>
        Assert.Equal(message, Assert.Throws<UserException>(() => MaskFile.Find(text, ".", s_image)).Message);

    [Fact]
    public void A_mask_of_another_size_is_refused()
    {
        var own = new Occlusion(MaskSet.Box(8, 8, 0, 0, 4, 4));
        Assert.Equal("the mask is 8x8, the images are 9x8", Assert.Throws<ArgumentException>(() => own.Masks(s_image)).Message);
        var settings = new RunSettings { Task = ReconstructionTask.Complete, Hide = own.ToString() };
        Assert.Equal(
            "--hide: the mask is 8x8, the images are 28x28",
            Assert.Throws<UserException>(() => settings.BuildObjective(Shape.Of(28, 28, 1))).Message);
    }

    static string HiddenBox(ReadOnlySpan<byte> mask)
    {
        int top = 99, left = 99, bottom = 0, right = 0, count = 0;
        for (int i = 0; i < mask.Length; i++)
        {
            if (mask[i] != 0) continue;
            (int row, int column) = (i / s_image[1], i % s_image[1]);
            (top, left, bottom, right) =
                (Math.Min(top, row), Math.Min(left, column), Math.Max(bottom, row + 1), Math.Max(right, column + 1));
            count++;
        }

        Assert.Equal((bottom - top) * (right - left), count);
        return FormattableString.Invariant($"{top}..{bottom} x {left}..{right}");
    }
}
