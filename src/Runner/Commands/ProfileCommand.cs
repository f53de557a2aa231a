using GeneratingImages.Core;
using GeneratingImages.Cpu;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary><c>genimg profile</c>: where the time of a training step goes, call by call, beside what the machine could do.</summary>
sealed class ProfileCommand(CommandContext context) : StepCommand(
    context,
    "profile",
    "Shows where the time of a training step goes: every kernel call beside the least time the machine would need; no files are needed.",
    10,
    "genimg profile --dataset cifar100 --model deep --kernel 3 --batch 32 --threads 1",
    "genimg profile --model basic --json")
{
    /// <inheritdoc/>
    protected override string Measure(
        RunSettings settings, Shape image, CpuBackend backend, int steps, Terminal terminal, CancellationToken cancel)
    {
        Ceilings ceilings = CpuCeilings.Measure(backend);
        StepProfile profile = StepProfiler.Run(settings, image, backend, ceilings, () => backend.Busy, backend.Threads, steps, cancel);
        foreach (string line in ProfileTable.Lines(settings, profile)) terminal.Line(line);
        return profile.ToJson();
    }
}
