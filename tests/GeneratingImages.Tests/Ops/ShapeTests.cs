using GeneratingImages.Core;
using GeneratingImages.Reference;

namespace GeneratingImages.Tests.Ops;

public class ShapeTests
{
    public static TheoryData<BadShape> Bad => [.. OpCases.Bad];

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public void ShapesThatDoNotFitAreNamedWithThePath(BadShape bad)
    {
        var graph = new Graph();
        Tensor[] inputs = [.. bad.Inputs.Select((shape, i) => graph.Add(new Input($"input{i}", shape)))];
        using (graph.Enter("decoder"))
        using (graph.Enter("deconv2"))
        {
            ShapeException e = Assert.Throws<ShapeException>(() => graph.Add(bad.Op, inputs));
            Assert.Equal($"decoder/deconv2: {bad.Op.Name}: {bad.Message}", e.Message);
        }

        Assert.Equal(inputs.Length, graph.Count); // nothing was appended
    }
}
