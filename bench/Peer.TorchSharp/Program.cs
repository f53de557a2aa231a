using System.CommandLine;
using System.Globalization;

namespace GeneratingImages.Peer;

/// <summary>Times this project's training step and libtorch's in one run, in turns; README.md beside this file says how.</summary>
static class Program
{
    const int Success = 0, Failure = 1;

    static int Main(string[] arguments)
    {
        var root = new RootCommand("Times training steps and forward passes of this project and of libtorch in turns.");
        foreach (Option option in PeerOptions.All) root.Add(option);
        root.SetAction(parsed => Run(new PeerOptions(parsed)));
        return root.Parse(arguments).Invoke();
    }

    static int Run(PeerOptions options)
    {
        try
        {
            Cell first = options.Cells.First();
            if (options.Pair is { } other) Console.WriteLine(CellRun.Compare(first, other, options.Form, options.Effort).ToJson());
            else if (options.Only is { } side) Console.WriteLine(Megabytes(CellRun.PeakMemory(first, side, options.Form)));
            else PeerBench.Run(options);
            return Success;
        }
        catch (Exception e) when (e is DifferentModelException or ChildFailedException or FormatException)
        {
            Console.Error.WriteLine(e.Message);
            return Failure;
        }
    }

    static string Megabytes(double value) => value.ToString("F1", CultureInfo.InvariantCulture);
}
