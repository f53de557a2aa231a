using System.CommandLine;
using GeneratingImages.Core;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary>What <c>genimg profile</c> and <c>genimg bench step</c> share: some training steps on generated images, measured.</summary>
abstract class StepCommand : RunnerCommand
{
    const int MostSteps = 1_000_000;

    readonly Option<int> _steps;
    readonly int _defaultSteps;

    protected StepCommand(CommandContext context, string name, string description, int defaultSteps, params string[] examples)
        : base(context, name, description, examples)
    {
        _defaultSteps = defaultSteps;
        _steps = CommonOptions.Number<int>("--steps", "N", "Steps to measure, after some to warm up.", $"{defaultSteps}");
        Add([CommonOptions.Dataset, .. CommonOptions.OfModel, .. CommonOptions.OfTraining, _steps]);
        Add([.. CommonOptions.OfDevice, CommonOptions.NoGraph, CommonOptions.Json]);
    }

    /// <inheritdoc/>
    protected sealed override int Execute(ParseResult arguments, Terminal terminal, CancellationToken cancel)
    {
        RunSettings settings = SettingsOptions.Read(arguments, new RunSettings());
        int steps = CommonOptions.Given(arguments, _steps) ?? _defaultSteps;
        if (steps is < 1 or > MostSteps) throw new UserException($"--steps {steps}: must be 1 to {MostSteps}");
        using IBackend backend = DeviceOptions.Open(arguments, terminal);
        string json = Measure(arguments, settings, DataSets.Find(settings.Dataset).Image, backend, steps, terminal, cancel);
        if (arguments.GetValue(CommonOptions.Json)) terminal.Json(json);
        return CommandExit.Success;
    }

    /// <summary>Measures, shows the result, and gives it as JSON.</summary>
    protected abstract string Measure(
        ParseResult arguments, RunSettings settings, Shape image, IBackend backend, int steps, Terminal terminal, CancellationToken cancel);
}
