using BenchmarkDotNet.Attributes;

namespace GeneratingImages.Bench.Kernels;

/// <summary>The matrix product, one thread.</summary>
[Config(typeof(SpeedConfig))]
public class MatMulBenchmarks : IKernelBenchmark
{
    KernelRun? _run;

    /// <summary>Rows, terms and columns.</summary>
    [Params("1024 1024 1024", "32 6075 512", "128 512 6075")]
    public string Sizes { get; set; } = "";

    /// <summary>Whether the second matrix is stored transposed, as a dense layer's weights are.</summary>
    [ParamsAllValues]
    public bool TransposeB { get; set; }

    /// <inheritdoc/>
    public double Flops => 2 * Sizes.Split(' ').Select(double.Parse).Aggregate((x, y) => x * y);

    /// <summary>Reserves memory.</summary>
    [GlobalSetup]
    public void Setup()
    {
        int[] sizes = [.. Sizes.Split(' ').Select(int.Parse)];
        _run = KernelCases.MatMul(sizes[0], sizes[1], sizes[2], transposeB: TransposeB);
    }

    /// <summary>Gives it back.</summary>
    [GlobalCleanup]
    public void Cleanup() => _run?.Dispose();

    /// <summary>One run.</summary>
    [Benchmark]
    public void Run() => _run!.Run();
}
