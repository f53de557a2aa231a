using System.CommandLine;
using System.CommandLine.Help;

namespace GeneratingImages.Runner;

/// <summary>The whole command line: its commands, and how one is found and run.</summary>
static class CommandLine
{
    /// <summary>Runs a command line and gives the exit code.</summary>
    /// <param name="arguments">The words after the program's name.</param>
    /// <param name="output">What was asked for.</param>
    /// <param name="error">What went wrong; and with <c>--json</c> the texts for people.</param>
    /// <param name="cancel">Stops the command.</param>
    public static int Run(string[] arguments, TextWriter output, TextWriter error, CancellationToken cancel = default)
    {
        RootCommand root = Build(output, error, cancel);
        ParseResult parsed = root.Parse(arguments.Length == 0 ? ["--help"] : arguments, new ParserConfiguration
        {
            EnablePosixBundling = false,
            // A path may start with @.
            ResponseFileTokenReplacer = null,
        });
        bool debug = arguments.Contains("--debug");
        if (parsed.Action is not { ClearsParseErrors: true } && ParseProblem.Find(parsed) is { } problem)
            return CommandExit.BadUse(problem, error);
        return CommandExit.Of(
            () => parsed.Invoke(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                // Signals are taken by Interruption, SIGHUP among them.
                ProcessTerminationTimeout = null,
            }),
            debug,
            error);
    }

    static RootCommand Build(TextWriter output, TextWriter error, CancellationToken cancel)
    {
        var context = new CommandContext(output, error, cancel);
        var root = new RootCommand(
            "Trains image autoencoders, rebuilds images from a few numbers and completes images of which a part is hidden.")
        {
            new CommandGroup("data", "Lists the data sets and fetches their files.")
            {
                new DataListCommand(context),
                new DataGetCommand(context),
            },
            new TrainCommand(context),
            new StudyCommand(context),
            new EvaluateCommand(context),
            new RebuildCommand(context),
            new CompleteCommand(context),
            new EncodeCommand(context),
            new DecodeCommand(context),
            new WalkCommand(context),
            new ExportCommand(context),
            new ImportCommand(context),
            new SummaryCommand(context),
            new DevicesCommand(context),
            new ProfileCommand(context),
            new CommandGroup("bench", "Measures speed.") { new BenchStepCommand(context) },
            new CommandGroup("check", "Checks the program's own mathematics.") { new CheckGradientsCommand(context) },
        };
        root.HelpName = "genimg";
        root.Directives.Clear();
        root.Add(CommonOptions.Debug);
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }
}

/// <summary>A command that only holds others.</summary>
sealed class CommandGroup(string name, string description) : Command(name, description);
