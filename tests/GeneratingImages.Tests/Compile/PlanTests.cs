using GeneratingImages.Core;
using GeneratingImages.Cpu;
using GeneratingImages.Reference;

namespace GeneratingImages.Tests.Compile;

/// <summary>What a plan gives, and what it refuses.</summary>
public class PlanTests
{
    [Fact]
    public void A_view_of_a_parameter_is_read_where_the_parameter_lies()
    {
        var graph = new Graph();
        using var parameters = new Parameters(1);
        Tensor weights = parameters.Get(graph, "weights", Shape.Of(6), new GeneratingImages.Training.Zeros());
        Tensor view = graph.Add(new Reshape(Shape.Of(2, 3)), weights);
        Tensor left = graph.Add(new Input("left", Shape.Of(1, 2)));
        Tensor product = graph.Add(new MatMul(), left, view);
        using var backend = new CpuBackend(1);
        using Plan plan = Plan.Compile(graph, [view, product], backend, parameters);
        parameters.Write("weights", [1, 2, 3, 4, 5, 6]);
        plan.Write<float>(left, [1, 10]);
        plan.Run();
        Assert.Equal([41, 52, 63], Read(plan, product));
        Assert.Equal([1, 2, 3, 4, 5, 6], Read(plan, view));
    }

    [Theory]
    [InlineData(Activation.None)]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Elu)]
    public void A_bias_behind_any_activation_gets_its_gradient(Activation kind)
    {
        var graph = new Graph();
        Tensor images = graph.Add(new Input("images", Shape.Of(2, 6, 5, 3))), bias = graph.Add(new Input("bias", Shape.Of(4)));
        Tensor first = graph.Add(new Input("first", Shape.Of(4, 3, 3, 3))), second = graph.Add(new Input("second", Shape.Of(2, 3, 3, 4)));
        Tensor active = graph.Add(new Activate(kind), images.Conv2D(first, 1, 1).AddBias(bias));
        Tensor made = active.Conv2D(second, 1, 1), wanted = graph.Add(new Input("wanted", made.Shape));
        Tensor[] gradients = Autodiff.Gradients(made.MeanSquaredError(wanted), bias, first);
        using var backend = new CpuBackend(1);
        using var parameters = new Parameters(1);
        using Plan plan = Plan.Compile(graph, gradients, backend, parameters);
        var exact = new ReferenceInterpreter(graph);
        var random = new Random(1);
        foreach (Tensor input in (Tensor[])[images, bias, first, second, wanted])
        {
            float[] values = [.. Enumerable.Range(0, (int)input.Shape.Count).Select(_ => 2 * random.NextSingle() - 1)];
            plan.Write<float>(input, values);
            exact.Set(input, values.Select(v => (double)v).ToArray());
        }

        plan.Run();
        exact.Run();
        foreach (Tensor gradient in gradients)
            foreach ((float actual, double expected) in Read(plan, gradient).Zip(exact.Read(gradient).ToArray()))
                Assert.Equal(expected, actual, 1e-5);
    }

    [Fact]
    public void What_is_no_more_does_not_run()
    {
        var graph = new Graph();
        var parameters = new Parameters(1);
        Tensor sum = parameters.Get(graph, "weights", Shape.Of(4), new GeneratingImages.Training.Zeros()).Add(graph.Add(new Constant(1, Shape.Of(4))));
        using var backend = new CpuBackend(1);
        Plan gone = Plan.Compile(graph, [sum], backend, parameters), left = Plan.Compile(graph, [sum], backend, parameters);
        gone.Dispose();
        Assert.Throws<ObjectDisposedException>(gone.Run);
        Assert.Throws<ObjectDisposedException>(() => gone.Run((_, _) => { }));
        Assert.Throws<ObjectDisposedException>(() => Read(gone, sum));
        left.Run();
        parameters.Dispose();
        Assert.Throws<ObjectDisposedException>(left.Run);
        Assert.Throws<ObjectDisposedException>(() => Plan.Compile(graph, [sum], backend, parameters));
        left.Dispose();
    }

    [Fact]
    public void Tensors_of_another_graph_or_type_are_refused()
    {
        Graph graph = new(), other = new();
        Tensor x = graph.Add(new Input("x", Shape.Of(4))), y = x.Add(x), stranger = other.Add(new Input("x", Shape.Of(4)));
        using var backend = new CpuBackend(1);
        using var parameters = new Parameters(1);
        using Plan plan = Plan.Compile(graph, [y], backend, parameters);
        Assert.Contains("not an input", Assert.Throws<ArgumentException>(() => plan.Write<float>(stranger, new float[4])).Message);
        Assert.Contains("another graph", Assert.Throws<ArgumentException>(() => Read(plan, stranger)).Message);
        Assert.Contains("Int32", Assert.Throws<ArgumentException>(() => plan.Write<int>(x, new int[4])).Message);
        Assert.Contains("Int32", Assert.Throws<ArgumentException>(() => plan.Read<int>(y, new int[4])).Message);
        Assert.Throws<InvalidOperationException>(() => Plan.Compile(graph, [stranger], backend, parameters));
        Tensor loss = y.MeanSquaredError(x);
        Assert.Contains(
            "another graph", Assert.Throws<InvalidOperationException>(() => Autodiff.Gradients(loss, stranger)).Message);
    }

    static float[] Read(Plan plan, Tensor tensor)
    {
        var values = new float[tensor.Shape.Count];
        plan.Read<float>(tensor, values);
        return values;
    }
}
