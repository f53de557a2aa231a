using GeneratingImages.Core;
using GeneratingImages.Cpu;
using GeneratingImages.Reference;
using GeneratingImages.Tests.Training;
using GeneratingImages.Training;

namespace GeneratingImages.Tests.Parity;

/// <summary>
/// Whole training steps of a model that is wide enough for Winograd's convolutions, against plain loops in double precision. Differences
/// are norms over a tensor relative to the norm of the exact one.
/// </summary>
public class WideStepTests
{
    /// <summary>As beside libtorch, for the direct kernels, and what they come to here at most.</summary>
    const double DirectTolerance = 1e-5, DirectError = 2e-6;

    /// <summary>
    /// The root mean square error that one convolution by Winograd may have, relative to its result's (measured in WinogradTests: below
    /// 1e-6 with tiles of 6x6, 4e-6 with those of 8x8), and the number of convolutions that a gradient may have passed through, whose
    /// errors are independent: three forward in the encoder, three in the decoder, as many back.
    /// </summary>
    const double ErrorOfSix = 1e-6, ErrorOfEight = 4e-6, Convolutions = 12;

    /// <summary>Instruction set, size of the images, size of the filters; the larger images get larger tiles.</summary>
    public static TheoryData<InstructionSet, int, int> Steps
    {
        get
        {
            var data = new TheoryData<InstructionSet, int, int>();
            foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
                foreach ((int size, int kernel) in ((int, int)[])[(16, 3), (16, 5), (22, 3)]) data.Add(set, size, kernel);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Direct_kernels_keep_to_the_tolerance(InstructionSet set, int size, int kernel) =>
        Check(set, size, kernel, KernelChoice.Direct, DirectTolerance);

    [Theory]
    [MemberData(nameof(Steps))]
    public void Winograds_kernels_add_their_own_rounding_and_no_more(InstructionSet set, int size, int kernel)
    {
        bool small = size == 16 && kernel == 3;
        Check(set, size, kernel, KernelChoice.Fastest, DirectError + Math.Sqrt(Convolutions) * (small ? ErrorOfSix : ErrorOfEight));
    }

    static void Check(InstructionSet set, int size, int kernel, KernelChoice choice, double tolerance)
    {
        Shape image = Shape.Of(size, size, 3);
        var graph = new Graph();
        Tensor images = graph.Add(new Input("images", image.Batch(2)));
        using var parameters = new Parameters(seed: 3);
        Tensor output = Autoencoders.Deep(image, 8, [32, 64, 64], kernel).Apply(images, new Scope(parameters));
        Tensor loss = output.MeanSquaredError(images);
        Parameter[] weights = [.. parameters.All];
        Tensor[] gradients = Autodiff.Gradients(loss, [.. weights.Select(p => graph.Add(new Variable(p.Path, p.Shape)))]);

        using var backend = new CpuBackend(2, set, choice);
        using Plan plan = Plan.Compile(graph, [loss, output, .. gradients], backend, parameters);
        int winograds = plan.Report.Calls.Count(call => call.Variant.StartsWith("winograd", StringComparison.Ordinal));
        Assert.Equal(choice == KernelChoice.Fastest, winograds > 0);
        Assert.Equal(
            choice == KernelChoice.Fastest && size == 22,
            plan.Report.Calls.Any(call => call.Variant.Contains("F(6x6", StringComparison.Ordinal)));
        float[] pixels = [.. GeneratedImages.Make(image, 2, 1).Pixels.ToArray().Select(b => b / 255f)];
        plan.Write<float>(images, pixels);
        plan.Run();

        var exact = new ReferenceInterpreter(graph);
        exact.Set(images, pixels.Select(v => (double)v).ToArray());
        for (int i = 0; i < graph.Count; i++)
            if (graph[i].Op is Variable variable)
                exact.Set(new Tensor(graph, i), parameters.Read(variable.Key).Select(v => (double)v).ToArray());
        exact.Run();
        Close(output, "output");
        for (int i = 0; i < weights.Length; i++) Close(gradients[i], weights[i].Path);

        void Close(Tensor tensor, string what)
        {
            var actual = new float[tensor.Shape.Count];
            plan.Read<float>(tensor, actual);
            double[] expected = exact.Read(tensor).ToArray();
            double error = Math.Sqrt(actual.Zip(expected, (a, e) => (a - e) * (a - e)).Sum() / expected.Sum(e => e * e));
            TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant($"{error:E1} {what}, {winograds} by Winograd"));
            Assert.True(error <= tolerance, FormattableString.Invariant($"{what}: relative error {error:E1}, {tolerance:E1} allowed"));
        }
    }
}
