using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace GeneratingImages.Runner;

/// <summary>The usual help, and below it the command's examples.</summary>
sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    static readonly string[] s_rootExamples =
    [
        "genimg train                                 the built-in digits, about a minute",
        "genimg data get mnist                        fetch a whole data set",
        "genimg train --dataset mnist --task complete --epochs 3",
        "genimg complete runs/mnist-deep-complete-32 photo.png",
        "genimg train --help                          the options of a command",
    ];

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        IReadOnlyList<string> examples = parseResult.CommandResult.Command switch
        {
            RunnerCommand command => command.Examples,
            RootCommand => s_rootExamples,
            _ => [],
        };
        if (examples.Count == 0) return code;
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (string example in examples) output.WriteLine($"  {example}");
        output.WriteLine();
        return code;
    }
}
