using GeneratingImages.Core;
using GeneratingImages.Reference;

namespace GeneratingImages.Tests.Ops;

public class GradientTests
{
    public static TheoryData<OpCase> Cases => [.. OpCases.All.Where(c => c.Differentiable.Length > 0)];

    public static TheoryData<Composite> Graphs => [.. Composites.All];

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void AnOperationsGradientEqualsCentralDifferences(OpCase opCase) => Passes(GradientCheck.Check(opCase));

    [Theory]
    [MemberData(nameof(Graphs), DisableDiscoveryEnumeration = true)]
    public void AGraphsGradientEqualsCentralDifferences(Composite graph) => Passes(GradientCheck.Check(graph));

    [Fact]
    public void TheTableHoldsEveryDifferentiableCaseAndGraph()
    {
        IReadOnlyList<GradientRow> rows = GradientCheck.Run();
        Assert.Equal(Cases.Count + Graphs.Count, rows.Count);
        foreach (GradientRow row in rows.OrderByDescending(r => r.LargestError).Take(5))
            TestContext.Current.TestOutputHelper!.WriteLine($"{row}");
        Assert.All(rows, Passes);
        Assert.Equal(
            [
                "Activate", "Add", "AddBias", "Conv2D", "Conv2DFilterGrad", "Conv2DInputGrad", "HidePixels", "HideRows", "MatMul",
                "MaxPool2D", "MeanSquaredError", "Reshape", "composite",
            ],
            rows.Select(r => r.Op).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AWrongGradientIsFound()
    {
        // A maximum has no derivative where all of a window is equal: central differences see the mean of the two sides.
        var kinked = new OpCase("ties", new MaxPool2D(2), [new(Shape.Of(1, 4, 4, 1), Fills.Value(0.5))], 0);
        GradientRow row = GradientCheck.Check(kinked);
        Assert.False(row.Passed, $"{row}");
    }

    static void Passes(GradientRow row)
    {
        Assert.True(row.Elements > 0, $"{row}");
        Assert.True(row.Passed, $"{row}");
    }
}
