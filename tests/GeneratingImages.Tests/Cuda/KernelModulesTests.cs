using GeneratingImages.Cuda;
using GeneratingImages.Tests.Figures;

namespace GeneratingImages.Tests.Cuda;

/// <summary>What the runtime compiler is asked for, and how its results are kept.</summary>
public class KernelModulesTests
{
    [Theory]
    [InlineData("9.0", "sm_90", true)]
    [InlineData("7.5", "sm_75", true)]
    [InlineData("8.7", "compute_86", false)]
    [InlineData("12.0", "compute_90", false)]
    public void TheTargetIsTheDeviceOrTheNewestBelowIt(string capability, string target, bool cubin) =>
        Assert.Equal((target, cubin), KernelModules.Target(Version.Parse(capability), [75, 80, 86, 89, 90]));

    [Fact]
    public void ADeviceOlderThanTheCompilerKnowsIsNamed()
    {
        var e = Assert.Throws<NvrtcException>(() => KernelModules.Target(new Version(6, 1), [75, 80]));
        Assert.Contains("the device is sm_61, the compiler knows 75, 80", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheCacheGivesBackWhatItWasGiven()
    {
        using var folder = new TemporaryFolder();
        var cache = new CubinCache(folder["kernels"]);
        string key = CubinCache.Key("pool", "source", "--gpu-architecture=sm_90", "12.4");
        Assert.Null(cache.Read(key));
        cache.Write(key, [1, 2, 3]);
        Assert.Equal([1, 2, 3], cache.Read(key)!);
        Assert.Null(cache.Read(CubinCache.Key("pool", "source", "--gpu-architecture=sm_80", "12.4")));
    }

    [Fact]
    public void KeysTellPartsApart() => Assert.NotEqual(CubinCache.Key("f", "ab", "c"), CubinCache.Key("f", "a", "bc"));

    [Fact]
    public void ACacheThatCannotBeWrittenIsNoError()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "");
        var cache = new CubinCache(Path.Combine(folder["file"], "kernels"));
        cache.Write("key", [1]);
        Assert.Null(cache.Read("key"));
    }

    [Fact]
    public void AFileThatIsNotCarriedIsNamed()
    {
        var e = Assert.Throws<ArgumentException>(() => KernelSources.Text("unknown.cu"));
        Assert.Contains("unknown.cu is not among the kernel files", e.Message, StringComparison.Ordinal);
    }
}
