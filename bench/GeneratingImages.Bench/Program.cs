using BenchmarkDotNet.Running;
using GeneratingImages.Bench;

if (args is ["peak", ..]) PeakTable.Print(args.Length > 1 ? args[1] : "");
else if (args is ["winograd", ..]) WinogradRatios.Print(args.Length > 1 ? args[1] : "");
else if (args is ["pool"]) PoolLatency.Print();
else BenchmarkSwitcher.FromAssembly(typeof(PeakTable).Assembly).Run(args);
