using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>
/// Makes modules of the kernel files. In this order: code compiled before, from the cache; NVRTC's code for the device; NVRTC's PTX, where
/// it does not know the device; the PTX that this assembly carries, which the driver compiles. The cache needs NVRTC's version alone.
/// </summary>
/// <param name="cacheFolder">Where compiled code is kept; by default in the user's cache.</param>
public sealed class KernelModules(string? cacheFolder = null)
{
    // Nothing is fused but what the sources fuse, so that results have the same bits as the carried PTX.
    static readonly string[] s_options = ["--std=c++17", "--fmad=false", "-lineinfo"];

    readonly CubinCache _cache = new(cacheFolder ?? Path.Combine(UserCache.Folder, "kernels"));
    readonly Dictionary<string, string> _origins = [];

    /// <summary>Where each module made so far came from, by kernel file, in the words of a report.</summary>
    public IReadOnlyDictionary<string, string> Origins => _origins;

    /// <summary>Makes the module of a kernel file.</summary>
    /// <param name="device">The device it is for.</param>
    /// <param name="file">The file's name without extension.</param>
    /// <exception cref="CudaException">No way worked; the message says what became of each.</exception>
    public CudaModule Build(CudaDevice device, string file)
    {
        List<string> problems = [];
        if (Compile(device, file, problems) is { } compiled) return compiled;
        try
        {
            CudaModule module = device.Context.LoadModulePTX(KernelSources.Ptx(file));
            _origins[file] = $"carried PTX ({string.Join("; ", problems)})";
            return module;
        }
        catch (CudaException e) when (!e.IsSticky)
        {
            throw e.During($"kernel file {file}.cu: {string.Join("; ", problems)}; the carried PTX");
        }
    }

    /// <summary>The module by way of NVRTC, or null and why not.</summary>
    CudaModule? Compile(CudaDevice device, string file, List<string> problems)
    {
        if (!NativeLibraries.TryFind(NativeLibraries.RuntimeCompiler, out SearchResult found))
        {
            problems.Add(found.Explain());
            return null;
        }

        try
        {
            Version version = CudaRuntimeCompiler.Version;
            (string target, bool cubin) = Target(device.Properties.ComputeCapability, CudaRuntimeCompiler.SupportedArchitectures());
            string[] options = [.. s_options, $"--gpu-architecture={target}"];
            string source = KernelSources.Text($"{file}.cu"), header = KernelSources.Text(KernelSources.Header);
            string key = CubinCache.Key(file, [source, header, .. options, $"{version}"]);
            if (cubin && Cached(device, key) is { } cached)
            {
                _origins[file] = $"NVRTC {version} for {target}, cached";
                return cached;
            }

            using var compiler = new CudaRuntimeCompiler(source, $"{file}.cu", [(KernelSources.Header, header)]);
            compiler.Compile(options);
            byte[] image = cubin ? compiler.GetCubin() : compiler.GetPTX();
            CudaModule module = cubin ? device.Context.LoadModule(image) : device.Context.LoadModulePTX(image);
            if (cubin) _cache.Write(key, image);
            _origins[file] = $"NVRTC {version} for {target}";
            return module;
        }
        catch (CudaException e) when (!e.IsSticky)
        {
            problems.Add(e.Message);
            return null;
        }
        catch (EntryPointNotFoundException e)
        {
            problems.Add($"{found.File} is too old: {e.Message}");
            return null;
        }
    }

    CudaModule? Cached(CudaDevice device, string key)
    {
        if (_cache.Read(key) is not { } image) return null;
        try
        {
            return device.Context.LoadModule(image);
        }
        catch (CudaException e) when (!e.IsSticky)
        {
            return null; // A damaged file: compiled and written anew.
        }
    }

    /// <summary>
    /// What to compile for: the device, giving a cubin, or the newest architecture below it that NVRTC knows, giving PTX.
    /// </summary>
    /// <exception cref="NvrtcException">The compiler knows neither.</exception>
    internal static (string Target, bool Cubin) Target(Version capability, int[] supported)
    {
        int architecture = capability.Major * 10 + capability.Minor;
        if (supported.Contains(architecture)) return ($"sm_{architecture}", true);
        int below = supported.Where(known => known < architecture).DefaultIfEmpty(0).Max();
        return below > 0
            ? ($"compute_{below}", false)
            : throw new NvrtcException(
                NvrtcResult.InvalidOption,
                nameof(CudaRuntimeCompiler.Compile),
                $"the device is sm_{architecture}, the compiler knows {string.Join(", ", supported)}");
    }
}
