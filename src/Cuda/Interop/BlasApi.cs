using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GeneratingImages.Cuda;

/// <summary>What cuBLAS answers (cuBLAS documentation, cublasStatus_t).</summary>
public enum BlasStatus
{
    /// <summary>It worked.</summary>
    Success = 0,

    /// <summary>The library could not be initialised.</summary>
    NotInitialized = 1,

    /// <summary>Memory could not be allocated.</summary>
    AllocFailed = 3,

    /// <summary>An argument is outside its range.</summary>
    InvalidValue = 7,

    /// <summary>The device lacks what the call needs.</summary>
    ArchMismatch = 8,

    /// <summary>A kernel could not be launched.</summary>
    ExecutionFailed = 13,

    /// <summary>The library failed.</summary>
    InternalError = 14,

    /// <summary>The combination of arguments is not supported.</summary>
    NotSupported = 15,
}

/// <summary>A call of cuBLAS failed.</summary>
public sealed class CudaBlasException(BlasStatus status, string call, string text, string detail = "", CUResult beneath = CUResult.Unknown)
    : CudaException($"CUBLAS_STATUS {status} ({(int)status}) in {call}: {text}{(detail.Length > 0 ? $": {detail}" : "")}", beneath)
{
    /// <summary>What cuBLAS answered.</summary>
    public BlasStatus BlasStatus { get; } = status;
}

/// <summary>The functions of cuBLAS that are used. Matrices are stored by columns.</summary>
static unsafe partial class BlasApi
{
    const string Library = NativeLibraries.Blas;

    /// <summary>Throws what a call answered, unless it worked.</summary>
    public static void Check(BlasStatus status, string detail = "", [CallerArgumentExpression(nameof(status))] string call = "")
    {
        if (status == BlasStatus.Success) return;
        // Since CUDA 11.4.2.
        string? text = NativeLibraries.Exports(Library, nameof(cublasGetStatusString))
            ? Marshal.PtrToStringUTF8((nint)cublasGetStatusString(status))
            : null;
        CUResult beneath = status is BlasStatus.ExecutionFailed or BlasStatus.InternalError ? DriverApi.LossOfContext() : CUResult.Unknown;
        throw new CudaBlasException(status, DriverApi.FunctionOf(call), text ?? "no text", detail, beneath);
    }

    [LibraryImport(Library)]
    public static partial byte* cublasGetStatusString(BlasStatus status);

    [LibraryImport(Library, EntryPoint = "cublasCreate_v2")]
    public static partial BlasStatus cublasCreate(out nint handle);

    [LibraryImport(Library, EntryPoint = "cublasDestroy_v2")]
    public static partial BlasStatus cublasDestroy(nint handle);

    [LibraryImport(Library, EntryPoint = "cublasGetVersion_v2")]
    public static partial BlasStatus cublasGetVersion(nint handle, out int version);

    [LibraryImport(Library, EntryPoint = "cublasSetStream_v2")]
    public static partial BlasStatus cublasSetStream(nint handle, nint stream);

    [LibraryImport(Library, EntryPoint = "cublasSetWorkspace_v2")]
    public static partial BlasStatus cublasSetWorkspace(nint handle, ulong workspace, nuint bytes);

    [LibraryImport(Library)]
    public static partial BlasStatus cublasSetMathMode(nint handle, MathMode mode);

    [LibraryImport(Library, EntryPoint = "cublasSgemm_v2")]
    public static partial BlasStatus cublasSgemm(
        nint handle, Operation opA, Operation opB, int m, int n, int k, float* alpha, ulong a, int lda, ulong b, int ldb,
        float* beta, ulong c, int ldc);

    [LibraryImport(Library)]
    public static partial BlasStatus cublasSgemmStridedBatched(
        nint handle, Operation opA, Operation opB, int m, int n, int k, float* alpha, ulong a, int lda, long strideA,
        ulong b, int ldb, long strideB, float* beta, ulong c, int ldc, long strideC, int count);

    [LibraryImport(Library)]
    public static partial BlasStatus cublasGemmStridedBatchedEx(
        nint handle, Operation opA, Operation opB, int m, int n, int k, void* alpha, ulong a, DataType typeA, int lda, long strideA,
        ulong b, DataType typeB, int ldb, long strideB, void* beta, ulong c, DataType typeC, int ldc, long strideC, int count,
        ComputeType compute, int algorithm);
}

/// <summary>Whether a matrix is taken as it is stored or transposed (cublasOperation_t).</summary>
public enum Operation
{
    /// <summary>As it is stored.</summary>
    NonTranspose = 0,

    /// <summary>Transposed.</summary>
    Transpose = 1,
}

/// <summary>In what arithmetic cuBLAS may compute (cublasMath_t).</summary>
public enum MathMode
{
    /// <summary>Single precision for single-precision matrices.</summary>
    DefaultMath = 0,

    /// <summary>The tensor cores' 10-bit mantissas for factors.</summary>
    TF32TensorOpMath = 3,
}

/// <summary>The type of a matrix' elements (cudaDataType_t).</summary>
enum DataType
{
    Float32 = 0,
}

/// <summary>The arithmetic of one product (cublasComputeType_t).</summary>
enum ComputeType
{
    Compute32FFast16BF = 75,
}
