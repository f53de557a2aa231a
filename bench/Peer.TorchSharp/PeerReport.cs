using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using GeneratingImages.Cpu;
using GeneratingImages.Training;

namespace GeneratingImages.Peer;

/// <summary>The table; as Markdown it is readable on a terminal, too.</summary>
sealed class PeerReport(bool passive, bool hugePages, double busy)
{
    const int TextColumns = 3;

    static readonly string[] s_columns =
    [
        "work", "data set", "model", "kernel", "batch", "threads",
        "ours ms", "best ms", "usual ms", "ours/best", "ours/usual", "CPU ours/best", "CPU ours/usual", "rounds",
        "peak MB ours", "best", "usual", "memory ours/best", "load", "best form",
    ];

    // What narrows the instruction set of one side; worth a line where one is set.
    static readonly string[] s_variables = ["DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA"];

    readonly List<string> _rows = [];
    readonly DateTime _date = DateTime.UtcNow;
    readonly string _load = Machine.Load;
    string _libTorch = "";

    /// <summary>The table's head.</summary>
    public static string Head =>
        $"{Row(s_columns)}\n|{string.Concat(s_columns.Select((_, i) => i < TextColumns || i == s_columns.Length - 1 ? "---|" : "--:|"))}";

    /// <summary>Machine, versions and how it was measured.</summary>
    public string Circumstances() => string.Concat(Lines().Select(line => $"- {line}\n"));

    /// <summary>Adds a row and gives it.</summary>
    /// <param name="cell">The shapes.</param>
    /// <param name="best">Ours beside libtorch at its best.</param>
    /// <param name="usual">Ours beside libtorch as usually written.</param>
    /// <param name="memory">The sides' peak memory in MB; null if it was not measured.</param>
    public string Add(Cell cell, PairTimes best, PairTimes usual, double[]? memory)
    {
        _libTorch = $" {best.LibTorch}";
        string[] peaks = memory is null
            ? ["", "", "", ""]
            : [.. memory.Select(mb => Text($"{mb:F0}")), Text($"{memory[(int)Side.Ours] / memory[(int)Side.Best]:F2}")];
        string row = Row(
        [
            Cell.Word(cell.Work), cell.Dataset, Cell.Word(cell.Model), cell.Model == ModelKind.Basic ? "" : Text($"{cell.Kernel}"),
            Text($"{cell.Batch}"), Text($"{cell.Threads}"), Milliseconds(best.OurMedian), Milliseconds(best.TheirMedian),
            Milliseconds(usual.TheirMedian), Text($"{best.Ratio:F2}"), Text($"{usual.Ratio:F2}"), Text($"{best.CpuRatio:F2}"),
            Text($"{usual.CpuRatio:F2}"), Text($"{best.Ours.Count}+{usual.Ours.Count}"), .. peaks, Machine.Load, best.Form,
        ]);
        _rows.Add(row);
        return row;
    }

    /// <summary>The whole as a file.</summary>
    public string Markdown() => new StringBuilder("# Training steps beside libtorch's\n\n")
        .Append(Circumstances()).Append('\n').AppendLine(Head).AppendJoin('\n', _rows).Append('\n').ToString();

    IEnumerable<string> Lines()
    {
        yield return Text($"{_date:yyyy-MM-dd HH:mm} UTC; load {_load} over the minute before, {busy:P0} of the processors in use");
        yield return Text($"{Machine.Processor}, {Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription}");
        yield return Text($"ours: {InstructionSets.Best.ToString().ToLowerInvariant()} kernels, {RuntimeInformation.FrameworkDescription}");
        yield return $"libtorch{_libTorch} (CPU), TorchSharp {LibTorch.BindingVersion}";
        yield return $"idle threads of libtorch wait {(passive ? "passively" : "as by default")}";
        yield return $"C library's allocator: {(hugePages ? "huge pages, memory kept while ours and best are timed; else " : "")}default";
        string[] set = [.. s_variables.Where(v => Environment.GetEnvironmentVariable(v) is not null)];
        if (set.Length > 0) yield return string.Join(' ', set.Select(v => $"{v}={Environment.GetEnvironmentVariable(v)}"));
        yield return "ms: median step; ratios: two sides in turns, median over the rounds; CPU: processor time of all threads; "
            + "peak MB: VmHWM of a process of its own, libraries included";
    }

    static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    static string Milliseconds(double ms) => ms < 10 ? Text($"{ms:F3}") : Text($"{ms:F1}");

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
