using GeneratingImages.Cuda;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Tests.Parity;

namespace GeneratingImages.Tests.Cuda;

/// <summary>Whole training steps on the simulated device against libtorch's numbers, captured steps among them.</summary>
[Collection(typeof(SimulatedDeviceCollection))]
public sealed class CudaParityTests : IDisposable
{
    /// <summary>
    /// TF32 rounds each factor of a product to 11 bits and bfloat16 to 8, by up to 2^-12 and 2^-9, and eight products follow one another.
    /// What is rounded may lie on the other side of zero, or another element be its window's largest: a gradient then takes another way,
    /// and of a small model's first layer, with few of them, a good part changes.
    /// </summary>
    static readonly ParityTests.Tolerances s_tf32 = new(2e-3, 0.25, 1e-3), s_bf16 = new(1.2e-2, 0.25, 1e-2);

    readonly TemporaryFolder _cache = new();

    public CudaParityTests()
    {
        SimulatedCuda.UseLibraries();
        SimulatedDevice.Reset();
    }

    public static TheoryData<string, bool> Runs
    {
        get
        {
            var data = new TheoryData<string, bool>();
            foreach (string fixture in Fixture.Names)
                foreach (bool keepAll in (bool[])[true, false]) data.Add(fixture, keepAll);
            return data;
        }
    }

    public static TheoryData<string> Fixtures => [.. Fixture.Names];

    [Theory]
    [MemberData(nameof(Runs))]
    public void TheFirstStepEqualsLibtorchs(string fixture, bool keepAll) =>
        ParityTests.CheckFirstStep(Executor(Precision.Fp32, keepAll), fixture, ParityTests.Tolerances.Fp32);

    /// <summary>The first of the steps is launched call by call, the second captured, the others replayed.</summary>
    [Theory]
    [MemberData(nameof(Runs))]
    public void ThreeAdamStepsEqualLibtorchs(string fixture, bool keepAll)
    {
        ParityTests.CheckAdamSteps(Executor(Precision.Fp32, keepAll), fixture);
        Assert.True(SimulatedDevice.Count("graph_launches") > 1);
    }

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Tf32StaysWithinItsTolerance(string fixture) =>
        ParityTests.CheckFirstStep(Executor(Precision.Tf32, keepAll: true), fixture, s_tf32);

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Bf16StaysWithinItsTolerance(string fixture) =>
        ParityTests.CheckFirstStep(Executor(Precision.Bf16, keepAll: true), fixture, s_bf16);

    /// <summary>What a first step may differ by in a precision.</summary>
    internal static ParityTests.Tolerances Allowed(Precision precision) => precision switch
    {
        Precision.Tf32 => s_tf32,
        Precision.Bf16 => s_bf16,
        _ => ParityTests.Tolerances.Fp32,
    };

    public void Dispose()
    {
        SimulatedDevice.Reset();
        _cache.Dispose();
    }

    Func<ParityModel, ParityExecutor> Executor(Precision precision, bool keepAll) =>
        model => new PlanExecutor(model, new CudaBackend(precision: precision, cacheFolder: _cache.Root), keepAll);
}
