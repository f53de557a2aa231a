using System.Text.RegularExpressions;
using GeneratingImages.Cuda;

namespace GeneratingImages.Tests.Cuda;

/// <summary>Every kernel file compiles for real devices, without a warning, and the PTX we carry is what the sources give.</summary>
public partial class PtxTests(PtxFixture ptx) : IClassFixture<PtxFixture>
{
    [Theory]
    [InlineData("sm_75")]
    [InlineData("sm_90")]
    public void EveryKernelCompiles(string architecture)
    {
        string folder = ptx.Compile(architecture);
        foreach (string file in KernelSources.Files)
        {
            string text = File.ReadAllText(Path.Combine(folder, $"{file}.ptx"));
            Assert.Contains($".target {architecture}", text, StringComparison.Ordinal);
            Assert.Equal(KernelsOf(KernelSources.Text($"{file}.cu")), EntriesOf(text));
            // Registers that do not suffice go to local memory, and arrays that are indexed by what is not known.
            Assert.DoesNotContain(".local", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TheCarriedPtxIsWhatTheSourcesGive()
    {
        string folder = ptx.Compile("sm_75");
        foreach (string file in KernelSources.Files)
            Assert.True(
                File.ReadAllBytes(Path.Combine(folder, $"{file}.ptx")).AsSpan().SequenceEqual(KernelSources.Ptx(file)),
                $"kernels/ptx/{file}.ptx is not what kernels/{file}.cu gives: run kernels/compile-ptx.sh and build again");
    }

    /// <summary>A cubin or PTX names its kernels; two of one name could not lie in one program, as they do in the simulated device.</summary>
    [Fact]
    public void NoTwoKernelsHaveOneName()
    {
        string[] names = [.. KernelSources.Files.SelectMany(file => KernelsOf(KernelSources.Text($"{file}.cu")))];
        Assert.True(names.Length > KernelSources.Files.Count);
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    static string[] KernelsOf(string source) =>
        [.. Kernel().Matches(source).Select(m => m.Groups[1].Value).Where(name => name != "NAME").Order(StringComparer.Ordinal)];

    static string[] EntriesOf(string text) => [.. Entry().Matches(text).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal)];

    // Kernels are declared as KERNEL name(, or made by a macro in capitals whose first argument is the name.
    [GeneratedRegex(@"^\s*(?:KERNEL |[A-Z_]+\()(\w+)[(,]", RegexOptions.Multiline)]
    private static partial Regex Kernel();

    [GeneratedRegex(@"\.entry (\w+)\(")]
    private static partial Regex Entry();
}
