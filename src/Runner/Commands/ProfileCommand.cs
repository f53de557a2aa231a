using System.CommandLine;
using GeneratingImages.Core;
using GeneratingImages.Cpu;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary><c>genimg profile</c>: where the time of a training step goes, call by call, beside what the machine could do.</summary>
sealed class ProfileCommand : RunnerCommand
{
    const int DefaultSteps = 10, MostSteps = 100_000;

    static readonly Option<int> s_steps = CommonOptions.Number<int>("--steps", "N", "Steps to measure, after some to warm up.", $"{DefaultSteps}");

    public ProfileCommand(CommandContext context)
        : base(
            context,
            "profile",
            "Shows where the time of a training step goes: every kernel call beside the least time the machine would need; no files are needed.",
            "genimg profile --dataset cifar100 --model deep --kernel 3 --batch 32 --threads 1",
            "genimg profile --model basic --json")
    {
        Add([CommonOptions.Dataset, .. CommonOptions.OfModel, .. CommonOptions.OfTraining, s_steps, .. CommonOptions.OfDevice, CommonOptions.Json]);
    }

    /// <inheritdoc/>
    protected override int Execute(ParseResult arguments, Terminal terminal, CancellationToken cancel)
    {
        RunSettings settings = SettingsOptions.Read(arguments, new RunSettings());
        int steps = CommonOptions.Given(arguments, s_steps) ?? DefaultSteps;
        if (steps is < 1 or > MostSteps) throw new UserException($"--steps {steps}: must be 1 to {MostSteps}");
        using CpuBackend backend = SettingsOptions.Backend(arguments);
        Ceilings ceilings = CpuCeilings.Measure(backend);
        StepProfile profile = StepProfiler.Run(
            settings, DataSets.Find(settings.Dataset).Image, backend, ceilings, () => backend.Busy, backend.Threads, steps, cancel);
        foreach (string line in ProfileTable.Lines(settings, profile)) terminal.Line(line);
        if (arguments.GetValue(CommonOptions.Json)) terminal.Json(profile.ToJson());
        return CommandExit.Success;
    }
}
