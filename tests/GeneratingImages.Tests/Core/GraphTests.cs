using GeneratingImages.Core;
using GeneratingImages.Reference;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Core;

public class GraphTests
{
    [Fact]
    public void AnEqualOperationOnEqualInputsIsOneNode()
    {
        var graph = new Graph();
        Tensor x = graph.Add(new Input("x", Shape.Of(2, 3)));
        Assert.Equal(x, graph.Add(new Input("x", Shape.Of(2, 3))));
        Assert.Equal(x.Activate(Activation.Relu), x.Activate(Activation.Relu));
        Assert.NotEqual(x.Activate(Activation.Relu), x.Activate(Activation.Elu));
    }

    [Fact]
    public void AResultIsComputedAgainAfterWhatItReadsWasChanged()
    {
        // Two optimisers in one step, as adversarial training has: the second loss must see the weights the first one changed.
        var graph = new Graph();
        Tensor sum = graph.Add(new Variable("sum", Shape.Scalar, ElementType.Float64)), one = graph.Add(new Constant(1, Shape.Scalar));
        Tensor before = sum.Add(one);
        graph.Add(new Accumulate(2), sum, one);
        Tensor after = sum.Add(one);
        Assert.Equal(sum, graph.Add(new Variable("sum", Shape.Scalar, ElementType.Float64)));

        var interpreter = new ReferenceInterpreter(graph);
        interpreter.Set(sum, new double[] { 10 });
        interpreter.Run();
        Assert.Equal(11, interpreter.Read(before)[0]);
        Assert.Equal(13, interpreter.Read(after)[0]);
    }

    [Fact]
    public void MissingInputsAreCounted()
    {
        var graph = new Graph();
        Tensor x = graph.Add(new Input("x", Shape.Of(2, 3)));
        using IDisposable scope = graph.Enter("layer");
        Assert.Equal("layer: Add: 1 inputs given, it needs more", Assert.Throws<ShapeException>(() => graph.Add(new Add(), x)).Message);
    }

    [Theory]
    [InlineData(1 << 20, 1 << 20, 2)]
    [InlineData(1 << 20, 1 << 20, 1 << 24)]
    [InlineData(1 << 20, 1 << 20, int.MaxValue)]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue)]
    public void ShapesOfTooManyElementsAreRefused(int a, int b, int c) =>
        Assert.Contains("more than 2^40", Assert.Throws<ShapeException>(() => Shape.Of(a, b, c)).Message);

    [Fact]
    public void APathIsAParametersOrAStates()
    {
        var graph = new Graph();
        using var parameters = new Parameters(1);
        parameters.Get(graph, "a", Shape.Of(2), new Zeros());
        var type = new TensorType(Shape.Of(2), ElementType.Float32);
        Assert.Throws<InvalidOperationException>(() => parameters.State(graph, "a", type, saved: false));
        parameters.State(graph, "b", type, saved: false);
        Assert.Throws<InvalidOperationException>(() => parameters.Get(graph, "b", Shape.Of(2), new Zeros()));
    }
}
