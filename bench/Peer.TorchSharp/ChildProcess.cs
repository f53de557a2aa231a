using System.Diagnostics;

namespace GeneratingImages.Peer;

/// <summary>This program once more in a process of its own, with the environment that a measurement needs from its start.</summary>
static class ChildProcess
{
    /// <summary>Tells OpenMP how idle threads wait.</summary>
    public const string WaitVariable = "OMP_WAIT_POLICY";

    // The C library's allocator (glibc manual, "Memory Allocation Tunables"): madvise for huge pages, no mapping of its own for large
    // blocks, and nothing given back, so that a step finds the pages of the step before.
    const string AllocatorVariable = "GLIBC_TUNABLES";
    const string HugePages = "glibc.malloc.hugetlb=1:glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=17179869184:glibc.malloc.top_pad=268435456";

    /// <summary>Runs this program and gives the last line it printed.</summary>
    /// <param name="passive">Whether OpenMP's threads wait without spinning.</param>
    /// <param name="hugePages">Whether the allocator keeps memory and asks for huge pages.</param>
    /// <param name="arguments">The command line.</param>
    /// <exception cref="ChildFailedException">It ended with an error, which it has printed.</exception>
    public static string Run(bool passive, bool hugePages, IEnumerable<string> arguments)
    {
        string program = Environment.ProcessPath!;
        bool isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        var start = new ProcessStartInfo(program, isHost ? [Environment.GetCommandLineArgs()[0], .. arguments] : arguments) { RedirectStandardOutput = true };
        if (passive) start.Environment[WaitVariable] = "passive";
        else start.Environment.Remove(WaitVariable);
        if (hugePages) start.Environment[AllocatorVariable] = HugePages;
        using Process child = Process.Start(start)!;
        string output = child.StandardOutput.ReadToEnd().Trim();
        child.WaitForExit();
        return child.ExitCode == 0
            ? output[(output.LastIndexOf('\n') + 1)..]
            : throw new ChildFailedException($"the process for '{string.Join(' ', arguments)}' ended with code {child.ExitCode}: its message stands above");
    }
}

/// <summary>A measuring process failed.</summary>
sealed class ChildFailedException(string message) : Exception(message);
