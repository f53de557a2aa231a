using System.Runtime.Intrinsics.X86;
using GeneratingImages.Core;
using GeneratingImages.Cpu;
using GeneratingImages.Reference;
using GeneratingImages.Tests.Cpu;
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
    /// 1e-6 with tiles of 6x6, 4e-6 with the larger ones), and the number of convolutions that a gradient may have passed through, whose
    /// errors are independent: three forward in the encoder, three in the decoder, as many back.
    /// </summary>
    const double ErrorOfSmallTiles = 1e-6, ErrorOfLargeTiles = 4e-6, Convolutions = 12;

    [Theory]
    [InlineData(16, 3)]
    [InlineData(16, 5)]
    [InlineData(22, 3)]
    [InlineData(32, 3)]
    public void Direct_kernels_keep_to_the_tolerance(int size, int kernel) =>
        Check(size, kernel, KernelChoice.Direct, "direct", DirectTolerance);

    [Theory]
    [InlineData(16, 3, "winograd F(4x4,3x3)", ErrorOfSmallTiles)]
    [InlineData(16, 5, "winograd F(4x4,5x5)", ErrorOfLargeTiles)]
    [InlineData(22, 3, "winograd F(6x6,3x3)", ErrorOfLargeTiles)]
    [InlineData(32, 3, "winograd F(8x4,3x3)", ErrorOfLargeTiles)]
    public void Winograds_kernels_add_their_own_rounding_and_no_more(int size, int kernel, string variant, double error) =>
        Check(size, kernel, KernelChoice.Fastest, variant, DirectError + Math.Sqrt(Convolutions) * error);

    static void Check(int size, int kernel, KernelChoice choice, string variant, double tolerance)
    {
        // Tiles of 10x6 are for sets that fuse a multiplication and an addition, and a processor without that imitates such sets unfused.
        bool fused = variant.Contains("F(8x4", StringComparison.Ordinal);
        if (fused && !Fma.IsSupported) Assert.Skip("the processor has no fused multiply-add");
        double[][]? exact = null;
        foreach (InstructionSet set in MicroKernelRig.Sets)
        {
            if (fused && set == InstructionSet.Portable) continue;
            using var step = new Step(size, kernel);
            using var backend = new CpuBackend(2, set, choice);
            using Plan plan = Plan.Compile(step.Graph, [step.Loss, .. step.Results], backend, step.Parameters);
            Assert.Contains(plan.Report.Calls, call => call.Variant.StartsWith(variant, StringComparison.Ordinal));
            Assert.Equal(
                choice == KernelChoice.Fastest,
                plan.Report.Calls.Any(call => call.Variant.StartsWith("winograd", StringComparison.Ordinal)));
            exact ??= step.Interpret();
            plan.Write<float>(step.Images, step.Pixels);
            plan.Run();
            for (int i = 0; i < exact.Length; i++) Close(plan, step.Results[i], exact[i], $"{set}, {step.Names[i]}", tolerance);
        }
    }

    static void Close(Plan plan, Tensor tensor, double[] exact, string what, double tolerance)
    {
        var actual = new float[exact.Length];
        plan.Read<float>(tensor, actual);
        double error = Math.Sqrt(actual.Zip(exact, (a, e) => (a - e) * (a - e)).Sum() / exact.Sum(e => e * e));
        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant($"{error:E1} {what}"));
        Assert.True(error <= tolerance, FormattableString.Invariant($"{what}: relative error {error:E1}, {tolerance:E1} allowed"));
    }

    /// <summary>A step's graph, with the same numbers every time.</summary>
    sealed class Step : IDisposable
    {
        public Step(int size, int kernel)
        {
            Shape image = Shape.Of(size, size, 3);
            Images = Graph.Add(new Input("images", image.Batch(2)));
            Pixels = [.. GeneratedImages.Make(image, 2, 1).Pixels.ToArray().Select(b => b / 255f)];
            Tensor output = Autoencoders.Deep(image, 8, [32, 64, 64], kernel).Apply(Images, new Scope(Parameters));
            Loss = output.MeanSquaredError(Images);
            Parameter[] weights = [.. Parameters.All];
            Tensor[] variables = [.. weights.Select(p => Graph.Add(new Variable(p.Path, p.Shape)))];
            Results = [output, .. Autodiff.Gradients(Loss, variables)];
            Names = ["output", .. weights.Select(p => p.Path)];
        }

        public Graph Graph { get; } = new();

        public Parameters Parameters { get; } = new(seed: 3);

        public Tensor Images { get; }

        public float[] Pixels { get; }

        public Tensor Loss { get; }

        public Tensor[] Results { get; }

        public string[] Names { get; }

        /// <summary>The results in double precision; the weights are there once a plan has been compiled.</summary>
        public double[][] Interpret()
        {
            var exact = new ReferenceInterpreter(Graph);
            exact.Set(Images, Pixels.Select(v => (double)v).ToArray());
            for (int i = 0; i < Graph.Count; i++)
                if (Graph[i].Op is Variable variable)
                    exact.Set(new Tensor(Graph, i), Parameters.Read(variable.Key).Select(v => (double)v).ToArray());
            exact.Run();
            return [.. Results.Select(tensor => exact.Read(tensor).ToArray())];
        }

        public void Dispose() => Parameters.Dispose();
    }
}
