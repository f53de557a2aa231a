using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GeneratingImages.Cuda;

/// <summary>
/// The native libraries of this process: each is searched for when something first needs it, and stays loaded. What was not found is
/// searched for again the next time. Imports find libraries through the resolver of this assembly, never through the runtime's own probing.
/// </summary>
static class NativeLibraries
{
    public const string Driver = "cuda", Blas = "cublas", Dnn = "cudnn", RuntimeCompiler = "nvrtc";

    static readonly Lock s_lock = new();
    static readonly Dictionary<string, SearchResult> s_found = [];
    static readonly SearchPlaces s_places = new(Environment.GetEnvironmentVariable, AppContext.BaseDirectory, OperatingSystem.IsWindows());
    static readonly LibrarySearch s_search = new(s_places, new SystemLoader());

    /// <summary>Finds a library, loading it if need be.</summary>
    /// <exception cref="CudaLibraryException">It is not there; the message says what was tried and what to set.</exception>
    public static SearchResult Find(string name) =>
        TryFind(name, out SearchResult result) ? result : throw new CudaLibraryException(result.Explain());

    /// <summary>Whether a library is there, and what the search for it found.</summary>
    public static bool TryFind(string name, out SearchResult result)
    {
        lock (s_lock)
        {
            if (s_found.TryGetValue(name, out SearchResult? known))
            {
                result = known;
                return true;
            }

            result = Search(name);
            if (result.Found) s_found.Add(name, result);
            return result.Found;
        }
    }

    /// <summary>Whether a library has a function, which older or newer releases may lack.</summary>
    public static bool Exports(string name, string function) =>
        TryFind(name, out SearchResult found) && NativeLibrary.TryGetExport(found.Handle, function, out _);

    static SearchResult Search(string name)
    {
        CudaLibrary library = s_places.Libraries.Single(l => l.Import == name);
        if (name == Driver) return s_search.Find(library, int.MaxValue);
        // cuDNN calls cuBLAS and NVRTC, and takes those that are loaded.
        if (name == Dnn)
        {
            TryFind(Blas, out _);
            TryFind(RuntimeCompiler, out _);
        }

        return s_search.Find(library, TryFind(Driver, out SearchResult driver) ? SystemLoader.DriverVersion(driver.Handle) : int.MaxValue);
    }

    // An import may be this assembly's first code to run: nothing else is sure to come before it.
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The resolver must precede every import.")]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);

    /// <summary>The runtime asks once for every imported function.</summary>
    static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        s_places.Libraries.Any(library => library.Import == name) ? Find(name).Handle : 0;

    /// <summary>The operating system's loader.</summary>
    sealed unsafe class SystemLoader : ILibraryLoader
    {
        public nint Load(string file, out string problem)
        {
            try
            {
                problem = "";
                return NativeLibrary.Load(file);
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
            {
                problem = e.Message.ReplaceLineEndings(" ").Trim();
                return 0;
            }
        }

        public void Free(nint handle) => NativeLibrary.Free(handle);

        public string? Refuse(CudaLibrary library, nint handle, int driverVersion) => library.Import switch
        {
            Driver => RefuseDriver(handle),
            Dnn => RefuseDnn(handle, driverVersion),
            _ => null,
        };

        public string FileOf(string name)
        {
            // What is mapped is the file that links lead to: libcuda.so.550.54 for libcuda.so.1.
            int version = name.IndexOf(".so.", StringComparison.Ordinal);
            string stem = version < 0 ? name : name[..(version + 4)];
            using Process process = Process.GetCurrentProcess();
            return process.Modules.Cast<ProcessModule>()
                .Select(module => module.FileName)
                .FirstOrDefault(file => Path.GetFileName(file).StartsWith(stem, StringComparison.OrdinalIgnoreCase)) ?? name;
        }

        /// <summary>The CUDA version a driver serves; 0 if it does not say.</summary>
        public static int DriverVersion(nint handle)
        {
            int version = 0;
            return NativeLibrary.TryGetExport(handle, "cuDriverGetVersion", out nint function)
                && ((delegate* unmanaged<int*, CUResult>)function)(&version) == CUResult.Success ? version : 0;
        }

        static string? RefuseDriver(nint handle) => DriverVersion(handle) switch
        {
            0 => "is no driver: cuDriverGetVersion does not answer",
            < CudaLibrary.OldestDriver and var version => $"serves CUDA {LibrarySearch.VersionText(version)}, 11.4 or newer is needed",
            _ => null,
        };

        static string? RefuseDnn(nint handle, int driverVersion)
        {
            if (!NativeLibrary.TryGetExport(handle, "cudnnGetVersion", out nint getVersion))
                return "is no cuDNN: cudnnGetVersion is missing";
            nuint version = ((delegate* unmanaged<nuint>)getVersion)();
            if (version < CudaLibrary.OldestDnn) return $"is cuDNN {CudaDNNContext.VersionOf(version)}, 8 or 9 is needed";
            // The file's name is the same for CUDA 12 and 13.
            if (!NativeLibrary.TryGetExport(handle, "cudnnGetCudartVersion", out nint getRuntime)) return null;
            nuint cuda = ((delegate* unmanaged<nuint>)getRuntime)() / 1000;
            return (int)cuda > driverVersion / 1000
                ? $"made for CUDA {cuda}, the driver serves {LibrarySearch.VersionText(driverVersion)}"
                : null;
        }
    }
}
