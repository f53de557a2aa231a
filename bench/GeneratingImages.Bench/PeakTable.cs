using System.Globalization;
using GeneratingImages.Bench.Kernels;
using GeneratingImages.Cpu;

namespace GeneratingImages.Bench;

/// <summary>
/// The command <c>peak</c>: every heavy kernel beside the peak of the processor, measured in turns in one run on one thread, so that
/// clock changes and busy neighbours meet both.
/// </summary>
static class PeakTable
{
    const double SecondsEach = 2;

    const int FewestRuns = 7, MostRuns = 200;

    /// <summary>Prints the table, of the rows whose name contains a text.</summary>
    public static void Print(string only)
    {
        InstructionSet set = InstructionSets.Best;
        Write($"one thread, {set}; parts: the sum of each part's least time over all runs, from which speed and share follow");
        Write($"peak: the best run of the register-only loop between the kernel's runs");
        Write($"{"kernel",-38} {"runs",5} {"parts ms",9} {"least ms",9} {"median",9} {"GFLOP/s",8} {"peak",7} {"share",6}  variant");
        foreach ((string name, Func<KernelRun> make) in Rows())
        {
            if (!name.Contains(only, StringComparison.Ordinal)) continue;
            using KernelRun run = make();
            run.Run();
            List<double> times = [];
            double peak = 0, total = 0;
            while (times.Count < FewestRuns || (total < SecondsEach && times.Count < MostRuns))
            {
                peak = Math.Max(peak, FmaPeak.Measure(set));
                double seconds = run.RunTimed();
                times.Add(seconds);
                total += seconds;
            }

            times.Sort();
            double speed = run.Flops / run.LeastSeconds / 1e9, share = speed / peak;
            (double parts, double least, double median) = (run.LeastSeconds * 1e3, times[0] * 1e3, times[times.Count / 2] * 1e3);
            Write(
                $"{name,-38} {times.Count,5} {parts,9:F3} {least,9:F3} {median,9:F3} {speed,8:F1} {peak,7:F1} {share,6:P0}  {run.Variant}");
        }
    }

    static IEnumerable<(string, Func<KernelRun>)> Rows()
    {
        (int Size, int Channels, int Out, int Kernel)[] convolutions =
        [
            (32, 128, 64, 3), (32, 128, 64, 5), (16, 64, 128, 5), (8, 128, 256, 5), (28, 64, 32, 3), (45, 32, 64, 3),
            (32, 3, 32, 5), (32, 32, 3, 5), (32, 3, 128, 5), (32, 128, 3, 3), (28, 1, 32, 3), (28, 32, 1, 3),
        ];
        foreach ((int size, int channels, int outChannels, int kernel) in convolutions)
            foreach (Pass pass in Enum.GetValues<Pass>())
            {
                string name = $"{pass} {size}x{size} {channels}->{outChannels} k{kernel}";
                yield return (name, () => KernelCases.Conv(pass, size, channels, outChannels, kernel));
            }

        yield return ("MatMul 1024^3", () => KernelCases.MatMul(1024, 1024, 1024));
        yield return ("MatMul 1024^3 transposed A", () => KernelCases.MatMul(1024, 1024, 1024, transposeA: true));
        yield return ("MatMul 1024^3 transposed B", () => KernelCases.MatMul(1024, 1024, 1024, transposeB: true));
        (int In, int Out)[] layers = [(6075, 512), (512, 6075), (3072, 128), (784, 32)];
        foreach (int batch in (int[])[32, 128])
            foreach ((int inputs, int outputs) in layers)
            {
                string name = $"Dense {batch}x{inputs}->{outputs}";
                yield return (name, () => KernelCases.MatMul(batch, inputs, outputs, transposeB: true));
                yield return (name + " input grad", () => KernelCases.MatMul(batch, outputs, inputs));
                yield return (name + " weight grad", () => KernelCases.MatMul(outputs, batch, inputs, transposeA: true));
            }
    }

    static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
