using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using GeneratingImages.Cpu;
using GeneratingImages.Training;

namespace GeneratingImages.Peer;

/// <summary>The table, on the terminal and as Markdown.</summary>
sealed class PeerReport(bool passive, bool hugePages, double busy)
{
    // What narrows the instruction set of one side; worth a line where one is set.
    static readonly string[] s_variables = ["DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA"];

    readonly List<string> _rows = [];
    readonly DateTime _date = DateTime.UtcNow;
    readonly string _load = Machine.Load;
    string _libTorch = "";

    /// <summary>The table's head; a Markdown table is readable on a terminal, too.</summary>
    public static string Columns =>
        """
        | work | data set | model | kernel | batch | threads | ours ms | best ms | usual ms | ours/best | ours/usual | CPU ours/best | CPU ours/usual | rounds | peak MB ours | best | usual | memory ours/best | best form |
        |---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|
        """;

    /// <summary>Machine, versions and how it was measured.</summary>
    public string Heading() => string.Join('\n', Lines().Select(line => "- " + line)) + "\n";

    /// <summary>Adds a row and gives it.</summary>
    public string Add(Cell cell, PairTimes best, PairTimes usual, double[]? memory)
    {
        _libTorch = best.LibTorch;
        string peaks = memory is null
            ? "| | | | "
            : F($"| {memory[0]:F0} | {memory[1]:F0} | {memory[2]:F0} | {memory[0] / memory[1]:F2} ");
        string row = F($"| {Cell.Word(cell.Work)} | {cell.Dataset} | {Cell.Word(cell.Model)} | {(cell.Model == ModelKind.Basic ? "" : cell.Kernel)} | {cell.Batch} | {cell.Threads} ")
            + F($"| {Ms(best.OurMedian)} | {Ms(best.TheirMedian)} | {Ms(usual.TheirMedian)} ")
            + F($"| {best.Ratio:F2} | {usual.Ratio:F2} | {best.CpuRatio:F2} | {usual.CpuRatio:F2} | {best.Ours.Count}+{usual.Ours.Count} {peaks}| {best.Form} |");
        _rows.Add(row);
        return row;
    }

    /// <summary>The whole as a file.</summary>
    public string Markdown()
    {
        var text = new StringBuilder("# Training steps beside libtorch's\n\n");
        text.Append(Heading()).AppendLine(F($"- last row at {DateTime.UtcNow:HH:mm}, load {Machine.Load}\n")).AppendLine(Columns);
        foreach (string row in _rows) text.AppendLine(row);
        return text.ToString();
    }

    IEnumerable<string> Lines()
    {
        yield return F($"{_date:yyyy-MM-dd HH:mm} UTC; load {_load} over the minute before, {busy:P0} of the processors in use at the start");
        yield return F($"{Machine.Processor}, {Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription}");
        yield return F($"ours: {InstructionSets.Best.ToString().ToLowerInvariant()} kernels, {RuntimeInformation.FrameworkDescription}");
        yield return $"libtorch {(_libTorch.Length > 0 ? _libTorch + " " : "")}(CPU), TorchSharp {LibTorch.BindingVersion}; idle threads wait {(passive ? "passively" : "as by default")}";
        yield return $"C library's allocator: {(hugePages ? "huge pages and memory kept while ours and best are timed; else default" : "default")}";
        string[] set = [.. s_variables.Where(v => Environment.GetEnvironmentVariable(v) is not null).Select(v => $"{v}={Environment.GetEnvironmentVariable(v)}")];
        if (set.Length > 0) yield return string.Join(' ', set);
        yield return "ms: median step; ratios: ours and the other side in turns, median over the rounds; CPU: processor time of all threads; peak MB: VmHWM of a process of its own, libraries included";
    }

    static string Ms(double ms) => ms < 10 ? F($"{ms:F3}") : F($"{ms:F1}");

    static string F(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
