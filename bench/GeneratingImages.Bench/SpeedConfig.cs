using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using GeneratingImages.Cpu;

namespace GeneratingImages.Bench;

/// <summary>A benchmark that knows its work.</summary>
public interface IKernelBenchmark
{
    /// <summary>The multiplications and additions of one run.</summary>
    double Flops { get; }
}

/// <summary>Adds the speed, the share of the processor's peak and the allocations to the table.</summary>
public sealed class SpeedConfig : ManualConfig
{
    /// <summary>Makes the configuration.</summary>
    public SpeedConfig() =>
        AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumn(new SpeedColumn("GFLOP/s", share: false), new SpeedColumn("Share of peak", share: true));
}

/// <summary>The best run's speed, as such or divided by the peak, which is measured when the table is printed.</summary>
sealed class SpeedColumn(string name, bool share) : IColumn
{
    static readonly Lazy<double> Peak = new(() => Enumerable.Range(0, 50).Max(_ => FmaPeak.Measure(InstructionSets.Best)));

    public string Id => name;

    public string ColumnName => name;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => share
        ? "the speed divided by that of multiply-adds between registers alone"
        : "operations of the definition, per second";

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        if (summary[benchmarkCase]?.ResultStatistics is not { } statistics) return "NA";
        var benchmark = (IKernelBenchmark)Activator.CreateInstance(benchmarkCase.Descriptor.Type)!;
        foreach (var parameter in benchmarkCase.Parameters.Items)
            benchmarkCase.Descriptor.Type.GetProperty(parameter.Name)!.SetValue(benchmark, parameter.Value);
        double speed = benchmark.Flops / statistics.Min;
        return share
            ? (speed / Peak.Value).ToString("P0", CultureInfo.InvariantCulture)
            : speed.ToString("F1", CultureInfo.InvariantCulture);
    }
}
