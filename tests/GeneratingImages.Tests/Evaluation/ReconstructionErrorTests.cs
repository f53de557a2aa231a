using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Evaluation;

public class ReconstructionErrorTests
{
    [Fact]
    public void Sums_all_hidden_and_pasted_errors()
    {
        // Two images of 3 x 2 pixels whose last row is hidden; the second call adds the second.
        var error = new ReconstructionError(Shape.Of(3, 2, 1), MaskSet.Box(3, 2, 2, 0, 1, 2));
        error.Add([0.5f, 0, 0, 0, 0.25f, 0], [0, 0, 0, 0, 0, 0]);
        error.Add([1, 1, 1, 1, 1, 2], [255, 255, 255, 255, 255, 255]);
        Assert.Equal(2, error.Images);
        Assert.Equal((0.25 + 0.0625 + 1) / 12, error.TestMse, 1e-15);
        Assert.Equal((0.0625 + 1) / 4, error.HiddenMse!.Value, 1e-15);
        Assert.Equal((0.0625 + 1) / 12, error.PastedMse!.Value, 1e-15);
        Assert.Equal(10 * Math.Log10(12 / 1.3125), error.Psnr, 1e-12);
    }

    [Fact]
    public void Does_not_depend_on_how_the_images_are_cut_into_batches()
    {
        var shape = Shape.Of(4, 3, 3);
        ImageSet target = Reference.LowRankImages(shape, 50, rank: 3, noise: 200, seed: 5);
        var random = new CounterRandom(6);
        float[] prediction = [.. Enumerable.Range(0, 50 * 36).Select(_ => (3 * random.NextUniform()) - 1)];
        ReconstructionError Sum(int batch)
        {
            var error = new ReconstructionError(shape, MaskSet.Box(4, 3, 2, 0, 2, 3));
            for (int i = 0; i < 50; i += batch)
            {
                int count = Math.Min(batch, 50 - i);
                error.Add(prediction.AsSpan(i * 36, count * 36), target.Slice(i, count).Pixels.Span);
            }

            return error;
        }

        Assert.Equal(Sum(50).TestMse, Sum(7).TestMse);
        Assert.Equal(Sum(50).HiddenMse, Sum(1).HiddenMse);
    }

    [Fact]
    public void Each_image_has_the_mask_of_its_number()
    {
        // Two masks of 1 x 2 pixels for three images of two channels: the third image has the first mask again.
        var error = new ReconstructionError(Shape.Of(1, 2, 2), new MaskSet(1, 2, [0, 1, 0, 0]));
        error.Add([1, 0, 3, 0, 0, 2, 0, 2], new byte[8]);
        error.Add([0, 1, 5, 5], new byte[4]);
        Assert.Equal((1 + 9 + 4 + 4 + 1 + 50) / 12.0, error.TestMse, 1e-15);
        Assert.Equal((1 + 4 + 4 + 1) / 8.0, error.HiddenMse!.Value, 1e-15);
        Assert.Equal((1 + 4 + 4 + 1) / 12.0, error.PastedMse!.Value, 1e-15);
    }

    [Fact]
    public void Without_hidden_rows_there_is_no_hidden_error()
    {
        var error = new ReconstructionError(Shape.Of(1, 1, 2));
        error.Add([0.25f, 1], [0, 255]);
        Assert.Equal(0.03125, error.TestMse);
        Assert.Null(error.HiddenMse);
        Assert.Null(error.PastedMse);
    }

    [Fact]
    public void Perfect_predictions_have_infinite_psnr()
    {
        var error = new ReconstructionError(Shape.Of(1, 1, 2));
        error.Add([0, 1], [0, 255]);
        Assert.Equal(0, error.TestMse);
        Assert.Equal(double.PositiveInfinity, error.Psnr);
        Assert.Equal(20, ReconstructionError.PsnrOf(0.01), 1e-12);
    }

    [Fact]
    public void Refuses_lengths_that_do_not_fit()
    {
        var error = new ReconstructionError(Shape.Of(2, 2, 1));
        Assert.Throws<ArgumentException>(() => error.Add(new float[4], new byte[8]));
        Assert.Throws<ArgumentException>(() => error.Add(new float[3], new byte[3]));
        Assert.Throws<ArgumentException>(() => new ReconstructionError(Shape.Of(2, 2, 1), MaskSet.Box(3, 2, 2, 0, 1, 2)));
    }
}
