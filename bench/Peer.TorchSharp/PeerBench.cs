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
        var report = new PeerReport(passive, options.HugePages, busy);
        string path = options.Out ?? DefaultPath();
        Console.WriteLine(report.Heading());
        Console.WriteLine(PeerReport.Columns);
        foreach (Cell cell in options.Cells)
        {
            string[] common = [.. cell.Options, .. options.Measuring];
            string form = options.Form is { } given ? given.ToString() : "";
            CellTimes times = CellTimes.FromJson(ChildProcess.Run(
                passive, options.HugePages, [.. common, "--only", PeerOptions.AllSides, .. Form(form)]));
            double[]? memory = options.Memory
                ? [.. Enum.GetValues<Side>().Select(side => double.Parse(
                    ChildProcess.Run(passive, hugePages: false, [.. common, "--only", Cell.Word(side), .. Form(times.Form)]), CultureInfo.InvariantCulture))]
                : null;
            Console.WriteLine(report.Add(cell, times, memory));

            // After every cell, so that an interrupted run leaves what it has measured.
            File.WriteAllText(path, report.Markdown());
        }

        Console.WriteLine($"written to {path}");
    }

    static string[] Form(string form) => form.Length == 0 ? [] : ["--form", form];

    static string DefaultPath()
    {
        string name = $"peers-{DateTime.UtcNow.ToString("yyyyMMdd-HHmm", CultureInfo.InvariantCulture)}.md";
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (Directory.Exists(Path.Combine(folder, "bench", "Results"))) return Path.Combine(folder, "bench", "Results", name);
        return name;
    }
}
