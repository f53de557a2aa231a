using GeneratingImages.Core;
using GeneratingImages.Cpu;

namespace GeneratingImages.Tests.Cpu;

/// <summary>Winograd's convolutions against plain loops in double precision, for every instruction set, within a derived bound.</summary>
public class WinogradTests
{
    public static TheoryData<int, int, int, int, int> Cases => new()
    {
        { 1, 4, 4, 32, 3 }, { 3, 7, 7, 32, 3 }, { 1, 11, 10, 64, 3 }, { 3, 1, 5, 32, 3 },
        { 1, 4, 4, 32, 5 }, { 3, 7, 7, 32, 5 }, { 1, 11, 10, 64, 5 }, { 3, 5, 1, 32, 5 },
    };

    public static TheoryData<int, int, int> LargeCases => new()
    {
        { 1, 45, 3 }, { 3, 22, 3 }, { 1, 28, 3 }, { 1, 45, 5 }, { 3, 22, 5 }, { 1, 28, 5 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryInstructionSet(int n, int height, int width, int channels, int kernel)
    {
        foreach (int padding in (int[])[kernel / 2, 1])
        {
            if (height + 2 * padding < kernel || width + 2 * padding < kernel) continue;
            foreach (InstructionSet isa in MicroKernelRig.Sets)
                Check(new ConvCase(n, height, width, channels, 96 - channels, kernel, kernel, 1, padding), isa);
        }
    }

    [Theory]
    [MemberData(nameof(LargeCases))]
    public void LargeImages(int n, int size, int kernel) =>
        Check(new ConvCase(n, size, size, 32, 32, kernel, kernel, 1, kernel / 2), InstructionSets.Best);

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void ManyChannels(int kernel) =>
        Check(new ConvCase(2, 4, 4, 128, 256, kernel, kernel, 1, kernel / 2), InstructionSets.Best);

    [Fact]
    public void TableTakesWideLayersAtStrideOneOnly()
    {
        Assert.StartsWith("winograd", Select(new ConvCase(32, 32, 32, 128, 64, 3, 3, 1, 1), KernelChoice.Fastest));
        Assert.StartsWith("direct", Select(new ConvCase(32, 32, 32, 128, 64, 3, 3, 1, 1), KernelChoice.Direct));
        Assert.StartsWith("direct", Select(new ConvCase(32, 32, 32, 128, 64, 3, 3, 2, 1), KernelChoice.Fastest));
        Assert.StartsWith("direct", Select(new ConvCase(32, 32, 32, 3, 32, 3, 3, 1, 1), KernelChoice.Fastest));
        Assert.StartsWith("direct", Select(new ConvCase(32, 32, 32, 128, 64, 4, 4, 1, 1), KernelChoice.Fastest));
    }

    static string Select(ConvCase s, KernelChoice kernels)
    {
        using var backend = new CpuBackend(1, InstructionSet.Avx2, kernels);
        return backend.Select(new Conv2D(s.Stride, s.Padding), Types(s.Images, s.Filters, s.Outputs)).Variant;
    }

    static void Check(ConvCase s, InstructionSet isa)
    {
        foreach (WinogradVariant variant in WinogradVariant.Of(s.KernelHeight, isa)) Check(s, isa, variant);
    }

    static void Check(ConvCase s, InstructionSet isa, WinogradVariant variant)
    {
        (float[] x, float[] f) = (MicroKernelRig.Numbers(s.Images.Count, 1), MicroKernelRig.Numbers(s.Filters.Count, 2));
        float[] y = MicroKernelRig.Numbers(s.Outputs.Count, 3);
        var forward = ConvGeometry.Of(new Conv2D(1, s.Padding), Types(s.Images, s.Filters, s.Outputs));
        Check(
            s, isa, variant, "forward", WinogradSums.Forward(s, variant.ResultRows, variant.ResultColumns, x, f),
            w => new WinogradConvKernel(forward, false, default, variant, w), x, f);

        // The input's gradient is the convolution of the gradient with turned filters.
        var turned = new ConvCase(s.N, s.OutHeight, s.OutWidth, s.O, s.C, s.KernelHeight, s.KernelWidth, 1, s.KernelHeight - 1 - s.Padding);
        var backward = ConvGeometry.Of(new Conv2DInputGrad(s.H, s.W, 1, s.Padding), Types(s.Outputs, s.Filters, s.Images));
        Check(
            s, isa, variant, "input gradient", WinogradSums.Forward(turned, variant.ResultRows, variant.ResultColumns, y, Turn(s, f)),
            w => new WinogradConvKernel(backward, true, default, variant, w), y, f);

        Check(
            s, isa, variant, "filter gradient", WinogradSums.FilterGradient(s, variant.ResultRows, variant.ResultColumns, x, y),
            w => new WinogradFilterGradKernel(forward, variant, w), x, y);
        CheckEpilogue(forward, variant, x, f, s);
    }

    static void Check(
        ConvCase s, InstructionSet isa, WinogradVariant variant, string pass, WinogradSums sums, Func<int, Kernel> select,
        params float[][] inputs)
    {
        float[] result = MicroKernelRig.Run(select, 1, sums.Values.Length, inputs);
        double error = sums.Check(result, $"{s}, {variant}, {pass}");
        string found = $"{s.Images} {s.Filters} {variant} {pass}: root mean square of the relative error {error:E2}";
        TestContext.Current.TestOutputHelper?.WriteLine(found);

        // Errors of the terms of a chain of additions are independent. Where windows lie mostly outside there is little to be relative to.
        double limit = (variant.Frequencies == 36 ? 1e-6 : 4e-6) * Math.Max(1, Math.Sqrt(sums.Terms / 64.0));
        if (Math.Min(s.H, s.W) >= 7) Assert.True(error <= limit, $"{found}, above {limit:E2}");
        MicroKernelRig.SameBits(select, result, inputs);
    }

    /// <summary>Endings are applied to the same sums: the result is that of applying them afterwards, to the bit.</summary>
    static void CheckEpilogue(ConvGeometry g, WinogradVariant variant, float[] x, float[] f, ConvCase s)
    {
        float[] bias = MicroKernelRig.Numbers(s.O, 4);
        float[] plain = MicroKernelRig.Run(w => new WinogradConvKernel(g, false, default, variant, w), 1, s.Outputs.Count, x, f);
        float[] elu = MicroKernelRig.Run(
            w => new WinogradConvKernel(g, false, new(new Epilogue(true, Activation.Elu)), variant, w), 1, s.Outputs.Count, x, f, bias);
        for (int i = 0; i < plain.Length; i++) Assert.Equal(Elu.Apply(plain[i] + bias[i % s.O]), elu[i]);

        float[] activated = MicroKernelRig.Numbers(s.Outputs.Count, 5);
        var back = new ConvEnding(default, Back: Activation.Relu);
        float[] gone = MicroKernelRig.Run(w => new WinogradConvKernel(g, false, back, variant, w), 1, s.Outputs.Count, x, f, activated);
        for (int i = 0; i < plain.Length; i++) Assert.Equal(activated[i] > 0 ? plain[i] : 0, gone[i]);
        if (s.OutHeight < 2 || s.OutWidth < 2) return;
        (int high, int wide) = (s.OutHeight / 2, s.OutWidth / 2);
        var pooling = new ConvEnding(new Epilogue(true, Activation.Elu), Pool: true);
        float[] pooled = MicroKernelRig.Run(
            w => new WinogradConvKernel(g, false, pooling, variant, w), 1, (long)s.N * high * wide * s.O, x, f, bias);
        for (int i = 0; i < pooled.Length; i++)
        {
            (int n, int row, int column, int o) = (i / s.O / wide / high, i / s.O / wide % high, i / s.O % wide, i % s.O);
            int corner = ((n * s.OutHeight + 2 * row) * s.OutWidth + 2 * column) * s.O + o, below = corner + s.OutWidth * s.O;
            Assert.Equal(Math.Max(Math.Max(elu[corner], elu[corner + s.O]), Math.Max(elu[below], elu[below + s.O])), pooled[i]);
        }
    }

    /// <summary>Filters turned by 180 degrees with input and output channels exchanged: [C,k,k,O].</summary>
    static float[] Turn(ConvCase s, float[] f)
    {
        int taps = s.KernelHeight * s.KernelWidth;
        var turned = new float[f.Length];
        for (int o = 0; o < s.O; o++)
            for (int tap = 0; tap < taps; tap++)
                for (int c = 0; c < s.C; c++) turned[(c * taps + taps - 1 - tap) * s.O + o] = f[(o * taps + tap) * s.C + c];
        return turned;
    }

    static Signature Types(Shape first, Shape second, Shape output) =>
        new([new(first, ElementType.Float32), new(second, ElementType.Float32)], new(output, ElementType.Float32));
}
