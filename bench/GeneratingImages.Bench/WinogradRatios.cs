using System.Globalization;
using GeneratingImages.Bench.Kernels;
using GeneratingImages.Cpu;

namespace GeneratingImages.Bench;

/// <summary>
/// The command <c>winograd</c>: Winograd's convolution beside the direct one, in turns in one run on one thread, for the layers of the
/// models. The table of selection follows from it.
/// </summary>
static class WinogradRatios
{
    const double SecondsEach = 1;

    const int FewestRuns = 3, MostRuns = 50;

    /// <summary>Prints the table, of the rows whose name contains a text.</summary>
    public static void Print(string only)
    {
        Write($"one thread; the sum of each part's least time over several runs in turns");
        Write($"GFLOP/s of the operations that the direct convolution needs; the kernel that the table chooses");
        Write($"{"kernel",-36} {"results",7} {"direct ms",9} {"winograd",9} {"GFLOP/s",8} {"GFLOP/s",8} {"ratio",6}  chosen");
        (int Size, int Channels, int Out)[] layers =
        [
            (32, 128, 64), (32, 64, 32), (16, 32, 64), (8, 64, 128), (4, 128, 256),
            (28, 64, 32), (14, 32, 64), (7, 64, 128), (3, 128, 256), (45, 64, 32), (22, 64, 128), (11, 64, 128), (5, 128, 256),
        ];
        foreach (int batch in (int[])[32, 1])
            foreach (int kernel in (int[])[3, 5])
                foreach ((int size, int channels, int outChannels) in layers)
                    foreach (Pass pass in Enum.GetValues<Pass>())
                        Print(only, pass, batch, size, channels, outChannels, kernel);
    }

    static void Print(string only, Pass pass, int batch, int size, int channels, int outChannels, int kernel)
    {
        string name = $"{pass} {batch}x{size}x{size} {channels}->{outChannels} k{kernel}";
        if (!name.Contains(only, StringComparison.Ordinal)) return;
        foreach (WinogradVariant variant in WinogradVariant.Of(kernel, InstructionSets.Best))
            Print(name, variant, pass, batch, size, channels, outChannels, kernel);
    }

    static void Print(string name, WinogradVariant variant, Pass pass, int batch, int size, int channels, int outChannels, int kernel)
    {
        string chosen = WinogradCases.Chosen(pass, size, channels, outChannels, kernel, batch);
        using KernelRun direct = KernelCases.Conv(pass, size, channels, outChannels, kernel, batch);
        using KernelRun winograd = WinogradCases.Conv(pass, size, channels, outChannels, kernel, variant, batch);
        direct.Run();
        winograd.Run();
        double total = 0;
        for (int run = 0; run < FewestRuns || (total < SecondsEach && run < MostRuns); run++)
        {
            double first = direct.RunTimed(), second = winograd.RunTimed();
            total += first + second;
        }

        (double leastDirect, double least) = (direct.LeastSeconds, winograd.LeastSeconds);
        (double speedDirect, double speed) = (direct.Flops / leastDirect / 1e9, winograd.Flops / least / 1e9);
        string times = FormattableString.Invariant($"{leastDirect * 1e3,9:F3} {least * 1e3,9:F3} {speedDirect,8:F1} {speed,8:F1}");
        Write($"{name,-36} {$"{variant.ResultRows}x{variant.ResultColumns}",7} {times} {leastDirect / least,6:F2}  {chosen}");
    }

    static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
