using System.CommandLine;
using GeneratingImages.Core;
using GeneratingImages.Cpu;
using GeneratingImages.Cuda;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary>Where to compute.</summary>
enum DeviceChoice
{
    /// <summary>On a GPU if all it needs is there, else on the processor.</summary>
    Auto,

    /// <summary>On the processor.</summary>
    Cpu,

    /// <summary>On an NVIDIA GPU or not at all.</summary>
    Cuda,
}

/// <summary>From options to the device.</summary>
static class DeviceOptions
{
    /// <summary>The environment variable that stands for <c>--device</c> where it is not given.</summary>
    public const string Variable = "GENIMG_DEVICE";

    /// <summary>The number of threads that was asked for; 0 for one per processor.</summary>
    /// <exception cref="UserException">It is out of range.</exception>
    public static int Threads(ParseResult arguments) => CommonOptions.Given(arguments, CommonOptions.Threads) switch
    {
        null => 0,
        >= 1 and <= WorkerPool.MaxThreads and int threads => threads,
        int other => throw new UserException($"--threads {other}: must be 1 to {WorkerPool.MaxThreads}"),
    };

    /// <summary>Opens the backend that was asked for.</summary>
    /// <exception cref="UserException">An option is out of range or not for this device, or the device cannot be used.</exception>
    public static IBackend Open(ParseResult arguments, Terminal terminal)
    {
        int threads = Threads(arguments);
        DeviceChoice choice = CommonOptions.Given(arguments, CommonOptions.Device) ?? FromEnvironment();
        if (choice == DeviceChoice.Cuda && CommonOptions.IsGiven(arguments, CommonOptions.Kernels))
            throw new UserException("--kernels: chooses among the processor's kernels: leave it away with --device cuda");
        if (choice != DeviceChoice.Cpu && OpenCuda(arguments, choice, terminal) is { } cuda) return cuda;
        if (CommonOptions.Given(arguments, CommonOptions.Precision) is { } precision and not Precision.Fp32)
            throw new UserException(
                $"--precision {precision.ToString().ToLowerInvariant()}: the processor computes in fp32 only: use --device cuda");
        return new CpuBackend(threads, kernels: CommonOptions.Given(arguments, CommonOptions.Kernels) ?? KernelChoice.Fastest);
    }

    /// <summary>The GPU's backend; null if it cannot be used and the processor will do.</summary>
    static CudaBackend? OpenCuda(ParseResult arguments, DeviceChoice choice, Terminal terminal)
    {
        // Whoever names the processor's kernels wants the processor.
        bool wantsProcessor = CommonOptions.IsGiven(arguments, CommonOptions.Kernels);
        if (choice == DeviceChoice.Auto && (wantsProcessor || !CudaInstallation.HasDriver)) return null;
        string? problem = CudaInstallation.FindProblem();
        if (problem is null)
        {
            try
            {
                Precision precision = CommonOptions.Given(arguments, CommonOptions.Precision) ?? Precision.Fp32;
                bool graphs = !CommonOptions.IsGiven(arguments, CommonOptions.NoGraph);
                return new CudaBackend(precision: precision, notice: terminal.Note, graphs: graphs);
            }
            catch (Exception e) when (e is CudaException or NotSupportedException or EntryPointNotFoundException)
            {
                problem = e.Message;
            }
        }

        if (choice == DeviceChoice.Cuda) throw new UserException($"--device cuda: {problem}; or compute with --device cpu");
        terminal.Note($"the GPU is not used: {problem}; 'genimg devices' tells more");
        return null;
    }

    static DeviceChoice FromEnvironment()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } word) return DeviceChoice.Auto;
        Dictionary<string, DeviceChoice> words = CommonOptions.Names<DeviceChoice>();
        return words.TryGetValue(word.ToLowerInvariant(), out DeviceChoice choice)
            ? choice
            : throw new UserException($"{Variable}={word}: must be {string.Join(" or ", words.Keys)}");
    }
}
