using System.Text;
using System.Text.RegularExpressions;
using GeneratingImages.Cuda;

namespace GeneratingImages.Tests.Cuda;

/// <summary>The kernels of the files the program carries.</summary>
static partial class KernelNames
{
    /// <summary>The kernels of a file, as its source has them, in alphabetical order.</summary>
    public static string[] Of(string file) => Sorted(Kernel().Matches(KernelSources.Text($"{file}.cu")));

    /// <summary>The kernels in some PTX, in the same order.</summary>
    public static string[] InPtx(byte[] ptx) => Sorted(Entry().Matches(Encoding.UTF8.GetString(ptx)));

    // NAME is the parameter of the macros that make kernels.
    static string[] Sorted(MatchCollection matches) =>
        [.. matches.Select(match => match.Groups[1].Value).Where(name => name != "NAME").Order(StringComparer.Ordinal)];

    // Kernels are declared as KERNEL name(, or made by a macro in capitals whose first argument is the name.
    [GeneratedRegex(@"^\s*(?:KERNEL |[A-Z_]+\()(\w+)[(,]", RegexOptions.Multiline)]
    private static partial Regex Kernel();

    [GeneratedRegex(@"\.entry (\w+)\(")]
    private static partial Regex Entry();
}
