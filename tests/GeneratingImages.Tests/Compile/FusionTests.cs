using GeneratingImages.Core;

namespace GeneratingImages.Tests.Compile;

public class FusionTests
{
    [Fact]
    public void Every_bias_and_activation_of_the_deep_model_joins_the_kernel_before_it()
    {
        var step = new TrainingGraph(Shape.Of(16, 16, 3), 2, 4, 8, 8, 8);
        Schedule schedule = Fused(step.Graph, step.Loss);
        Assert.DoesNotContain(schedule.Live, n => n.Op is AddBias or Activate);
        Assert.Equal(4, schedule.Live.Count(n => n.Op is Conv2D { Epilogue: { Bias: true, Activation: Activation.Relu } }));
        Assert.Equal(3, schedule.Live.Count(n => n.Op is Conv2DInputGrad { Epilogue: { Bias: true, Activation: Activation.Relu } }));
        Assert.Equal(1, schedule.Live.Count(n => n.Op is Conv2DInputGrad { Epilogue: { Bias: true, Activation: Activation.None } }));
        Assert.Equal(2, schedule.Live.Count(n => n.Op is MatMul { Epilogue.Bias: true }));
    }

    [Fact]
    public void Bias_gradients_come_out_of_the_activation_gradients_and_these_out_of_the_convolutions()
    {
        var step = new TrainingGraph(Shape.Of(16, 16, 3), 2, 4, 8, 8, 8);
        Schedule schedule = Fused(step.Graph, step.Loss);
        Assert.Equal(3, schedule.Live.Count(n => n.Op is Conv2D { Back: Activation.Relu }));
        Assert.Equal(3, schedule.Live.Count(n => n.Op is Conv2DInputGrad { Back: Activation.Relu }));
        ScheduledNode behindDense = Assert.Single(schedule.Live, n => n.Op is ActivateGrad);
        Assert.True(((ActivateGrad)behindDense.Op).Bias);
        Assert.Equal(7, schedule.Live.Count(n => n.Op is SideOutput { Element: ElementType.Float32 }));
        // Two dense layers and the last transposed convolution have no activation.
        Assert.Equal(3, schedule.Live.Count(n => n.Op is BiasGrad));
    }

    [Fact]
    public void Poolings_join_the_convolutions_and_activations_are_differentiated_on_pooled_images()
    {
        var step = new TrainingGraph(Shape.Of(16, 16, 3), 2, 4, 8, 8, 8);
        Schedule schedule = Fused(step.Graph, step.Loss);
        Assert.Equal(4, schedule.Live.Count(n => n.Op is Conv2D { Pool: true, Epilogue: { Bias: true, Activation: Activation.Relu } }));
        Assert.Equal(4, schedule.Live.Count(n => n.Op is SideOutput { Element: ElementType.UInt8 }));
        Assert.Equal(4, schedule.Live.Count(n => n.Op is MaxUnpool2D));
        Assert.DoesNotContain(schedule.Live, n => n.Op is MaxPool2D or MaxPool2DGrad);
        foreach (ScheduledNode unpooled in schedule.Live.Where(n => n.Op is MaxUnpool2D))
        {
            ScheduledNode gradient = schedule[unpooled.Inputs[0]];
            Assert.True(gradient.Op is ActivateGrad or Conv2DInputGrad { Back: Activation.Relu });
            Assert.Equal(new MaxPool2D(2).Infer([unpooled.Type.Shape]), gradient.Type.Shape);
        }
    }

    [Fact]
    public void A_result_that_is_kept_or_used_twice_stays()
    {
        var graph = new Graph();
        Tensor x = graph.Add(new Input("x", Shape.Of(2, 3))),
            w = graph.Add(new Input("w", Shape.Of(4, 3))),
            b = graph.Add(new Input("b", Shape.Of(4)));
        Tensor product = x.MatMul(w, transposeB: true), biased = product.AddBias(b), active = biased.Activate(Activation.Elu);
        Assert.Contains(Fused(graph, active, product).Live, n => n.Op is AddBias);
        Assert.Contains(Fused(graph, active, biased).Live, n => n.Op is Activate);
        Assert.Contains(Fused(graph, active.Add(biased)).Live, n => n.Op is Activate);
        Assert.Equal([typeof(MatMul)], Fused(graph, active).Live.Where(n => n.IsCall).Select(n => n.Op.GetType()));
    }

    [Fact]
    public void What_nothing_needs_is_not_run()
    {
        var graph = new Graph();
        Tensor x = graph.Add(new Input("x", Shape.Of(2, 3)));
        Tensor unused = x.Activate(Activation.Relu), used = x.Add(x);
        Assert.DoesNotContain(Fused(graph, used).Live, n => n.Id == unused.Id);
    }

    static Schedule Fused(Graph graph, params Tensor[] keep)
    {
        var schedule = new Schedule(graph, keep);
        Fusion.Apply(schedule);
        return schedule;
    }
}
