using System.CommandLine;
using GeneratingImages.Cpu;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary><c>genimg bench step</c>: times training steps on generated images.</summary>
sealed class BenchStepCommand : RunnerCommand
{
    const int DefaultSteps = 20, MostSteps = 1_000_000;

    static readonly Option<int> s_steps = CommonOptions.Number<int>("--steps", "N", "Steps to time, after some to warm up.", $"{DefaultSteps}");

    public BenchStepCommand(CommandContext context)
        : base(
            context,
            "step",
            "Times training steps on generated images of a data set's size; no files are needed.",
            "genimg bench step --dataset cifar100 --model deep --kernel 3 --batch 32 --threads 2 --steps 10",
            "genimg bench step --model basic --json")
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
        StepTimes times = StepBenchmark.Run(settings, DataSets.Find(settings.Dataset).Image, backend, steps, cancel);
        terminal.Line($"{settings.Dataset}, {settings.ModelText}, batch {settings.Batch}, {times.Backend}, {steps} steps");
        terminal.Line(FormattableString.Invariant($"{times.MedianMs:F2} ms a step (median), {times.MinMs:F2} ms at best; ")
            + FormattableString.Invariant($"{times.ImagesPerSecond:F0} images/s; {times.Gflops:F1} GFLOP/s; ")
            + FormattableString.Invariant($"{times.BytesPerStep:F0} bytes allocated a step"));
        if (arguments.GetValue(CommonOptions.Json)) terminal.Json(times.ToJson());
        return CommandExit.Success;
    }
}
