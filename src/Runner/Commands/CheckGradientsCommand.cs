using System.CommandLine;
using System.Globalization;
using GeneratingImages.Reference;

namespace GeneratingImages.Runner;

/// <summary><c>genimg check gradients</c>: holds every operation's gradient against central differences.</summary>
sealed class CheckGradientsCommand : RunnerCommand
{
    public CheckGradientsCommand(CommandContext context)
        : base(
            context,
            "gradients",
            "Holds the gradient of every operation against central differences in double precision and shows the largest differences.",
            "genimg check gradients",
            "genimg check gradients --json")
    {
        Add(CommonOptions.Json);
    }

    /// <inheritdoc/>
    protected override int Execute(ParseResult arguments, Terminal terminal, CancellationToken cancel)
    {
        IReadOnlyList<GradientRow> rows = GradientCheck.Run(cancel);
        var table = new TextTable("operation", "case", "elements", "largest error", "") { Right = [2, 3] };
        foreach (GradientRow row in rows)
            table.Add(
                row.Op,
                row.Case,
                row.Elements.ToString(CultureInfo.InvariantCulture),
                row.LargestError.ToString("0.0E+0", CultureInfo.InvariantCulture),
                row.Passed ? "passed" : "FAILED");
        foreach (string line in table.Lines()) terminal.Line(line);
        int failed = rows.Count(row => !row.Passed);
        terminal.Line();
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{rows.Count - failed} passed, {failed} failed; a relative error of up to {GradientCheck.Tolerance:0E+0} passes"));
        if (arguments.GetValue(CommonOptions.Json))
            terminal.Json(RunnerJson.Of(new GradientCheckResult(failed == 0, GradientCheck.Tolerance, rows)));
        return failed == 0 ? CommandExit.Success : CommandExit.Failed;
    }
}
