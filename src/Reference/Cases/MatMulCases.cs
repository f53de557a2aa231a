using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>Matrix products: all transpose flags, batches, and sizes around vector and tile lengths.</summary>
static class MatMulCases
{
    public static IEnumerable<OpCase> All
    {
        get
        {
            (int, int, int, int[])[] small = [(3, 5, 1, []), (2, 3, 5, []), (1, 1, 1, []), (3, 1, 4, [2]), (2, 3, 3, [2, 3])];
            foreach ((int m, int k, int n, int[] batch) in small)
                foreach ((bool a, bool b) in Flags) yield return Product(m, k, n, batch, a, b, 0, 1);
            foreach ((int m, int k, int n) in ((int, int, int)[])[(32, 192, 4), (37, 65, 129), (6, 1000, 16), (2, 4, 768)])
                foreach ((bool a, bool b) in Flags) yield return Product(m, k, n, [], a, b);
            foreach (Epilogue epilogue in Epilogues.All)
            {
                foreach ((bool a, bool b) in Flags) yield return Fused(3, 5, 7, a, b, epilogue);
                yield return Fused(32, 100, 65, false, true, epilogue);
            }
        }
    }

    public static IEnumerable<BadShape> Bad =>
    [
        new(new MatMul(), [Shape.Of(2, 3), Shape.Of(4, 5)], "inner sizes differ: [2,3] gives 3, [4,5] gives 4"),
        new(
            new MatMul(true, true),
            [Shape.Of(2, 3), Shape.Of(4, 5)],
            "inner sizes differ: [2,3] transposed gives 2, [4,5] transposed gives 5"),
        new(new MatMul(), [Shape.Of(3), Shape.Of(3, 5)], "[3] and [3,5] given, both need the same rank of at least 2"),
        new(new MatMul(), [Shape.Of(2, 2, 3), Shape.Of(3, 3, 5)], "batch sizes of [2,2,3] and [3,3,5] differ"),
        new(
            new MatMul(Epilogue: new Epilogue(true)),
            [Shape.Of(2, 3), Shape.Of(3, 5), Shape.Of(2)],
            "bias [2] does not fit 5 output channels"),
    ];

    static (bool A, bool B)[] Flags => [(false, false), (false, true), (true, false), (true, true)];

    static OpCase Product(int m, int k, int n, int[] batch, bool transposeA, bool transposeB, params int[] differentiable)
    {
        (Shape a, Shape b) = Operands(m, k, n, batch, transposeA, transposeB);
        return new(
            Name(a, b, transposeA, transposeB),
            new MatMul(transposeA, transposeB),
            [new(a, Fills.Signed), new(b, Fills.Signed)],
            differentiable);
    }

    static OpCase Fused(int m, int k, int n, bool transposeA, bool transposeB, Epilogue epilogue)
    {
        (Shape a, Shape b) = Operands(m, k, n, [], transposeA, transposeB);
        return new(
            $"{Name(a, b, transposeA, transposeB)}, {Epilogues.Name(epilogue)}",
            new MatMul(transposeA, transposeB, epilogue),
            Epilogues.Inputs(epilogue, a, b, n));
    }

    static (Shape A, Shape B) Operands(int m, int k, int n, int[] batch, bool transposeA, bool transposeB) =>
        (Shape.Of([.. batch, transposeA ? k : m, transposeA ? m : k]), Shape.Of([.. batch, transposeB ? n : k, transposeB ? k : n]));

    static string Name(Shape a, Shape b, bool transposeA, bool transposeB) =>
        $"{a}{(transposeA ? "^T" : "")} x {b}{(transposeB ? "^T" : "")}";
}
