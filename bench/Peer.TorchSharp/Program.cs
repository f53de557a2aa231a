using System.CommandLine;

namespace GeneratingImages.Peer;

/// <summary>Times this project's training step and libtorch's in one run, in turns; README.md beside this file says how.</summary>
static class Program
{
    const int Success = 0, Failure = 1;

    static int Main(string[] arguments)
    {
        var root = new RootCommand("Times training steps and forward passes of this project and of libtorch in turns, on generated images.");
        foreach (Option option in PeerOptions.All) root.Add(option);
        root.SetAction(parsed => Run(new PeerOptions(parsed)));
        return root.Parse(arguments).Invoke();
    }

    static int Run(PeerOptions options)
    {
        try
        {
            if (options.Pair is { } other) Console.WriteLine(CellRun.Compare(options.Cells.First(), other, options.Form, options.Effort).ToJson());
            else if (options.Only is { } side) Console.WriteLine(FormattableString.Invariant($"{CellRun.PeakMemory(options.Cells.First(), side, options.Form):F1}"));
            else PeerBench.Run(options);
            return Success;
        }
        catch (Exception e) when (e is DifferentModelException or ChildFailedException or FormatException)
        {
            Console.Error.WriteLine(e.Message);
            return Failure;
        }
    }
}
