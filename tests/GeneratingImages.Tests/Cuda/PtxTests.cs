using System.Text;
using GeneratingImages.Cuda;

namespace GeneratingImages.Tests.Cuda;

/// <summary>Every kernel file compiles for real devices, without a warning, and the PTX we carry is what the sources give.</summary>
public class PtxTests(PtxFixture compiled) : IClassFixture<PtxFixture>
{
    [Theory]
    [InlineData("sm_75")]
    [InlineData("sm_90")]
    public void EveryKernelCompiles(string architecture)
    {
        string folder = compiled.Compile(architecture);
        foreach (string file in KernelSources.Files)
        {
            byte[] ptx = File.ReadAllBytes(Path.Combine(folder, $"{file}.ptx"));
            string text = Encoding.UTF8.GetString(ptx);
            Assert.Contains($".target {architecture}", text, StringComparison.Ordinal);
            Assert.Equal(KernelNames.Of(file), KernelNames.InPtx(ptx));
            // Registers that do not suffice go to local memory, and arrays that are indexed by what is not known.
            Assert.DoesNotContain(".local", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TheCarriedPtxIsWhatTheSourcesGive()
    {
        string folder = compiled.Compile("sm_75");
        foreach (string file in KernelSources.Files)
            Assert.True(
                File.ReadAllBytes(Path.Combine(folder, $"{file}.ptx")).AsSpan().SequenceEqual(KernelSources.Ptx(file)),
                $"kernels/ptx/{file}.ptx is not what kernels/{file}.cu gives: run kernels/compile-ptx.sh and build again");
    }

    /// <summary>Two kernels of one name could not lie in one program, as they do in the simulated device.</summary>
    [Fact]
    public void NoTwoKernelsHaveOneName()
    {
        string[] names = [.. KernelSources.Files.SelectMany(KernelNames.Of)];
        Assert.True(names.Length > KernelSources.Files.Count);
        Assert.Equal(names.Length, names.Distinct().Count());
    }
}
