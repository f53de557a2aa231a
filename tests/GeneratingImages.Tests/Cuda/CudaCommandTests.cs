using System.Text.Json;
using GeneratingImages.Tests.Figures;
using GeneratingImages.Tests.Runner;

namespace GeneratingImages.Tests.Cuda;

/// <summary>The program as users run it, in processes of their own that take the simulated device for their GPU.</summary>
public sealed class CudaCommandTests : IDisposable
{
    static readonly string[] s_tiny = ["--latent", "4", "--limit", "96", "--epochs", "2", "--batch", "16", "--threads", "1"];

    readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("--model", "basic")]
    [InlineData("--model", "deep", "--channels", "4,8", "--task", "complete")]
    [InlineData("--model", "deep", "--channels", "4,8", "--kernel", "5", "--activation", "elu", "--optimizer", "adamax")]
    public void TrainingOnTheDeviceHasTheProcessorsLosses(params string[] model)
    {
        string[] train = ["train", .. model, .. s_tiny];
        Outcome gpu = Run([.. train, "--device", "cuda", "--out", _folder["gpu"]]);
        Assert.Equal((0, ""), (gpu.Code, gpu.Error));
        Assert.Contains("device    cuda Simulated device, fp32", gpu.Output, StringComparison.Ordinal);
        Assert.Equal(0, Genimg.Run([.. train, "--device", "cpu", "--out", _folder["cpu"]]).Code);
        double[] expected = Losses("cpu"), actual = Losses("gpu");
        Assert.Equal(4, actual.Length);
        foreach ((double e, double a) in expected.Zip(actual)) Assert.InRange(a / e, 1 - 1e-5, 1 + 1e-5);
    }

    [Fact]
    public void AutoTakesTheDeviceAndOtherCommandsDoToo()
    {
        Assert.Equal(0, Run(["train", "--model", "basic", .. s_tiny, "--out", _folder["run"]]).Code);
        Outcome evaluated = Run(["evaluate", _folder["run"]]);
        Assert.Equal((0, ""), (evaluated.Code, evaluated.Error));
        Assert.Contains("cuda Simulated device, fp32", evaluated.Output, StringComparison.Ordinal);
        Outcome rebuilt = Run(["rebuild", _folder["run"], "--limit", "2"]);
        Assert.Equal((0, "device    cuda Simulated device, fp32"), (rebuilt.Code, rebuilt.Error.Trim()));
        Outcome profile = Run(["profile", "--model", "basic", "--steps", "1"]);
        Assert.Equal(0, profile.Code);
        Assert.Contains("cublas", profile.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tf32")]
    [InlineData("bf16")]
    public void PrecisionIsAnOption(string precision)
    {
        Outcome outcome = Run(["bench", "step", "--model", "basic", "--steps", "1", "--device", "cuda", "--precision", precision]);
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Contains($"cuda Simulated device, {precision}", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void DevicesListsWhatWasFound()
    {
        Outcome outcome = Run(["devices", "--json"]);
        Assert.Equal(0, outcome.Code);
        JsonElement cuda = outcome.Json.GetProperty("cuda");
        Assert.Equal(JsonValueKind.Null, cuda.GetProperty("problem").ValueKind);
        JsonElement device = Assert.Single(cuda.GetProperty("devices").EnumerateArray());
        Assert.Equal("Simulated device", device.GetProperty("name").GetString());
        Assert.Equal("9.0", device.GetProperty("computeCapability").GetString());
        foreach (JsonElement library in cuda.GetProperty("libraries").EnumerateArray())
        {
            Assert.StartsWith(SimulatedDevice.Folder, library.GetProperty("file").GetString(), StringComparison.Ordinal);
            Assert.Matches(@"\d+\.\d+", library.GetProperty("version").GetString()!);
        }

        Assert.Contains("--device auto computes on cuda 0", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ADriverWithoutADeviceIsSaid()
    {
        Outcome outcome = Run(["devices"], ("GENIMG_CUDASIM_NO_DEVICE", "1"));
        Assert.Equal((0, ""), (outcome.Code, outcome.Error));
        Assert.Contains("--device auto computes on cpu", outcome.Output, StringComparison.Ordinal);
        Run(["bench", "step", "--device", "cuda"], ("GENIMG_CUDASIM_NO_DEVICE", "1"))
            .Refused(2, "--device cuda: the driver finds no device", "CUDA_ERROR_NO_DEVICE", "--device cpu");
    }

    [Fact]
    [Trait("bad-input", "64")]
    public void ADriverThatIsTooOldIsSaid() =>
        Run(["bench", "step", "--device", "cuda"], ("GENIMG_CUDASIM_DRIVER_VERSION", "11020"))
            .Refused(2, "serves CUDA 11.2, 11.4 or newer is needed");

    [Fact]
    public void ACuDnnThatIsTooOldIsSaid() =>
        Run(["bench", "step", "--device", "cuda"], ("GENIMG_CUDASIM_CUDNN_VERSION", "7605"))
            .Refused(2, "cuDNN was not found", "is cuDNN 7.6.5, 8 or 9 is needed");

    [Theory]
    [Trait("bad-input", "64")]
    [InlineData("libcudnn.so", "cuDNN")]
    [InlineData("libcublas.so", "cuBLAS")]
    public void AMissingLibraryIsNamedAndAutoTakesTheProcessor(string without, string name)
    {
        string partial = _folder["partial"];
        Directory.CreateDirectory(partial);
        foreach (string file in Directory.GetFiles(SimulatedDevice.Folder))
            if (!Path.GetFileName(file).StartsWith(without, StringComparison.Ordinal))
                File.CreateSymbolicLink(Path.Combine(partial, Path.GetFileName(file)), file);
        Run(["bench", "step", "--device", "cuda"], partial)
            .Refused(2, $"--device cuda: {name} was not found: looked for {without}", partial, "GENIMG_CUDA");
        Outcome auto = Run(["bench", "step", "--model", "basic", "--steps", "1"], partial);
        Assert.Equal(0, auto.Code);
        Assert.StartsWith($"the GPU is not used: {name} was not found", auto.Error, StringComparison.Ordinal);
        Assert.Contains(", cpu ", auto.Output, StringComparison.Ordinal);
        Outcome devices = Run(["devices"], partial);
        Assert.Equal((0, ""), (devices.Code, devices.Error));
        Assert.Contains($"{name} was not found: looked for {without}", devices.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ALostContextIsOneLine()
    {
        Outcome outcome = Run(["train", "--model", "basic", .. s_tiny, "--out", _folder["lost"]], ("GENIMG_CUDASIM_LOSE_CONTEXT_AT", "40"));
        Assert.Equal(1, outcome.Code);
        string line = Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
        Assert.Contains("the device context is lost", line, StringComparison.Ordinal);
    }

    [Fact]
    public void TooLittleMemoryIsOneLine()
    {
        Outcome outcome =
            Run(["train", "--model", "basic", .. s_tiny, "--out", _folder["full"]], ("GENIMG_CUDASIM_OUT_OF_MEMORY_AFTER", "50000"));
        Assert.Equal(1, outcome.Code);
        string line = Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
        Assert.Matches("out of memory: .* could not be reserved on the device, .*--batch", line);
    }

    public void Dispose() => _folder.Dispose();

    double[] Losses(string run)
    {
        // epoch, training loss, validation loss, ...
        string[][] rows = [.. File.ReadAllLines(Path.Combine(_folder[run], "history.csv")).Skip(1).Select(line => line.Split(','))];
        return [.. rows.SelectMany(row => row[1..3]).Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture))];
    }

    Outcome Run(string[] arguments, params (string Name, string Value)[] settings) => Run(arguments, SimulatedDevice.Folder, settings);

    Outcome Run(string[] arguments, string libraries, params (string Name, string Value)[] settings)
    {
        var environment = new Dictionary<string, string?>
        {
            ["GENIMG_DEVICE"] = null,
            ["GENIMG_CUDA"] = libraries,
            ["GENIMG_CUDA_DRIVER"] = Path.Combine(libraries, "libcuda.so.1"),
            ["XDG_CACHE_HOME"] = _folder["cache"],
        };
        foreach ((string name, string value) in settings) environment[name] = value;
        return Genimg.RunProcess(environment, arguments);
    }
}
