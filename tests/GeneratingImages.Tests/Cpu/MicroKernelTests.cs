using System.Runtime.Intrinsics;
using GeneratingImages.Cpu;

namespace GeneratingImages.Tests.Cpu;

/// <summary>The activations' accuracy and special values, and how rows are divided into tiles.</summary>
public class MicroKernelTests
{
    [Fact]
    public void EluIsAccurateEverywhere()
    {
        // A step of 9973 in the bits visits every binade of the negative numbers hundreds of times.
        for (uint bits = 0x80000000; bits < 0xC3000000; bits += 9973)
        {
            float x = BitConverter.UInt32BitsToSingle(bits);

            // Below 1e-5 the series to x^2 is exact to 2e-11, while Math.Exp(x) - 1 cancels.
            double expected = x > -1e-5f ? (double)x + (double)x * x / 2 : Math.Exp(x) - 1;
            Assert.True(
                Math.Abs(Elu.Apply(x) - expected) <= 1.2e-7 * Math.Abs(expected) + 1.5e-45,
                $"elu({x:R}) = {Elu.Apply(x):R}, not {expected:R}");
        }
    }

    [Fact]
    public void ActivationsKeepSpecialValues()
    {
        Assert.Equal(0u, BitConverter.SingleToUInt32Bits(Elu.Apply(0f)));
        Assert.Equal(-1f, Elu.Apply(float.NegativeInfinity));
        Assert.Equal(float.PositiveInfinity, Elu.Apply(float.PositiveInfinity));
        Assert.Equal(float.MaxValue, Elu.Apply(float.MaxValue));
        Assert.True(
            float.IsNaN(Elu.Apply(float.NaN))
            && float.IsNaN(Relu.Apply(float.NaN))
            && float.IsNaN(Relu.Apply(Vector256.Create(float.NaN))[3]));
        Assert.Equal(0f, Relu.Apply(-3f));
        Assert.Equal(0f, Elu.Gradient(-1f, 5f));
        Assert.Equal(5f, Elu.Gradient(2f, 5f));
        Assert.Equal(0f, Relu.Gradient(0f, 5f));
    }

    [Fact]
    public void EveryWidthGivesTheSameBits()
    {
        float[] numbers = [.. MicroKernelRig.Numbers(500, 4).Select(x => x * 10), 0f, -0f, float.NaN, 1e30f, -1e30f, -1e-30f];
        foreach (float x in numbers)
        {
            Same(Elu.Apply(x), Elu.Apply(Vector128.Create(x))[3], Elu.Apply(Vector256.Create(x))[5], Elu.Apply(Vector512.Create(x))[12]);
            Same(
                Relu.Apply(x),
                Relu.Apply(Vector128.Create(x))[3],
                Relu.Apply(Vector256.Create(x))[5],
                Relu.Apply(Vector512.Create(x))[12]);
            Same(
                Elu.Gradient(x, 0.3f),
                Elu.Gradient(Vector128.Create(x), Vector128.Create(0.3f))[3],
                Elu.Gradient(Vector256.Create(x), Vector256.Create(0.3f))[5],
                Elu.Gradient(Vector512.Create(x), Vector512.Create(0.3f))[12]);
        }
    }

    [Theory]
    [InlineData(InstructionSet.Portable)]
    [InlineData(InstructionSet.Avx2)]
    [InlineData(InstructionSet.Avx512)]
    public void TilesCoverEveryWidthWithoutThinEnds(InstructionSet set)
    {
        var micro = MicroKernelSet.For(set);
        for (int width = 1; width < 100; width++)
        {
            int left = width, least = int.MaxValue;
            for (; left > 0; left -= micro.NextRows(left)) least = Math.Min(least, micro.NextRows(left));
            Assert.Equal(0, left);
            Assert.True(least >= Math.Min(width, micro.Rows / 2), $"{width} leaves a tile of {least}");
        }
    }

    static void Same(float expected, params float[] actual) =>
        Assert.All(actual, x => Assert.True(
            float.IsNaN(expected)
                ? float.IsNaN(x)
                : BitConverter.SingleToUInt32Bits(expected) == BitConverter.SingleToUInt32Bits(x)));
}
