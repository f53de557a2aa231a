namespace GeneratingImages.Cuda;

/// <summary>A file that a release of a library has.</summary>
/// <param name="File">Its name, as the system's loader would be asked for it.</param>
/// <param name="Cuda">The CUDA release it belongs to, 12 for 12.x, which the driver must serve; 0 for any.</param>
/// <param name="First">Patterns of files to load first out of the same folder, in this order; what is missing is passed over.</param>
sealed record LibraryRelease(string File, int Cuda, params string[] First);

/// <summary>One of the native libraries, by the names that its releases have, newest first.</summary>
/// <param name="Import">The name imports use.</param>
/// <param name="Title">The name people use.</param>
/// <param name="Releases">Its files.</param>
/// <param name="PythonFolders">Where Python packages keep it, below <c>site-packages/nvidia</c>.</param>
sealed record CudaLibrary(string Import, string Title, LibraryRelease[] Releases, params string[] PythonFolders)
{
    /// <summary>The oldest driver served: graphs with flags and NVRTC's cubins are there since 11.4.</summary>
    public const int OldestDriver = 11040;

    /// <summary>The oldest cuDNN served, 8.0.0: the algorithm queries used came with it.</summary>
    public const int OldestDnn = 8000;

    // cuDNN opens its parts by bare name when it first needs them, and would take another version's from elsewhere.
    static readonly string[] s_dnn9 =
        ["graph", "ops", "cnn", "adv", "engines_precompiled", "engines_runtime_compiled", "engines_tensor_ir", "heuristic", "ext"];
    static readonly string[] s_dnn8 = ["ops_infer", "ops_train", "cnn_infer", "cnn_train", "adv_infer", "adv_train"];

    static readonly CudaLibrary[] s_linux =
    [
        new(NativeLibraries.Driver, "the CUDA driver", [new("libcuda.so.1", 0), new("libcuda.so", 0)]),
        new(
            NativeLibraries.Blas,
            "cuBLAS",
            [.. new[] { 13, 12, 11 }.Select(cuda => new LibraryRelease($"libcublas.so.{cuda}", cuda, $"libcublasLt.so.{cuda}"))],
            "cu13/lib",
            "cublas/lib"),
        new(
            NativeLibraries.RuntimeCompiler,
            "NVRTC",
            [
                // The compiler opens its builtins by name, and not every release tells the loader where they are.
                new("libnvrtc.so.13", 13, "libnvrtc-builtins.so.13*"),
                new("libnvrtc.so.12", 12, "libnvrtc-builtins.so.12*"),
                .. new[] { "11.2", "11.1", "11.0" }.Select(v => new LibraryRelease($"libnvrtc.so.{v}", 11, "libnvrtc-builtins.so.11*")),
            ],
            "cu13/lib",
            "cuda_nvrtc/lib"),
        new(
            NativeLibraries.Dnn,
            "cuDNN",
            [
                new("libcudnn.so.9", 0, [.. s_dnn9.Select(part => $"libcudnn_{part}.so.9")]),
                new("libcudnn.so.8", 0, [.. s_dnn8.Select(part => $"libcudnn_{part}.so.8")]),
            ],
            "cudnn/lib"),
    ];

    static readonly CudaLibrary[] s_windows =
    [
        new(NativeLibraries.Driver, "the CUDA driver", [new("nvcuda.dll", 0)]),
        new(
            NativeLibraries.Blas,
            "cuBLAS",
            [.. new[] { 13, 12, 11 }.Select(cuda => new LibraryRelease($"cublas64_{cuda}.dll", cuda, $"cublasLt64_{cuda}.dll"))],
            "cu13/bin/x86_64",
            "cublas/bin"),
        new(
            NativeLibraries.RuntimeCompiler,
            "NVRTC",
            [
                new("nvrtc64_130_0.dll", 13, "nvrtc-builtins64_13*.dll"),
                new("nvrtc64_120_0.dll", 12, "nvrtc-builtins64_12*.dll"),
                .. new[] { "112", "111", "110" }.Select(v => new LibraryRelease($"nvrtc64_{v}_0.dll", 11, "nvrtc-builtins64_11*.dll")),
            ],
            "cu13/bin/x86_64",
            "cuda_nvrtc/bin"),
        new(
            NativeLibraries.Dnn,
            "cuDNN",
            [
                new("cudnn64_9.dll", 0, [.. s_dnn9.Select(part => $"cudnn_{part}64_9.dll")]),
                new("cudnn64_8.dll", 0, [.. s_dnn8.Select(part => $"cudnn_{part}64_8.dll")]),
            ],
            "cudnn/bin"),
    ];

    /// <summary>The libraries as a system names them.</summary>
    public static IReadOnlyList<CudaLibrary> For(bool windows) => windows ? s_windows : s_linux;

    /// <summary>What a person who lacks it can do.</summary>
    public string Remedy => Import == NativeLibraries.Driver
        ? $"install NVIDIA's driver, or set {SearchPlaces.DriverVariable} to the file"
        : $"install it, or set {SearchPlaces.FoldersVariable} to the folders that hold CUDA's and cuDNN's libraries";
}
