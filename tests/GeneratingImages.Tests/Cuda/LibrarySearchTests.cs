using GeneratingImages.Cuda;
using GeneratingImages.Tests.Figures;

namespace GeneratingImages.Tests.Cuda;

/// <summary>
/// How native libraries are found: in folders laid out as installers and Python packages lay them out, with files that hold no code.
/// </summary>
public sealed class LibrarySearchTests : IDisposable
{
    const int Driver124 = 12040, Driver130 = 13000;

    static readonly string[] s_dnnParts =
        ["graph", "ops", "cnn", "adv", "engines_precompiled", "engines_runtime_compiled", "engines_tensor_ir", "heuristic", "ext"];

    readonly TemporaryFolder _folder = new();
    readonly FakeLoader _loader = new();
    readonly Dictionary<string, string> _variables = [];

    [Theory]
    [InlineData("nvidia/cublas/lib/libcublas.so.12", "cublas", Driver124)]
    [InlineData("nvidia/cu13/lib/libcublas.so.13", "cublas", Driver130)]
    [InlineData("nvidia/cuda_nvrtc/lib/libnvrtc.so.12", "nvrtc", Driver124)]
    [InlineData("nvidia/cu13/lib/libnvrtc.so.13", "nvrtc", Driver130)]
    [InlineData("nvidia/cudnn/lib/libcudnn.so.9", "cudnn", Driver124)]
    [InlineData("nvidia/cudnn/lib/libcudnn.so.8", "cudnn", Driver130)]
    public void PythonPackagesAreFoundInTheActiveEnvironment(string file, string library, int driver)
    {
        _variables["VIRTUAL_ENV"] = _folder["venv"];
        string path = Put($"venv/lib/python3.11/site-packages/{file}");
        SearchResult found = Search(library, driver);
        Assert.Equal(path, found.File);
        Assert.Contains(found.Places, place => place.EndsWith("(VIRTUAL_ENV)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("site-packages")]
    [InlineData("site-packages/nvidia")]
    [InlineData("site-packages/nvidia/cublas/lib")]
    public void TheVariableMayNameAnyFolderOnTheWay(string named)
    {
        _variables["GENIMG_CUDA"] = $"{_folder["nothing"]}{Path.PathSeparator}{_folder[named]}";
        string path = Put("site-packages/nvidia/cublas/lib/libcublas.so.12");
        Assert.Equal(path, Search("cublas").File);
    }

    [Fact]
    public void PlacesAreTriedInTheirOrder()
    {
        _variables["GENIMG_CUDA"] = _folder["named"];
        _variables["GENIMG_CUDA_DRIVER"] = Path.Combine(_folder["driver"], "libcuda.so.1");
        _variables["CUDA_HOME"] = _folder["home"];
        _variables["CUDNN_PATH"] = _folder["cudnn"];
        _variables["VIRTUAL_ENV"] = _folder["venv"];
        _variables["CONDA_PREFIX"] = _folder["conda"];
        _variables["HOME"] = _folder["user"];
        string[] files =
        [
            "named/libcublas.so.12", "driver/libcublas.so.12", "application/libcublas.so.12", "", "home/lib64/libcublas.so.12",
            "cudnn/lib/libcublas.so.12", "venv/lib/python3.12/site-packages/nvidia/cublas/lib/libcublas.so.12", "conda/lib/libcublas.so.12",
            "root/usr/local/cuda/lib64/libcublas.so.12", "root/usr/lib64/libcublas.so.12",
            "user/.local/lib/python3.12/site-packages/nvidia/cublas/lib/libcublas.so.12",
        ];
        string[] paths = [.. files.Select(file => file.Length > 0 ? Put(file) : "/system/libcublas.so.12")];
        _loader.System.Add("libcublas.so.12");
        foreach ((string file, string path) in files.Zip(paths))
        {
            Assert.Equal(path, Search("cublas").File);
            if (file.Length > 0) File.Delete(path);
            else _loader.System.Clear();
        }

        Assert.False(Search("cublas").Found);
    }

    [Fact]
    public void TheNewestInstallationIsTriedFirst()
    {
        Put("root/usr/local/cuda-9.2/lib64/libcublas.so.11");
        Put("root/usr/local/cuda-11.8/lib64/libcublas.so.11");
        string newest = Put("root/usr/local/cuda-12.4/lib64/libcublas.so.12");
        Assert.Equal(newest, Search("cublas").File);
    }

    [Fact]
    public void ReleasesNewerThanTheDriverArePassedOver()
    {
        _variables["GENIMG_CUDA"] = _folder["both"];
        string newer = Put("both/libcublas.so.13"), fitting = Put("both/libcublas.so.12");
        SearchResult found = Search("cublas", Driver124);
        Assert.Equal(fitting, found.File);
        Assert.Equal($"{newer}: made for CUDA 13, the driver serves 12.4", Assert.Single(found.Problems));
        Assert.Equal(newer, Search("cublas", Driver130).File);
    }

    [Fact]
    public void PartsAreLoadedFirstFromTheSameFolder()
    {
        _variables["GENIMG_CUDA"] = _folder["lib"];
        foreach (string part in s_dnnParts) Put($"lib/libcudnn_{part}.so.9");
        Put("lib/libcudnn_ops.so.8");
        string main = Put("lib/libcudnn.so.9");
        Search("cudnn");
        Assert.Equal([.. s_dnnParts.Select(part => _folder[$"lib/libcudnn_{part}.so.9"]), main], _loader.Loaded);
    }

    [Fact]
    public void BuiltinsAreLoadedBeforeTheirCompiler()
    {
        _variables["GENIMG_CUDA"] = _folder["lib"];
        string builtins = Put("lib/libnvrtc-builtins.so.12.4"), main = Put("lib/libnvrtc.so.12");
        Put("lib/libnvrtc-builtins.so.11.8");
        Search("nvrtc");
        Assert.Equal([builtins, main], _loader.Loaded);
    }

    [Fact]
    public void AnUnusableVersionIsGivenBackAndTheSearchGoesOn()
    {
        _variables["GENIMG_CUDA"] = $"{_folder["old"]}{Path.PathSeparator}{_folder["new"]}";
        string old = Put("old/libcudnn.so.9"), part = Put("new/libcudnn_ops.so.9"), good = Put("new/libcudnn.so.9");
        Put("old/libcudnn_ops.so.9");
        _loader.Refused["old"] = "made for CUDA 13, the driver serves 12.4";
        SearchResult found = Search("cudnn");
        Assert.Equal(good, found.File);
        Assert.Equal([part, good], _loader.Loaded);
        Assert.Equal($"{old}: made for CUDA 13, the driver serves 12.4", Assert.Single(found.Problems));
    }

    [Fact]
    public void AFileThatDoesNotLoadIsNamedWithTheReason()
    {
        _variables["GENIMG_CUDA"] = _folder["lib"];
        string damaged = Put("lib/libcudnn.so.9");
        File.WriteAllBytes(damaged, []);
        SearchResult result = Search("cudnn");
        Assert.False(result.Found);
        Assert.Contains($"{damaged}: file too short", result.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public void ADriverThatIsNamedIsTheOnlyOneTried()
    {
        _variables["GENIMG_CUDA_DRIVER"] = _folder["driver/mine.so"];
        _loader.System.Add("libcuda.so.1");
        SearchResult missing = Search("cuda");
        Assert.False(missing.Found);
        Assert.Contains($"{_folder["driver/mine.so"]}: there is no such file", missing.Explain(), StringComparison.Ordinal);
        string mine = Put("driver/mine.so");
        Assert.Equal(mine, Search("cuda").File);
    }

    [Fact]
    public void WhatIsMissingIsSaidWithAllThatWasTried()
    {
        _variables["GENIMG_CUDA"] = _folder["typo"];
        Put("application/other.txt");
        string text = Search("cudnn").Explain();
        Assert.StartsWith("cuDNN was not found: looked for libcudnn.so.9, libcudnn.so.8 in ", text, StringComparison.Ordinal);
        Assert.Contains($"{_folder["typo"]} (GENIMG_CUDA), which is no folder", text, StringComparison.Ordinal);
        Assert.Contains($"{_folder["application"]} (the program's folder)", text, StringComparison.Ordinal);
        Assert.Contains("the system's loader", text, StringComparison.Ordinal);
        Assert.EndsWith("or set GENIMG_CUDA to the folders that hold CUDA's and cuDNN's libraries", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cuda", "nvcuda.dll")]
    [InlineData("cublas", "cublas64_13.dll cublas64_12.dll cublas64_11.dll")]
    [InlineData("nvrtc", "nvrtc64_130_0.dll nvrtc64_120_0.dll nvrtc64_112_0.dll nvrtc64_111_0.dll nvrtc64_110_0.dll")]
    [InlineData("cudnn", "cudnn64_9.dll cudnn64_8.dll")]
    public void WindowsHasNamesOfItsOwn(string library, string names) =>
        Assert.Equal(names.Split(' '), Places(windows: true).Libraries.Single(l => l.Import == library).Releases.Select(r => r.File));

    [Fact]
    public void WindowsHasFoldersOfItsOwn()
    {
        _variables["CUDA_PATH"] = "C:/CUDA";
        _variables["VIRTUAL_ENV"] = "C:/venv";
        _variables["ProgramFiles"] = _folder["programs"];
        Directory.CreateDirectory(_folder["programs/NVIDIA/CUDNN/v9.10/bin/12.9"]);
        Directory.CreateDirectory(_folder["programs/NVIDIA/CUDNN/v9.22/bin/13.0/x64"]);
        SearchPlaces places = Places(windows: true);
        string[] folders = [.. places.For(places.Libraries.Single(l => l.Import == "cudnn")).Select(place => place.Folder ?? "")];
        Assert.Contains("C:/CUDA/bin/x64", folders);
        Assert.Contains("C:/CUDA/bin", folders);
        Assert.Contains("C:/venv/Lib/site-packages/nvidia/cudnn/bin", folders);
        Assert.Contains(_folder["programs/NVIDIA/CUDNN/v9.10/bin/12.9"], folders);
        Assert.Contains(_folder["programs/NVIDIA/CUDNN/v9.22/bin/13.0/x64"], folders);
    }

    public void Dispose() => _folder.Dispose();

    SearchPlaces Places(bool windows = false) =>
        new(name => _variables.GetValueOrDefault(name), _folder["application"], windows, _folder["root"]);

    SearchResult Search(string library, int driverVersion = Driver124)
    {
        SearchPlaces places = Places();
        return new LibrarySearch(places, _loader).Find(places.Libraries.Single(l => l.Import == library), driverVersion);
    }

    string Put(string file)
    {
        string path = _folder[file];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "no code");
        return path;
    }
}
