using CsCheck;
using GeneratingImages.Core;
using GeneratingImages.Cpu;

namespace GeneratingImages.Tests.Cpu;

/// <summary>The three convolution kernels against a plain loop in double precision, for every instruction set.</summary>
public class ConvTests
{
    static readonly Gen<ConvCase> AnyCase =
        from n in Gen.Int[1, 3]
        from h in Gen.Int[1, 13]
        from w in Gen.Int[1, 29]
        from c in Gen.Int[1, 35]
        from o in Gen.Int[1, 35]
        from kh in Gen.Int[1, 5]
        from kw in Gen.Int[1, 5]
        from stride in Gen.Int[1, 3]
        from padding in Gen.Int[0, 2]
        where padding < Math.Min(kh, kw) && h + 2 * padding >= kh && w + 2 * padding >= kw
        select new ConvCase(n, h, w, c, o, kh, kw, stride, padding);

    public static TheoryData<ConvCase> Cases => [.. ConvCase.All];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forward(ConvCase shapes) => CheckForward(shapes, new Epilogue(true, Activation.Elu), true);

    [Theory]
    [MemberData(nameof(Cases))]
    public void InputGradient(ConvCase shapes) => CheckInputGradient(shapes, new Epilogue(true, Activation.Relu), true);

    [Theory]
    [MemberData(nameof(Cases))]
    public void FilterGradient(ConvCase shapes) => CheckFilterGradient(shapes, true);

    [Fact]
    public void AnyShape() => AnyCase.Sample(
        shapes =>
        {
            CheckForward(shapes, default, false);
            CheckInputGradient(shapes, default, false);
            CheckFilterGradient(shapes, false);
        },
        iter: 60);

    static void CheckForward(ConvCase s, Epilogue epilogue, bool bits)
    {
        (float[] x, float[] f, float[] bias) = Inputs(s.Images, s.Filters, s.O);
        Sums sums = new(s.Outputs.Count, bias, epilogue);
        s.ForEachProduct((i, j, k) => sums.Add(k, x[i], f[j]));
        var op = new Conv2D(s.Stride, s.Padding, epilogue);
        Check(op, isa => workers => ConvKernel.Select(op, Types(s.Images, s.Filters, s.Outputs), isa, workers), sums, bits, x, f, bias);
    }

    static void CheckInputGradient(ConvCase s, Epilogue epilogue, bool bits)
    {
        (float[] y, float[] f, float[] bias) = Inputs(s.Outputs, s.Filters, s.C);
        Sums sums = new(s.Images.Count, bias, epilogue);
        s.ForEachProduct((i, j, k) => sums.Add(i, y[k], f[j]));
        var op = new Conv2DInputGrad(s.H, s.W, s.Stride, s.Padding, epilogue);
        Check(op, isa => workers => ConvKernel.Select(op, Types(s.Outputs, s.Filters, s.Images), isa, workers), sums, bits, y, f, bias);
    }

    static void CheckFilterGradient(ConvCase s, bool bits)
    {
        (float[] x, float[] y, float[] none) = Inputs(s.Images, s.Outputs, 1);
        Sums sums = new(s.Filters.Count, none, default);
        s.ForEachProduct((i, j, k) => sums.Add(j, x[i], y[k]));
        var op = new Conv2DFilterGrad(s.KernelHeight, s.KernelWidth, s.Stride, s.Padding);
        Check(op, isa => workers => FilterGradKernel.Select(op, Types(s.Images, s.Outputs, s.Filters), isa, workers), sums, bits, x, y);
    }

    static void Check(Op op, Func<InstructionSet, Func<int, Kernel>> select, Sums sums, bool bits, params float[][] inputs)
    {
        foreach (InstructionSet isa in MicroKernelRig.Sets)
        {
            float[] result = MicroKernelRig.Run(select(isa), 1, sums.Count, inputs);
            for (int i = 0; i < result.Length; i++) sums.Check(i, result[i], $"{op}, {isa}, result {i}");
            if (bits) MicroKernelRig.SameBits(select(isa), result, inputs);
        }
    }

    static (float[], float[], float[]) Inputs(Shape first, Shape second, int channels) =>
        (MicroKernelRig.Numbers(first.Count, 1), MicroKernelRig.Numbers(second.Count, 2), MicroKernelRig.Numbers(channels, 3));

    static Signature Types(Shape first, Shape second, Shape output) =>
        new([new(first, ElementType.Float32), new(second, ElementType.Float32)], new(output, ElementType.Float32));
}
