using System.Globalization;

namespace GeneratingImages.Peer;

/// <summary>Measures cell after cell, each in processes of its own, and prints and writes the table.</summary>
static class PeerBench
{
    // Where more of the machine is in use by others, spinning threads cost both sides more than they gain.
    const double QuietShare = 0.1;

    /// <summary>Runs the cells that the options ask for.</summary>
    public static void Run(PeerOptions options)
    {
        double busy = Machine.Busy();
        bool passive = options.Passive ?? busy > QuietShare;
        string? form = options.Form?.ToString();
        var report = new PeerReport(passive, options.HugePages, busy);
        string path = options.Out ?? DefaultPath();
        Console.WriteLine(report.Heading());
        Console.WriteLine(PeerReport.Columns);
        foreach (Cell cell in options.Cells)
        {
            PairTimes best = Time(Side.Best, form), usual = Time(Side.Usual, null);
            double[]? memory = options.Memory ? [.. Enum.GetValues<Side>().Select(Peak)] : null;
            Console.WriteLine(report.Add(cell, best, usual, memory));

            // After every cell, so that an interrupted run leaves what it has measured.
            File.WriteAllText(path, report.Markdown());

            PairTimes Time(Side other, string? known) => PairTimes.FromJson(ChildProcess.Run(
                passive, other == Side.Best && options.HugePages, [.. cell.Options, .. options.Measuring, "--pair", Cell.Word(other), .. Form(known)]));

            double Peak(Side side) => double.Parse(
                ChildProcess.Run(passive, hugePages: false, [.. cell.Options, "--only", Cell.Word(side), .. Form(best.Form)]), CultureInfo.InvariantCulture);
        }

        Console.WriteLine($"written to {path}");
    }

    static string[] Form(string? form) => form is null ? [] : ["--form", form];

    static string DefaultPath()
    {
        string name = $"peers-{DateTime.UtcNow.ToString("yyyyMMdd-HHmm", CultureInfo.InvariantCulture)}.md";
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (Directory.Exists(Path.Combine(folder, "bench", "Results"))) return Path.Combine(folder, "bench", "Results", name);
        return name;
    }
}
