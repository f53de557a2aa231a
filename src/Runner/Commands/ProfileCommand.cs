using System.CommandLine;
using GeneratingImages.Core;
using GeneratingImages.Cpu;
using GeneratingImages.Cuda;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary><c>genimg profile</c>: where the time of a training step goes, call by call, beside what the machine could do.</summary>
sealed class ProfileCommand : StepCommand
{
    static readonly Option<string> s_trace =
        CommonOptions.Text("--trace", "FILE", "Write the calls on a time line too, for Perfetto or chrome://tracing.");

    public ProfileCommand(CommandContext context)
        : base(
            context,
            "profile",
            "Shows where the time of a training step goes: every kernel call beside the least time the machine would need; "
                + "no files are needed.",
            10,
            "genimg profile --dataset cifar100 --model deep --kernel 3 --batch 32 --threads 1",
            "genimg profile --device cuda --precision tf32 --trace step.json",
            "genimg profile --model basic --json")
    {
        Add(s_trace);
    }

    /// <inheritdoc/>
    protected override string Measure(
        ParseResult arguments, RunSettings settings, Shape image, IBackend backend, int steps, Terminal terminal, CancellationToken cancel)
    {
        StepProfile profile = backend is CudaBackend cuda
            ? StepProfiler.Run(settings, image, cuda, CudaCeilings.Measure(cuda), null, 1, steps, cancel)
            : OnProcessor(settings, image, (CpuBackend)backend, steps, cancel);
        foreach (string line in ProfileTable.Lines(settings, profile)) terminal.Line(line);
        if (arguments.GetValue(s_trace) is { } path)
        {
            StepTrace.Write(path, profile);
            terminal.Line();
            terminal.Line($"the calls on a time line: {path}, for https://ui.perfetto.dev or chrome://tracing");
        }

        return profile.ToJson();
    }

    static StepProfile OnProcessor(RunSettings settings, Shape image, CpuBackend cpu, int steps, CancellationToken cancel) =>
        StepProfiler.Run(settings, image, cpu, CpuCeilings.Measure(cpu), () => cpu.Busy, cpu.Threads, steps, cancel);
}
