using Spectre.Console;
using Spectre.Console.Rendering;

namespace GeneratingImages.Runner;

/// <summary>
/// Where a command's texts go. With <c>--json</c>, texts for people go to standard error and standard output is left for one object.
/// On a terminal that can redraw there are live lines; anywhere else there are plain ones only.
/// </summary>
sealed class Terminal
{
    const int NarrowestLive = 40;

    static bool s_cursorMayBeHidden;

    readonly TextWriter _output, _error, _text;
    readonly IAnsiConsole? _console;

    /// <summary>Looks at what standard output is.</summary>
    public Terminal(TextWriter output, TextWriter error, bool json)
    {
        (_output, _error, _text) = (output, error, json ? error : output);
        if (json || output != Console.Out || Console.IsOutputRedirected) return;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (console.Profile.Capabilities is { Ansi: true, Interactive: true } && console.Profile.Width >= NarrowestLive) _console = console;
    }

    /// <summary>Shows the cursor again if a live line may have hidden it: for a process that ends at once.</summary>
    public static void ShowCursor()
    {
        if (s_cursorMayBeHidden) Console.Out.Write("\e[?25h");
    }

    /// <summary>Whether lines can be redrawn.</summary>
    public bool IsLive => _console is not null;

    /// <summary>Prints a line for people.</summary>
    public void Line(string text = "")
    {
        // A line takes the place of the live ones, and has to cover all of what they left there.
        if (s_cursorMayBeHidden) _console!.Write(new Text(text.PadRight(_console.Profile.Width - 1) + "\n"));
        else _text.WriteLine(text);
    }

    /// <summary>Prints a line that is no result, on standard error.</summary>
    public void Note(string text)
    {
        if (s_cursorMayBeHidden) Line(text);
        else _error.WriteLine(text);
    }

    /// <summary>Prints the command's one JSON object.</summary>
    public void Json(string json) => _output.WriteLine(json);

    /// <summary>Does something with live lines below the printed ones; where they cannot be redrawn nothing of them is shown.</summary>
    /// <param name="work">Is given what replaces the live lines.</param>
    public void Live(Action<Action<IRenderable>> work)
    {
        if (_console is null)
        {
            work(_ => { });
            return;
        }

        s_cursorMayBeHidden = true;
        try
        {
            _console.Live(new Text("")).AutoClear(true).Start(context => work(context.UpdateTarget));
        }
        finally
        {
            s_cursorMayBeHidden = false;
        }
    }
}
