using CsCheck;
using GeneratingImages.Core;
using GeneratingImages.Cpu;

namespace GeneratingImages.Tests.Cpu;

/// <summary>The matrix product against a plain loop in double precision, for every instruction set and both transpositions.</summary>
public class MatMulTests
{
    public static TheoryData<int, int, int, int> Cases => new()
    {
        { 1, 1, 1, 1 }, { 1, 32, 300, 75 }, { 1, 7, 64, 33 }, { 3, 5, 20, 9 }, { 1, 32, 3000, 40 }, { 2, 17, 1030, 2 },
        { 1, 100, 33, 250 }, { 1, 130, 32, 70 }, { 1, 1, 600, 1 }, { 1, 64, 2100, 64 }, { 1, 50, 5, 200 }, { 1, 3, 1, 5 },
        { 1, 100, 700, 300 }, { 1, 300, 40, 33 }, { 1, 200, 600, 150 }, { 2, 9, 300, 140 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Product(int batch, int m, int k, int n)
    {
        foreach (bool transposeA in (bool[])[false, true])
            foreach (bool transposeB in (bool[])[false, true])
                Check(new MatMul(transposeA, transposeB, new Epilogue(true, Activation.Elu)), batch, m, k, n, true);
    }

    [Fact]
    public void AnyShape() => Gen.Select(Gen.Int[1, 3], Gen.Int[1, 70], Gen.Int[1, 700], Gen.Int[1, 70], Gen.Bool, Gen.Bool)
        .Sample((batch, m, k, n, a, b) => Check(new MatMul(a, b), batch, m, k, n, false), iter: 40);

    static void Check(MatMul op, int batch, int m, int k, int n, bool bits)
    {
        float[] a = MicroKernelRig.Numbers(batch * m * k, 1),
            b = MicroKernelRig.Numbers(batch * k * n, 2),
            bias = MicroKernelRig.Numbers(n, 3);
        Sums sums = new(batch * m * n, bias, op.Epilogue);
        for (int g = 0; g < batch; g++)
            for (int i = 0; i < m; i++)
                for (int j = 0; j < n; j++)
                    for (int t = 0; t < k; t++)
                    {
                        float x = a[g * m * k + (op.TransposeA ? t * m + i : i * k + t)],
                            y = b[g * k * n + (op.TransposeB ? j * k + t : t * n + j)];
                        sums.Add((g * m + i) * n + j, x, y);
                    }

        var types = new Signature(
            [
                op.TransposeA ? Type(batch, k, m) : Type(batch, m, k),
                op.TransposeB ? Type(batch, n, k) : Type(batch, k, n),
            ],
            Type(batch, m, n));
        foreach (InstructionSet isa in MicroKernelRig.Sets)
        {
            float[] result = MicroKernelRig.Run(workers => MatMulKernel.Select(op, types, isa, workers), 1, sums.Count, a, b, bias);
            for (int i = 0; i < result.Length; i++) sums.Check(i, result[i], $"{op} {batch}x{m}x{k}x{n}, {isa}, result {i}");
            if (bits) MicroKernelRig.SameBits(workers => MatMulKernel.Select(op, types, isa, workers), result, a, b, bias);
        }
    }

    static TensorType Type(int batch, int rows, int columns) =>
        new(batch == 1 ? Shape.Of(rows, columns) : Shape.Of(batch, rows, columns), ElementType.Float32);
}
