using System.Runtime.InteropServices;
using System.Text;

namespace GeneratingImages.Cuda;

/// <summary>Compiles CUDA source while the program runs; no device or driver is needed for it.</summary>
public sealed unsafe class CudaRuntimeCompiler : IDisposable
{
    readonly NativeHandle _handle;
    readonly nint _program;

    /// <summary>Takes a source.</summary>
    /// <param name="source">The source's text.</param>
    /// <param name="name">The name that messages and line information give it.</param>
    /// <param name="headers">Texts that it includes, by the names it includes them under.</param>
    /// <exception cref="CudaLibraryException">NVRTC was not found.</exception>
    public CudaRuntimeCompiler(string source, string name, IReadOnlyList<(string Name, string Text)>? headers = null)
    {
        NativeLibraries.Find(NativeLibraries.RuntimeCompiler);
        headers ??= [];
        using var texts = new Utf8Texts([source, name, .. headers.Select(h => h.Text), .. headers.Select(h => h.Name)]);
        byte** pointers = texts.Pointers;
        NvrtcApi.Check(
            NvrtcApi.nvrtcCreateProgram(out _program, pointers[0], pointers[1], headers.Count, pointers + 2, pointers + 2 + headers.Count));
        _handle = new NativeHandle(null, _program, static p => NvrtcApi.nvrtcDestroyProgram(ref p));
    }

    /// <summary>The compiler's version.</summary>
    /// <exception cref="CudaLibraryException">NVRTC was not found.</exception>
    public static Version Version
    {
        get
        {
            NativeLibraries.Find(NativeLibraries.RuntimeCompiler);
            NvrtcApi.Check(NvrtcApi.nvrtcVersion(out int major, out int minor));
            return new Version(major, minor);
        }
    }

    /// <summary>The architectures it compiles for, such as 75 and 90, lowest first.</summary>
    /// <exception cref="CudaLibraryException">NVRTC was not found.</exception>
    public static int[] SupportedArchitectures()
    {
        NativeLibraries.Find(NativeLibraries.RuntimeCompiler);
        NvrtcApi.Check(NvrtcApi.nvrtcGetNumSupportedArchs(out int count));
        var architectures = new int[count];
        fixed (int* pointer = architectures) NvrtcApi.Check(NvrtcApi.nvrtcGetSupportedArchs(pointer));
        Array.Sort(architectures);
        return architectures;
    }

    /// <summary>Compiles.</summary>
    /// <param name="options">Such as <c>--gpu-architecture=sm_90</c>.</param>
    /// <exception cref="NvrtcException">The source or an option is wrong; the message has the log.</exception>
    public void Compile(params IReadOnlyList<string> options)
    {
        using var texts = new Utf8Texts(options);
        NvrtcResult result = NvrtcApi.nvrtcCompileProgram(_program, options.Count, texts.Pointers);
        if (result != NvrtcResult.Success) NvrtcApi.Check(result, GetLogAsString(), nameof(NvrtcApi.nvrtcCompileProgram));
    }

    /// <summary>The machine code, if it was compiled for <c>sm_</c>.</summary>
    public byte[] GetCubin()
    {
        NvrtcApi.Check(NvrtcApi.nvrtcGetCUBINSize(_program, out nuint bytes));
        var cubin = new byte[bytes];
        fixed (byte* pointer = cubin) NvrtcApi.Check(NvrtcApi.nvrtcGetCUBIN(_program, pointer));
        return cubin;
    }

    /// <summary>The PTX, zero-terminated.</summary>
    public byte[] GetPTX()
    {
        NvrtcApi.Check(NvrtcApi.nvrtcGetPTXSize(_program, out nuint bytes));
        var ptx = new byte[bytes];
        fixed (byte* pointer = ptx) NvrtcApi.Check(NvrtcApi.nvrtcGetPTX(_program, pointer));
        return ptx;
    }

    /// <summary>What the compiler said.</summary>
    public string GetLogAsString()
    {
        NvrtcApi.Check(NvrtcApi.nvrtcGetProgramLogSize(_program, out nuint bytes));
        var log = new byte[bytes];
        fixed (byte* pointer = log) NvrtcApi.Check(NvrtcApi.nvrtcGetProgramLog(_program, pointer));
        return Encoding.UTF8.GetString(log).TrimEnd('\0').Trim();
    }

    /// <summary>Frees the program.</summary>
    public void Dispose() => _handle.Dispose();

    /// <summary>Zero-terminated copies of texts, and the array of pointers to them that C takes.</summary>
    readonly struct Utf8Texts : IDisposable
    {
        readonly int _count;

        public Utf8Texts(IReadOnlyList<string> texts)
        {
            _count = texts.Count;
            Pointers = (byte**)NativeMemory.Alloc((nuint)Math.Max(_count, 1), (nuint)sizeof(byte*));
            for (int i = 0; i < _count; i++) Pointers[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
        }

        public byte** Pointers { get; }

        public void Dispose()
        {
            for (int i = 0; i < _count; i++) Marshal.FreeCoTaskMem((nint)Pointers[i]);
            NativeMemory.Free(Pointers);
        }
    }
}
