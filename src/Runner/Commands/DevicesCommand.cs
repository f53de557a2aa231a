using System.CommandLine;
using System.Globalization;
using GeneratingImages.Cpu;
using GeneratingImages.Cuda;

namespace GeneratingImages.Runner;

/// <summary><c>genimg devices</c>: what there is to compute on, and what a GPU lacks.</summary>
sealed class DevicesCommand : RunnerCommand
{
    public DevicesCommand(CommandContext context)
        : base(
            context,
            "devices",
            "Lists the devices to compute on and the libraries a GPU needs, with versions and files; or what is missing, where it was "
                + "looked for, and what to do.",
            "genimg devices",
            "genimg devices --json")
    {
        Add(CommonOptions.Json);
    }

    /// <inheritdoc/>
    protected override int Execute(ParseResult arguments, Terminal terminal, CancellationToken cancel)
    {
        CudaInstallation cuda = CudaInstallation.Look();
        using var cpu = new CpuBackend();
        string processor = cpu.Name["cpu ".Length..];
        var devices = new TextTable("device", "name", "memory", "free", "compute capability", "multiprocessors", "state")
        {
            Right = [2, 3],
        };
        devices.Add("cpu", processor, "", "", "", "", "works");
        foreach (CudaDeviceReport device in cuda.Devices)
            devices.Add(
                $"cuda {device.Id}",
                device.Name,
                Gigabytes(device.MemoryBytes),
                Gigabytes(device.FreeBytes),
                device.ComputeCapability,
                device.Multiprocessors.ToString(CultureInfo.InvariantCulture),
                device.Problem is null ? "works" : "FAILS");
        foreach (string line in devices.Lines()) terminal.Line(line);
        foreach (CudaDeviceReport device in cuda.Devices)
            if (device.Problem is { } problem) terminal.Line($"cuda {device.Id}: {problem}");

        terminal.Line();
        var libraries = new TextTable("library", "version", "file");
        foreach (CudaLibraryReport library in cuda.Libraries)
            libraries.Add(
                library.Name,
                library.Version ?? "",
                library.File ?? (library.Needed ? "MISSING" : "missing: the kernels' carried PTX is used"));
        foreach (string line in libraries.Lines()) terminal.Line(line);
        foreach (CudaLibraryReport library in cuda.Libraries) Explain(library, terminal);

        terminal.Line();
        terminal.Line(cuda.Problem is null
            ? "--device auto computes on cuda 0"
            : "--device auto computes on cpu: cuda cannot be used");
        if (arguments.GetValue(CommonOptions.Json)) terminal.Json(RunnerJson.Of(new DeviceList(processor, cuda)));
        return CommandExit.Success;
    }

    /// <summary>Where a missing library was looked for, and what was found there and could not be used.</summary>
    static void Explain(CudaLibraryReport library, Terminal terminal)
    {
        if (library.File is not null) return;
        terminal.Line();
        terminal.Line($"{library.Name} was not found: looked for {string.Join(", ", library.Files)} in");
        foreach (string place in library.Places) terminal.Line($"  {place}");
        foreach (string file in library.Unusable) terminal.Line($"not usable: {file}");
        terminal.Line($"{library.Remedy}");
    }

    static string Gigabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:F1} GB");
}
