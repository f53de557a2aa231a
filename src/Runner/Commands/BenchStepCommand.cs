using System.CommandLine;
using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary><c>genimg bench step</c>: times training steps on generated images.</summary>
sealed class BenchStepCommand(CommandContext context) : StepCommand(
    context,
    "step",
    "Times training steps on generated images of a data set's size; no files are needed.",
    20,
    "genimg bench step --dataset cifar100 --model deep --kernel 3 --batch 32 --threads 2 --steps 10",
    "genimg bench step --model basic --json")
{
    /// <inheritdoc/>
    protected override string Measure(
        ParseResult arguments, RunSettings settings, Shape image, IBackend backend, int steps, Terminal terminal, CancellationToken cancel)
    {
        StepTimes times = StepBenchmark.Run(settings, image, backend, steps, cancel);
        terminal.Line($"{settings.Dataset}, {settings.ModelText}, batch {settings.Batch}, {times.Backend}, {steps} steps");
        terminal.Line(FormattableString.Invariant($"{times.MedianMs:F2} ms a step (median), {times.MinMs:F2} ms at best; ")
            + FormattableString.Invariant($"{times.ImagesPerSecond:F0} images/s; {times.Gflops:F1} GFLOP/s; ")
            + FormattableString.Invariant($"{times.BytesPerStep:F0} bytes allocated a step"));
        return times.ToJson();
    }
}
