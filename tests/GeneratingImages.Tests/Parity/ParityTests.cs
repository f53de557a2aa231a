using GeneratingImages.Core;
using GeneratingImages.Cpu;

namespace GeneratingImages.Tests.Parity;

/// <summary>
/// Whole training steps against libtorch's numbers. Differences are norms over a tensor relative to the norm of libtorch's, since single
/// elements may be near zero by cancellation.
/// </summary>
public class ParityTests
{
    /// <summary>
    /// For forward results, gradients and weights: some hundred float32 roundings, which libtorch's side has in any case.
    /// </summary>
    const double Tolerance = 1e-5;

    // A step moves a weight by about the learning rate, and libtorch rounds the weight: 6e-8 x 0.3 of 1e-3, once a step.
    const double UpdateTolerance = 5e-5;

    /// <summary>Differences allowed in the first step.</summary>
    internal sealed record Tolerances(double Forward, double Gradient, double Loss)
    {
        public static Tolerances Fp32 { get; } = new(Tolerance, Tolerance, 1e-6);
    }

    public static TheoryData<string, string> Runs
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string executor in Executors.Keys)
                foreach (string fixture in Fixture.Names) data.Add(executor, fixture);
            return data;
        }
    }

    static Dictionary<string, Func<ParityModel, ParityExecutor>> Executors => new()
    {
        ["reference"] = model => new ReferenceExecutor(model),
        ["plan, all kept"] = model => new PlanExecutor(model, new CpuBackend(2), keepAll: true),
        ["plan, fused"] = model => new PlanExecutor(model, new CpuBackend(2), keepAll: false),
        ["plan, fused, portable"] = model => new PlanExecutor(model, new CpuBackend(1, InstructionSet.Portable), keepAll: false),
        ["plan, fused, avx2"] = model => new PlanExecutor(model, new CpuBackend(2, InstructionSet.Avx2), keepAll: false),
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void TheFirstStepEqualsLibtorchs(string executor, string fixtureName) =>
        CheckFirstStep(Executors[executor], fixtureName, Tolerances.Fp32);

    [Theory]
    [MemberData(nameof(Runs))]
    public void ThreeAdamStepsEqualLibtorchs(string executor, string fixtureName) => CheckAdamSteps(Executors[executor], fixtureName);

    /// <summary>Holds all that the first step computes against libtorch's numbers.</summary>
    /// <param name="start">Makes what runs the step.</param>
    /// <param name="fixtureName">Whose numbers.</param>
    /// <param name="allowed">How far it may be from them.</param>
    internal static void CheckFirstStep(Func<ParityModel, ParityExecutor> start, string fixtureName, Tolerances allowed)
    {
        (Fixture fixture, ParityModel model, ParityExecutor run) = Start(start, fixtureName);
        using (run)
        {
            run.Run();
            foreach (string name in fixture.Activations) Equal("activation", name, model.Activations[name], allowed.Forward);
            Equal("output", "output", model.Output, allowed.Forward);
            for (int i = 0; i < model.Names.Count; i++) Equal("gradient", model.Names[i], model.Gradients[i], allowed.Gradient);
            Close(fixture.Read("loss", "loss"), run.Read(model.Loss), allowed.Loss, "loss");
        }

        void Equal(string kind, string name, Tensor tensor, double tolerance)
        {
            if (run.Holds(tensor)) Close(fixture.Read(kind, name), run.Read(tensor), tolerance, $"{kind} {name}");
        }
    }

    /// <summary>Holds losses and weights of three steps against libtorch's numbers.</summary>
    internal static void CheckAdamSteps(Func<ParityModel, ParityExecutor> start, string fixtureName)
    {
        (Fixture fixture, ParityModel model, ParityExecutor run) = Start(start, fixtureName);
        using (run)
        {
            Assert.Equal(3, fixture.Adam.Steps);
            for (int step = 0; step <= fixture.Adam.Steps; step++)
            {
                if (step is 1 or 3) WeightsEqual(step);
                run.Run();
                Close([fixture.LossesFloat64[step]], run.Read(model.Loss), 1e-6, $"loss {step}");
            }
        }

        void WeightsEqual(int step)
        {
            foreach (string name in model.Names)
            {
                double[] before = fixture.Read("weight", name),
                    expected = fixture.Read($"weight-after-{step}", name),
                    actual = run.Read(name);
                Close(expected, actual, Tolerance, $"{name} after {step}");
                Close(Minus(expected, before), Minus(actual, before), UpdateTolerance, $"change of {name} after {step}");
            }
        }
    }

    static (Fixture Fixture, ParityModel Model, ParityExecutor Run) Start(Func<ParityModel, ParityExecutor> start, string fixtureName)
    {
        var fixture = new Fixture(fixtureName);
        var model = new ParityModel(fixture);
        Assert.Equal(fixture.Weights.Order(), model.Names.Order());
        ParityExecutor run = start(model);
        foreach (string name in model.Names) run.Write(name, fixture.Read("weight", name));
        run.WriteImages(fixture.Read("input", "input"));
        return (fixture, model, run);
    }

    static double[] Minus(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x - y)];

    static void Close(double[] expected, double[] actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double error = Norm(Minus(actual, expected)) / Norm(expected);
        TestContext.Current.TestOutputHelper?.WriteLine(FormattableString.Invariant($"{error:E1} {what}"));
        Assert.True(error <= tolerance, FormattableString.Invariant($"{what}: relative error {error:E1}, {tolerance:E1} allowed"));
    }

    static double Norm(double[] values) => Math.Sqrt(values.Sum(v => v * v));
}
