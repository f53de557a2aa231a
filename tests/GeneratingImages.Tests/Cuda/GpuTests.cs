using GeneratingImages.Core;
using GeneratingImages.Cuda;
using GeneratingImages.Reference;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Tests.Ops;
using GeneratingImages.Tests.Parity;

namespace GeneratingImages.Tests.Cuda;

/// <summary>
/// The same checks on a real device, in the precision that GENIMG_TEST_GPU names (fp32, tf32 or bf16): every case of every operation
/// against the reference, whole steps against libtorch's numbers, captured steps against launched ones. A process runs either these or the
/// simulated device's, since CUDA's libraries are loaded once: filter by the trait tier=gpu.
/// </summary>
[Trait("tier", "gpu")]
public sealed class GpuTests : IDisposable
{
    const string Variable = "GENIMG_TEST_GPU";

    // Factors of products are rounded to 11 bits (TF32) or 8 (bfloat16): by up to 2^-12 and 2^-9 each, doubled for the two of them and
    // again for sums that cancel.
    const double Tf32 = 1.0 / (1 << 10), Bf16 = 1.0 / (1 << 7);

    readonly TemporaryFolder _cache = new();
    readonly Precision _precision;

    public GpuTests()
    {
        string? asked = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipWhen(string.IsNullOrEmpty(asked), $"no GPU: set {Variable} to fp32, tf32 or bf16 on a machine that has one");
        Assert.True(Enum.TryParse(asked, ignoreCase: true, out _precision), $"{Variable}={asked}: must be fp32, tf32 or bf16");
    }

    [Fact]
    public void EveryCaseOfEveryOperationEqualsTheReference()
    {
        using CudaBackend backend = Open();
        var failures = new List<string>();
        foreach (OpCase opCase in BackendChecks.Cases)
        {
            try
            {
                if (_precision == Precision.Fp32) BackendChecks.ResultsEqualTheReference(backend, opCase);
                else WithinPrecision(backend, opCase);
            }
            catch (Exception e)
            {
                failures.Add(e.Message);
            }
        }

        string first = string.Join('\n', failures.Take(20));
        Assert.True(failures.Count == 0, $"{failures.Count} of {BackendChecks.Cases.Count()} cases failed:\n{first}");
    }

    [Fact]
    public void CapturedRunsHaveTheBitsOfLaunchedOnes()
    {
        using CudaBackend backend = Open();
        foreach (OpCase opCase in BackendChecks.Cases)
        {
            byte[][][] runs = BackendChecks.Run(backend, opCase, times: 3);
            Assert.Equal(runs[0], runs[1]);
            Assert.Equal(runs[0], runs[2]);
        }
    }

    [Fact]
    public void TheFirstStepEqualsLibtorchs()
    {
        foreach (string fixture in Fixture.Names)
            ParityTests.CheckFirstStep(
                model => new PlanExecutor(model, Open(), keepAll: false), fixture, CudaParityTests.Allowed(_precision));
    }

    [Fact]
    public void ThreeAdamStepsEqualLibtorchs()
    {
        Assert.SkipUnless(_precision == Precision.Fp32, "libtorch's weights after Adam's steps are single precision's");
        foreach (string fixture in Fixture.Names)
            ParityTests.CheckAdamSteps(model => new PlanExecutor(model, Open(), keepAll: false), fixture);
    }

    public void Dispose() => _cache.Dispose();

    CudaBackend Open() => new(precision: _precision, cacheFolder: _cache.Root);

    /// <summary>The norm of the difference from the reference, relative to the result's.</summary>
    void WithinPrecision(CudaBackend backend, OpCase opCase)
    {
        Expected expected = Expected.Of(opCase);
        using var call = new BackendCall(backend, opCase, expected.Inputs, inPlace: false);
        byte[][] results = call.Run();
        ElementType[] types = [.. call.ResultTypes];
        double allowed = _precision == Precision.Tf32 ? Tf32 : Bf16;
        for (int r = 0; r < results.Length; r++)
        {
            double[] actual = ElementBytes.ToDoubles(results[r], types[r]);
            double error = Norm(actual.Zip(expected.Results[r], (a, e) => a - e)), size = Norm(expected.Results[r]);
            Assert.True(
                error <= allowed * size || !double.IsFinite(size),
                FormattableString.Invariant($"{opCase} ({call.Variant}): result {r} is off by {error / size:E1}, {allowed:E1} allowed"));
        }
    }

    static double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(v => v * v));
}
