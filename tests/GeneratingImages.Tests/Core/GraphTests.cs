using GeneratingImages.Core;
using GeneratingImages.Reference;

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
}
