namespace GeneratingImages.Runner;

/// <summary>genimg: reads the command line, runs one command, says in one line what went wrong.</summary>
static class Program
{
    static int Main(string[] arguments)
    {
        using var interruption = new Interruption();
        return CommandLine.Run(arguments, Console.Out, Console.Error, interruption.Token);
    }
}
