namespace GeneratingImages.Cuda;

/// <summary>A library as the search found it, or did not.</summary>
/// <param name="Name">The name people use.</param>
/// <param name="File">Where it is; null if it was not found.</param>
/// <param name="Version">Its version; null if it does not tell.</param>
/// <param name="Needed">Whether the backend cannot do without.</param>
/// <param name="Files">The file names that were looked for.</param>
/// <param name="Places">Where was looked.</param>
/// <param name="Unusable">Files that were there and could not be used, with the reason.</param>
/// <param name="Remedy">What a person who lacks it can do.</param>
public sealed record CudaLibraryReport(
    string Name,
    string? File,
    string? Version,
    bool Needed,
    IReadOnlyList<string> Files,
    IReadOnlyList<string> Places,
    IReadOnlyList<string> Unusable,
    string Remedy);

/// <summary>A device as it answered.</summary>
/// <param name="Id">Its number, from 0.</param>
/// <param name="Name">Its name.</param>
/// <param name="ComputeCapability">Its architecture, such as 9.0.</param>
/// <param name="MemoryBytes">Its memory.</param>
/// <param name="FreeBytes">What of it is free; 0 if it does not work.</param>
/// <param name="Multiprocessors">How many multiprocessors it has.</param>
/// <param name="Problem">Why it cannot be used; null if memory could be written and read back and the libraries be opened on it.</param>
public sealed record CudaDeviceReport(
    int Id, string Name, string ComputeCapability, long MemoryBytes, long FreeBytes, int Multiprocessors, string? Problem);

/// <summary>What there is of CUDA on this machine. Looking never fails: what is missing or broken is part of the answer.</summary>
/// <param name="Libraries">The driver, cuBLAS, cuDNN and NVRTC.</param>
/// <param name="Devices">The devices the driver names.</param>
/// <param name="Problem">Why no device can be used; null if one can.</param>
public sealed record CudaInstallation(
    IReadOnlyList<CudaLibraryReport> Libraries, IReadOnlyList<CudaDeviceReport> Devices, string? Problem)
{
    /// <summary>The libraries that the backend cannot do without.</summary>
    internal static IReadOnlyList<string> Needed { get; } = [NativeLibraries.Driver, NativeLibraries.Blas, NativeLibraries.Dnn];

    /// <summary>Whether there is a driver at all: without one, nobody expects a device.</summary>
    public static bool HasDriver => NativeLibraries.TryFind(NativeLibraries.Driver, out _);

    /// <summary>Why the backend cannot be opened, as far as libraries and the driver tell; null if nothing speaks against it.</summary>
    public static string? FindProblem()
    {
        foreach (string name in Needed)
            if (!NativeLibraries.TryFind(name, out SearchResult result)) return result.Explain();
        return CountDevices(out _);
    }

    /// <summary>Looks for every library and tries every device.</summary>
    public static CudaInstallation Look()
    {
        int count = 0;
        string? problem = HasDriver ? CountDevices(out count) : null;
        string? blas = null;
        var devices = new List<CudaDeviceReport>();
        for (int id = 0; id < count; id++) devices.Add(Try(id, ref blas));
        CudaLibraryReport[] libraries =
        [
            Report(NativeLibraries.Driver, () => $"CUDA {LibrarySearch.VersionText(CudaContext.GetDriverVersion())}"),
            Report(NativeLibraries.Blas, () => blas),
            Report(NativeLibraries.Dnn, () => $"{CudaDNNContext.Version} for CUDA {LibrarySearch.VersionText(CudaDNNContext.CudaVersion)}"),
            Report(NativeLibraries.RuntimeCompiler, () => $"{CudaRuntimeCompiler.Version}"),
        ];
        problem = FindProblem() ?? problem;
        if (problem is null && devices.All(device => device.Problem is not null)) problem = devices[0].Problem;
        return new CudaInstallation(libraries, devices, problem);
    }

    static string? CountDevices(out int count)
    {
        count = 0;
        try
        {
            count = CudaContext.GetDeviceCount();
            return count > 0 ? null : "the driver finds no device";
        }
        catch (CudaException e)
        {
            return e.CudaError == CUResult.NoDevice ? $"the driver finds no device: {e.Message}" : $"the driver does not work: {e.Message}";
        }
    }

    /// <summary>Writes and reads some memory of a device, and opens the libraries on it.</summary>
    static CudaDeviceReport Try(int id, ref string? blasVersion)
    {
        CudaDeviceProperties? properties = null;
        long free = 0;
        string? problem = null;
        try
        {
            properties = CudaContext.GetDeviceInfo(id);
            problem = properties.Problem;
            using var context = new CudaContext(id);
            free = context.GetFreeDeviceMemorySize();
            RoundTrip(context);
            if (NativeLibraries.TryFind(NativeLibraries.Blas, out _))
            {
                using var blas = new CudaBlas(context);
                blasVersion ??= BlasVersion(blas.Version);
            }

            if (NativeLibraries.TryFind(NativeLibraries.Dnn, out _)) new CudaDNNContext(context).Dispose();
        }
        catch (Exception e) when (e is CudaException or EntryPointNotFoundException)
        {
            problem = e.Message;
        }

        return new CudaDeviceReport(
            id,
            properties?.DeviceName ?? "unknown",
            properties?.ComputeCapability.ToString() ?? "unknown",
            properties?.TotalGlobalMemory ?? 0,
            free,
            properties?.MultiProcessorCount ?? 0,
            problem);
    }

    static void RoundTrip(CudaContext context)
    {
        const int Bytes = 1 << 16;
        var written = new byte[Bytes];
        for (int i = 0; i < Bytes; i++) written[i] = (byte)(i * 7);
        var read = new byte[Bytes];
        using var memory = new CudaDeviceVariable<byte>(context, Bytes);
        memory.CopyToDevice(written);
        memory.CopyToHost(read);
        if (!read.AsSpan().SequenceEqual(written))
            throw new CudaException(CUResult.Unknown, nameof(DriverApi.cuMemcpyDtoH), "memory did not read back as it was written");
    }

    static string BlasVersion(int version) => $"{version / 10000}.{version / 100 % 100}.{version % 100}";

    static CudaLibraryReport Report(string name, Func<string?> version)
    {
        bool found = NativeLibraries.TryFind(name, out SearchResult result);
        return new CudaLibraryReport(
            result.Library.Title,
            found ? result.File : null,
            found ? Tell(version) : null,
            Needed.Contains(name),
            [.. result.Library.Releases.Select(release => release.File)],
            result.Places,
            result.Problems,
            result.Library.Remedy);
    }

    static string? Tell(Func<string?> version)
    {
        try
        {
            return version();
        }
        catch (Exception e) when (e is CudaException or EntryPointNotFoundException)
        {
            return null;
        }
    }
}
