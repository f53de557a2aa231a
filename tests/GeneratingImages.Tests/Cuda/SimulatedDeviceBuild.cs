using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace GeneratingImages.Tests.Cuda;

/// <summary>
/// Builds the simulated device with g++ into a folder named by the hash of its sources, of the kernels and of the compiler's version, once:
/// later runs find it there. Two processes that build at the same time each work in a folder of their own and rename it at the end.
/// </summary>
static class SimulatedDeviceBuild
{
    static readonly Lazy<(string? Folder, string? Missing)> _built = new(Build);

    static string Sources => Path.Combine(AppContext.BaseDirectory, "cudasim");

    static string Kernels => Path.Combine(AppContext.BaseDirectory, "kernels");

    /// <summary>The folder of the libraries. Where they cannot be built the calling test is skipped, or fails if GENIMG_REQUIRE_CUDASIM
    /// is 1.</summary>
    public static string Folder
    {
        get
        {
            (string? folder, string? missing) = _built.Value;
            if (folder is not null) return folder;
            string message = $"the simulated CUDA device cannot be built here: {missing}";
            if (Environment.GetEnvironmentVariable("GENIMG_REQUIRE_CUDASIM") == "1") Assert.Fail(message);
            Assert.Skip(message);
            return "";
        }
    }

    static (string? Folder, string? Missing) Build()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            return (null, "it needs Linux on x86-64");
        string processor = System.IO.File.ReadAllText("/proc/cpuinfo");
        foreach (string feature in (string[])["fma", "avx2"])
            if (!processor.Contains($" {feature} ", StringComparison.Ordinal)) return (null, $"the processor has no {feature}");
        if (Compiler() is not { } compiler) return (null, "g++ is missing (Debian, Ubuntu: apt-get install g++)");

        string folder = Path.Combine(AppContext.BaseDirectory, "cudasim-built", Hash(compiler));
        if (Directory.Exists(folder)) return (folder, null);
        string unfinished = $"{folder}.{Environment.ProcessId}";
        bool kernels = Directory.Exists(Kernels) && Directory.EnumerateFiles(Kernels, "*.cu").Any();
        string[] folders = [Path.Combine(Sources, "planted"), .. kernels ? [Kernels] : Array.Empty<string>()];
        (int code, string output) = Run("bash", [Path.Combine(Sources, "build.sh"), unfinished, .. folders]);
        if (code != 0) throw new InvalidOperationException($"the simulated CUDA device does not build:\n{output}");
        try
        {
            Directory.Move(unfinished, folder);
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        return (folder, null);
    }

    static string? Compiler()
    {
        try
        {
            (int code, string output) = Run("g++", ["--version"]);
            return code == 0 ? output : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    static string Hash(string compiler)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(compiler));
        IEnumerable<string> files = new[] { Sources, Kernels }.Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)).Order(StringComparer.Ordinal);
        foreach (string file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(AppContext.BaseDirectory, file)));
            hash.AppendData(System.IO.File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    static (int Code, string Output) Run(string program, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
