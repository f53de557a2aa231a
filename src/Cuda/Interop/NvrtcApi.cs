using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GeneratingImages.Cuda;

/// <summary>What the run-time compiler answers (NVRTC documentation, nvrtcResult): the codes this project meets.</summary>
public enum NvrtcResult
{
    /// <summary>It worked.</summary>
    Success = 0,

    /// <summary>An option is unknown or has a bad value.</summary>
    InvalidOption = 5,

    /// <summary>The source does not compile; the log says why.</summary>
    Compilation = 6,

    /// <summary>The compiler's builtins library was not found.</summary>
    BuiltinOperationFailure = 7,
}

/// <summary>The run-time compiler failed; the message has its log.</summary>
public sealed class NvrtcException(NvrtcResult result, string call, string text, string log = "")
    : CudaException($"{text} ({(int)result}) in {call}{(log.Length > 0 ? $": {log}" : "")}")
{
    /// <summary>What the compiler answered.</summary>
    public NvrtcResult NvrtcError { get; } = result;
}

/// <summary>The functions of NVRTC that are used.</summary>
static unsafe partial class NvrtcApi
{
    const string Library = NativeLibraries.RuntimeCompiler;

    /// <summary>Throws what a call answered, unless it worked.</summary>
    public static void Check(NvrtcResult result, string log = "", [CallerArgumentExpression(nameof(result))] string call = "")
    {
        if (result == NvrtcResult.Success) return;
        string text = Marshal.PtrToStringUTF8((nint)nvrtcGetErrorString(result)) ?? result.ToString();
        throw new NvrtcException(result, DriverApi.FunctionOf(call), text, log);
    }

    [LibraryImport(Library)]
    public static partial byte* nvrtcGetErrorString(NvrtcResult result);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcVersion(out int major, out int minor);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcGetNumSupportedArchs(out int count);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcGetSupportedArchs(int* architectures);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcCreateProgram(
        out nint program, byte* source, byte* name, int headers, byte** headerSources, byte** headerNames);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcDestroyProgram(ref nint program);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcCompileProgram(nint program, int count, byte** options);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcGetProgramLogSize(nint program, out nuint bytes);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcGetProgramLog(nint program, byte* log);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcGetCUBINSize(nint program, out nuint bytes);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcGetCUBIN(nint program, byte* cubin);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcGetPTXSize(nint program, out nuint bytes);

    [LibraryImport(Library)]
    public static partial NvrtcResult nvrtcGetPTX(nint program, byte* ptx);
}
