using System.CommandLine;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary>The argument RUN of commands that use a trained model.</summary>
static class RunArgument
{
    const string Description = "The folder of a run, or a checkpoint file.";

    public static readonly Argument<string> Required = new("RUN") { Description = Description };

    public static readonly Argument<string?> Optional = new("RUN") { Description = Description, Arity = ArgumentArity.ZeroOrOne };

    /// <summary>Reads the run; weights that are not numbers are worth a warning.</summary>
    /// <exception cref="UserException">There is no such run, or it is damaged.</exception>
    public static SavedRun Open(string run, Terminal terminal)
    {
        SavedRun saved = SavedRun.OpenBest(run);
        if (saved.NonFinite is [string first, ..] all)
            terminal.Note($"warning: {saved.Path}: {first}{(all.Count > 1 ? $" and {all.Count - 1} more hold" : " holds")} "
                + "values that are not numbers");
        return saved;
    }
}
