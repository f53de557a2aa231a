using System.Collections.Concurrent;
using System.Diagnostics;
using GeneratingImages.Tests.Figures;

namespace GeneratingImages.Tests.Cuda;

/// <summary>The kernel files as clang compiles them, each architecture once, by the script that made the PTX we carry.</summary>
public sealed class PtxFixture : IDisposable
{
    const string Variable = "GENIMG_REQUIRE_CLANG";

    readonly TemporaryFolder _folder = new();
    readonly ConcurrentDictionary<string, Lazy<string>> _compiled = [];

    static string Compiler => Environment.GetEnvironmentVariable("CLANG") is { Length: > 0 } named ? named : "clang-19";

    /// <summary>The folder with a file of PTX for each kernel file; skips the test where there is no clang.</summary>
    public string Compile(string architecture)
    {
        string? script = Find();
        if (script is null) Assert.Skip("the kernels are compiled by a script for Linux, which lies beside them in the repository");
        if (!HasCompiler())
        {
            string missing = $"{Compiler} was not found, so nothing was compiled for {architecture} (Debian: apt-get install clang-19)";
            Assert.True(Environment.GetEnvironmentVariable(Variable) is null or "", missing);
            Assert.Skip(missing);
        }

        return _compiled.GetOrAdd(architecture, _ => new(() => Run(script, architecture))).Value;
    }

    public void Dispose() => _folder.Dispose();

    string Run(string script, string architecture)
    {
        string to = _folder[architecture];
        using Process process = Process.Start(new ProcessStartInfo("bash", [script, architecture, to]) { RedirectStandardError = true })!;
        string messages = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{script} {architecture}: {messages}");
        return to;
    }

    static string? Find()
    {
        if (!OperatingSystem.IsLinux()) return null;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "kernels", "compile-ptx.sh") is var script && File.Exists(script)) return script;
        return null;
    }

    static bool HasCompiler()
    {
        if (Path.IsPathRooted(Compiler)) return File.Exists(Compiler);
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return folders.Any(folder => File.Exists(Path.Combine(folder, Compiler)));
    }
}
