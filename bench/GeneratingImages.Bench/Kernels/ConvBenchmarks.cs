using BenchmarkDotNet.Attributes;

namespace GeneratingImages.Bench.Kernels;

/// <summary>The convolution kernels at 32x32 pixels, batch 32, one thread.</summary>
[Config(typeof(SpeedConfig))]
public class ConvBenchmarks : IKernelBenchmark
{
    KernelRun? _run;

    /// <summary>Which of the three convolutions.</summary>
    [ParamsAllValues]
    public Pass Pass { get; set; }

    /// <summary>Channels in.</summary>
    [Params(128)]
    public int Channels { get; set; }

    /// <summary>Channels out.</summary>
    [Params(64)]
    public int OutChannels { get; set; }

    /// <summary>The filters' size.</summary>
    [Params(3, 5)]
    public int Kernel { get; set; }

    /// <inheritdoc/>
    public double Flops => 2.0 * 32 * 32 * 32 * Channels * OutChannels * Kernel * Kernel;

    /// <summary>Reserves memory.</summary>
    [GlobalSetup]
    public void Setup() => _run = KernelCases.Conv(Pass, 32, Channels, OutChannels, Kernel);

    /// <summary>Gives it back.</summary>
    [GlobalCleanup]
    public void Cleanup() => _run?.Dispose();

    /// <summary>One run.</summary>
    [Benchmark]
    public void Run() => _run!.Run();
}
