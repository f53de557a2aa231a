using GeneratingImages.Core;
using GeneratingImages.Cuda;
using GeneratingImages.Training;

namespace GeneratingImages.Runner;

/// <summary>The one place where failures become exit codes and a line on standard error.</summary>
static class CommandExit
{
    /// <summary>It worked.</summary>
    public const int Success = 0;

    /// <summary>The work failed: a loss that is not a number, a full disk.</summary>
    public const int Failed = 1;

    /// <summary>Bad use or bad input.</summary>
    public const int Misused = 2;

    /// <summary>Stopped by a signal; 128 + SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;

    /// <summary>Runs something and turns what it throws into an exit code and one line.</summary>
    /// <param name="run">What to run.</param>
    /// <param name="debug">Whether to print the stack trace too.</param>
    /// <param name="error">Where to print.</param>
    public static int Of(Func<int> run, bool debug, TextWriter error)
    {
        try
        {
            return run();
        }
        catch (Exception e)
        {
            int code = e switch
            {
                OperationCanceledException => Interrupted,
                UserException => Misused,
                _ => Failed,
            };
            Print(Explain(e), error);
            if (debug) Print(e.ToString(), error);
            return code;
        }
    }

    /// <summary>Prints what is wrong with the command line.</summary>
    public static int BadUse(string problem, TextWriter error)
    {
        Print(OneLine(problem), error);
        return Misused;
    }

    static string Explain(Exception e) => OneLine(e switch
    {
        StoppedRunException => e.Message,
        OperationCanceledException => "interrupted",
        UserException or TrainingException or IOException or UnauthorizedAccessException or ShapeException or NoKernelException
            or CudaLibraryException or CudaException { CudaError: not CUResult.OutOfMemory } => e.Message,
        OutOfMemoryException or CudaException => $"out of memory: {e.Message}: choose a smaller --batch, --latent or --channels",
        _ => $"unexpected {e.GetType().Name}: {e.Message}: run again with --debug and report what it prints",
    });

    // Names of files and tensors stand in messages: what a terminal would obey is printed as \xHH.
    static string OneLine(string text) =>
        string.Concat(text.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? $"\\x{(int)c:x2}" : c.ToString()));

    static void Print(string line, TextWriter error)
    {
        try
        {
            error.WriteLine($"genimg: {line}");
        }
        catch (IOException)
        {
            // Nobody reads standard error: the exit code has to do.
        }
    }
}
