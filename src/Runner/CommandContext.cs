using System.CommandLine;

namespace GeneratingImages.Runner;

/// <summary>What every command is given.</summary>
/// <param name="Output">Where results go.</param>
/// <param name="Error">Where errors go.</param>
/// <param name="Cancel">Stops the command.</param>
sealed record CommandContext(TextWriter Output, TextWriter Error, CancellationToken Cancel);

/// <summary>A command that does something: its options, its examples, its work.</summary>
abstract class RunnerCommand : Command
{
    protected RunnerCommand(CommandContext context, string name, string description, params string[] examples)
        : base(name, description)
    {
        Examples = examples;
        SetAction(arguments =>
            Execute(arguments, new Terminal(context.Output, context.Error, arguments.GetValue(CommonOptions.Json)), context.Cancel));
    }

    /// <summary>Command lines to learn from, each with a remark after two blanks or none.</summary>
    public IReadOnlyList<string> Examples { get; }

    /// <summary>Does the work and gives the exit code; failures are thrown.</summary>
    protected abstract int Execute(ParseResult arguments, Terminal terminal, CancellationToken cancel);

    /// <summary>Adds several options.</summary>
    protected void Add(IEnumerable<Option> options)
    {
        foreach (Option option in options) Add(option);
    }
}
