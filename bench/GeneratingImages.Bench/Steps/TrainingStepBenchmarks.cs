using BenchmarkDotNet.Attributes;
using GeneratingImages.Cpu;
using GeneratingImages.Training;

namespace GeneratingImages.Bench.Steps;

/// <summary>A whole training step, batch 32, latent 32, k = 3, one thread: gather, forward, loss, gradients, Adam.</summary>
[Config(typeof(SpeedConfig))]
public class TrainingStepBenchmarks : IKernelBenchmark
{
    CpuBackend? _backend;
    TrainingSession? _session;

    /// <summary>Whose image size.</summary>
    [Params("mnist", "cifar100", "lfw")]
    public string Dataset { get; set; } = "";

    /// <summary>The model.</summary>
    [ParamsAllValues]
    public ModelKind Model { get; set; }

    /// <inheritdoc/>
    public double Flops
    {
        get
        {
            Setup();
            double flops = _session!.Report.Flops;
            Cleanup();
            return flops;
        }
    }

    /// <summary>Compiles the step.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var settings = new RunSettings { Dataset = Dataset, Model = Model };
        _backend = new CpuBackend(threads: 1);
        _session = new TrainingSession(settings.BuildExperiment(WarmSession.Generate(settings, DataSets.Find(Dataset).Image)), _backend);
    }

    /// <summary>Gives its memory back.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _session?.Dispose();
        _backend?.Dispose();
    }

    /// <summary>One step.</summary>
    [Benchmark]
    public void Step() => _session!.Step();
}
