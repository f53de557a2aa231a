using System.Text.Json;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Tests.Runner;

namespace GeneratingImages.Tests.Cuda;

/// <summary><c>genimg devices</c> and <c>--device</c> in processes of their own, since a process keeps its libraries.</summary>
public sealed class DevicesCommandTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact]
    [Trait("bad-input", "64")]
    public void NothingThereIsSaidInFull()
    {
        Outcome outcome = Run(Nothing(), "devices");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Contains("the CUDA driver was not found: looked for libcuda", outcome.Output, StringComparison.Ordinal);
        Assert.Contains($"{_folder["no-driver"]}: there is no such file", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("install NVIDIA's driver, or set GENIMG_CUDA_DRIVER to the file", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("--device auto computes on cpu", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void NothingThereIsOneObjectToo()
    {
        JsonElement cuda = Run(Nothing(), "devices", "--json").Json.GetProperty("cuda");
        Assert.Equal(4, cuda.GetProperty("libraries").GetArrayLength());
        Assert.Equal(0, cuda.GetProperty("devices").GetArrayLength());
        Assert.Contains("the CUDA driver was not found", cuda.GetProperty("problem").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("bad-input", "64")]
    public void AskingForWhatIsNotThereIsOneLine() =>
        Run(Nothing(), "bench", "step", "--model", "basic", "--device", "cuda")
            .Refused(2, "--device cuda: the CUDA driver was not found", "GENIMG_CUDA_DRIVER", "--device cpu");

    [Fact]
    [Trait("bad-input", "64")]
    public void AutoTakesTheProcessorAndSaysSo()
    {
        Dictionary<string, string?> environment = Nothing();
        environment["GENIMG_DEVICE"] = null;
        Outcome outcome = Run(environment, "bench", "step", "--model", "basic", "--steps", "1");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Contains(", cpu ", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void TheVariableStandsForTheOption()
    {
        Dictionary<string, string?> environment = Nothing();
        environment["GENIMG_DEVICE"] = "tpu";
        Run(environment, "bench", "step", "--model", "basic").Refused(2, "GENIMG_DEVICE=tpu: must be auto or cpu or cuda");
        environment["GENIMG_DEVICE"] = "cuda";
        Run(environment, "bench", "step", "--model", "basic").Refused(2, "the CUDA driver was not found");
    }

    [Fact]
    [Trait("bad-input", "64")]
    public void ALibraryThatIsNoDriverIsNamed()
    {
        File.WriteAllText(_folder["no-driver"], "no code");
        Outcome outcome = Run(Nothing(), "devices");
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Contains($"not usable: {_folder["no-driver"]}: ", outcome.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A machine without CUDA, even where this one has it: a driver is named that is not there.</summary>
    Dictionary<string, string?> Nothing() => new() { ["GENIMG_CUDA_DRIVER"] = _folder["no-driver"], ["GENIMG_CUDA"] = null };

    static Outcome Run(Dictionary<string, string?> environment, params string[] arguments) => Genimg.RunProcess(environment, arguments);
}
