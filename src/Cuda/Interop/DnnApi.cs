using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GeneratingImages.Cuda;

/// <summary>A call of cuDNN failed. Its status numbers differ between versions 8 and 9, so the name is what tells.</summary>
public sealed class CudaDNNException(int status, string name, string call, string detail = "", CUResult beneath = CUResult.Unknown)
    : CudaException($"{name} ({status}) in {call}{(detail.Length > 0 ? $": {detail}" : "")}", beneath)
{
    /// <summary>The status' name, such as <c>CUDNN_STATUS_NOT_SUPPORTED</c>.</summary>
    public string StatusName { get; } = name;

    /// <summary>Whether cuDNN cannot do what was asked, rather than failed at it.</summary>
    public bool IsNotSupported => StatusName.StartsWith("CUDNN_STATUS_NOT_SUPPORTED", StringComparison.Ordinal);
}

/// <summary>
/// The functions of cuDNN that are used: those of its legacy interface, which versions 8 and 9 both have. Descriptors name sizes in the
/// order n, c, h, w whatever the layout.
/// </summary>
static unsafe partial class DnnApi
{
    const string Library = NativeLibraries.Dnn;

    /// <summary>The status that all versions share.</summary>
    public const int Success = 0;

    /// <summary>Throws what a call answered, unless it worked.</summary>
    public static void Check(int status, string detail = "", [CallerArgumentExpression(nameof(status))] string call = "")
    {
        if (status == Success) return;
        string name = NameOf(status);
        // What it refuses says nothing of the device.
        bool failed = name.Contains("EXECUTION_FAILED", StringComparison.Ordinal)
            || name.Contains("INTERNAL_ERROR", StringComparison.Ordinal);
        CUResult beneath = failed ? DriverApi.LossOfContext() : CUResult.Unknown;
        throw new CudaDNNException(status, name, DriverApi.FunctionOf(call), $"{LastError()}{detail}", beneath);
    }

    /// <summary>A status' name.</summary>
    public static string NameOf(int status) => Marshal.PtrToStringUTF8((nint)cudnnGetErrorString(status)) ?? "no text";

    /// <summary>What version 9 remembers of the last failure on this thread.</summary>
    static string LastError()
    {
        const int MostBytes = 1024;
        if (!NativeLibraries.Exports(Library, nameof(cudnnGetLastErrorString))) return "";
        byte* text = stackalloc byte[MostBytes];
        text[0] = 0;
        cudnnGetLastErrorString(text, MostBytes);
        string message = Marshal.PtrToStringUTF8((nint)text)?.Trim() ?? "";
        return message.Length > 0 ? $"{message}: " : "";
    }

    [LibraryImport(Library)]
    public static partial byte* cudnnGetErrorString(int status);

    [LibraryImport(Library)]
    public static partial void cudnnGetLastErrorString(byte* text, nuint bytes);

    [LibraryImport(Library)]
    public static partial nuint cudnnGetVersion();

    [LibraryImport(Library)]
    public static partial nuint cudnnGetCudartVersion();

    [LibraryImport(Library)]
    public static partial int cudnnCreate(out nint handle);

    [LibraryImport(Library)]
    public static partial int cudnnDestroy(nint handle);

    [LibraryImport(Library)]
    public static partial int cudnnSetStream(nint handle, nint stream);

    [LibraryImport(Library)]
    public static partial int cudnnCreateTensorDescriptor(out nint descriptor);

    [LibraryImport(Library)]
    public static partial int cudnnDestroyTensorDescriptor(nint descriptor);

    [LibraryImport(Library)]
    public static partial int cudnnSetTensor4dDescriptor(
        nint descriptor, DnnTensorFormat format, DnnDataType type, int n, int c, int h, int w);

    [LibraryImport(Library)]
    public static partial int cudnnCreateFilterDescriptor(out nint descriptor);

    [LibraryImport(Library)]
    public static partial int cudnnDestroyFilterDescriptor(nint descriptor);

    /// <summary>Type and format stand the other way round than in a tensor's.</summary>
    [LibraryImport(Library)]
    public static partial int cudnnSetFilter4dDescriptor(
        nint descriptor, DnnDataType type, DnnTensorFormat format, int k, int c, int h, int w);

    [LibraryImport(Library)]
    public static partial int cudnnCreateConvolutionDescriptor(out nint descriptor);

    [LibraryImport(Library)]
    public static partial int cudnnDestroyConvolutionDescriptor(nint descriptor);

    [LibraryImport(Library)]
    public static partial int cudnnSetConvolution2dDescriptor(
        nint descriptor, int padH, int padW, int strideH, int strideW, int dilationH, int dilationW, DnnConvolutionMode mode,
        DnnDataType compute);

    [LibraryImport(Library)]
    public static partial int cudnnSetConvolutionMathType(nint descriptor, DnnMathType type);

    [LibraryImport(Library)]
    public static partial int cudnnCreateActivationDescriptor(out nint descriptor);

    [LibraryImport(Library)]
    public static partial int cudnnDestroyActivationDescriptor(nint descriptor);

    [LibraryImport(Library)]
    public static partial int cudnnSetActivationDescriptor(nint descriptor, DnnActivationMode mode, int nanPropagation, double coefficient);
}

/// <summary>Layouts (cudnnTensorFormat_t).</summary>
public enum DnnTensorFormat
{
    /// <summary>Channels outside.</summary>
    NCHW = 0,

    /// <summary>Channels inside, as everywhere in this project; filters are then [K,kh,kw,C].</summary>
    NHWC = 1,
}

/// <summary>Element types (cudnnDataType_t).</summary>
public enum DnnDataType
{
    /// <summary>Single precision.</summary>
    Float = 0,

    /// <summary>The upper half of single precision.</summary>
    BFloat16 = 9,
}

/// <summary>Whether filters are flipped (cudnnConvolutionMode_t).</summary>
public enum DnnConvolutionMode
{
    /// <summary>Flipped.</summary>
    Convolution = 0,

    /// <summary>As they are.</summary>
    CrossCorrelation = 1,
}

/// <summary>In what arithmetic a convolution may compute (cudnnMathType_t).</summary>
public enum DnnMathType
{
    /// <summary>The library's choice: TF32 for single precision, where the device has it.</summary>
    Default = 0,

    /// <summary>Tensor cores.</summary>
    TensorOp = 1,

    /// <summary>Tensor cores, with conversion of the operands.</summary>
    TensorOpAllowConversion = 2,

    /// <summary>Fused multiply-adds in the operands' type only.</summary>
    Fma = 3,
}

/// <summary>Activations (cudnnActivationMode_t).</summary>
public enum DnnActivationMode
{
    /// <summary>max(x, 0).</summary>
    Relu = 1,

    /// <summary>None; the fused call takes it with one algorithm only.</summary>
    Identity = 5,
}
