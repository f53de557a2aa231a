using GeneratingImages.Core;
using GeneratingImages.Cpu;

namespace GeneratingImages.Tests.Compile;

/// <summary>A convolution that pools in the same pass gives the bits of the two apart, forward and back.</summary>
public class PooledConvolutionTests
{
    public static TheoryData<int, int, int, int, int, Activation> Shapes => new()
    {
        { 2, 9, 11, 3, 12, Activation.Relu }, { 1, 12, 10, 1, 32, Activation.Elu }, { 2, 16, 16, 32, 64, Activation.Relu },
        { 1, 13, 15, 32, 32, Activation.Elu }, { 3, 22, 23, 64, 64, Activation.Relu }, { 2, 45, 45, 3, 32, Activation.Relu },
        { 1, 8, 8, 16, 20, Activation.None }, { 2, 2, 3, 96, 96, Activation.Relu },
        { 16, 16, 16, 32, 32, Activation.Relu },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Has_the_bits_of_a_convolution_and_a_pooling(int batch, int height, int width, int channels, int filters, Activation kind)
    {
        foreach (int kernel in (int[])[3, 5])
            foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
                foreach (KernelChoice choice in Enum.GetValues<KernelChoice>())
                {
                    using var backend = new CpuBackend(2, set, choice);
                    float[][] fused = Run(backend, kernel, apart: false), apart = Run(backend, kernel, apart: true);
                    for (int i = 0; i < fused.Length; i++)
                        Assert.True(
                            fused[i].AsSpan().SequenceEqual(apart[i]),
                            $"{set}, {choice}, {kernel}x{kernel}: result {i} of [output, images' gradient, filters' gradient] differs");
                }

        float[][] Run(CpuBackend backend, int kernel, bool apart)
        {
            var graph = new Graph();
            Tensor images = graph.Add(new Input("images", Shape.Of(batch, height, width, channels)));
            Tensor weights = graph.Add(new Input("filters", Shape.Of(filters, kernel, kernel, channels)));
            Tensor bias = graph.Add(new Input("bias", Shape.Of(filters)));
            Tensor active = images.Conv2D(weights, 1, kernel / 2).AddBias(bias).Activate(kind), pooled = active.MaxPool2D(2);
            Tensor wanted = graph.Add(new Input("wanted", pooled.Shape));
            Tensor loss = pooled.MeanSquaredError(wanted);
            Tensor[] gradients = Autodiff.Gradients(loss, [images, weights]);
            Tensor[] results = [pooled, .. gradients];
            using var parameters = new Parameters(1);
            using Plan plan = Plan.Compile(graph, apart ? [.. results, active] : results, backend, parameters);
            Assert.Equal(apart, plan.Report.Calls.Any(call => call.Operation == nameof(MaxPool2D)));
            Assert.Equal(apart, !plan.Report.Calls.Any(call => call.Operation == nameof(MaxUnpool2D)));
            foreach ((Tensor input, int i) in ((Tensor[])[images, weights, bias, wanted]).Select((t, i) => (t, i)))
            {
                var random = new Random(i);
                float[] values = [.. Enumerable.Range(0, (int)input.Shape.Count).Select(_ => 2 * random.NextSingle() - 1)];
                plan.Write<float>(input, values);
            }

            plan.Run();
            return [.. results.Select(tensor =>
            {
                var values = new float[tensor.Shape.Count];
                plan.Read<float>(tensor, values);
                return values;
            })];
        }
    }

    [Fact]
    public void Needs_no_codes_without_a_gradient()
    {
        var graph = new Graph();
        Tensor images = graph.Add(new Input("images", Shape.Of(1, 4, 4, 3))),
            filters = graph.Add(new Input("filters", Shape.Of(8, 3, 3, 3)));
        Tensor pooled = images.Conv2D(filters, 1, 1).MaxPool2D(2);
        using var backend = new CpuBackend(1);
        using var parameters = new Parameters(1);
        using Plan plan = Plan.Compile(graph, [pooled], backend, parameters);
        PlanReport.Call call = Assert.Single(plan.Report.Calls);
        Assert.Equal((nameof(Conv2D), "[1,2,2,8]"), (call.Operation, call.Output));
        plan.Run();
    }

    [Fact]
    public void Leaves_apart_what_it_cannot_code_or_what_is_used_elsewhere()
    {
        var graph = new Graph();
        Tensor images = graph.Add(new Input("images", Shape.Of(1, 6, 6, 3)));
        Tensor six = graph.Add(new Input("six", Shape.Of(6, 3, 3, 3))), eight = graph.Add(new Input("eight", Shape.Of(8, 3, 3, 3)));
        Tensor used = images.Conv2D(eight, 1, 1);
        using var backend = new CpuBackend(1);
        using var parameters = new Parameters(1);
        Tensor[][] cases =
        [
            [images.Conv2D(six, 1, 1).MaxPool2D(2)],
            [used.MaxPool2D(3)],
            [used.MaxPool2D(2), used.Activate(Activation.Relu)],
        ];
        foreach (Tensor[] keep in cases)
        {
            using Plan plan = Plan.Compile(graph, keep, backend, parameters);
            Assert.Contains(plan.Report.Calls, call => call.Operation == nameof(MaxPool2D));
        }
    }
}
