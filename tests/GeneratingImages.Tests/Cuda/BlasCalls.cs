using unsafe BatchedGemm = delegate* unmanaged<
    nint, int, int, int, int, int, float*, ulong, int, long, ulong, int, long, float*, ulong, int, long, int, int>;
using unsafe ExtendedGemm = delegate* unmanaged<
    nint, int, int, int, int, int, float*, ulong, int, int, ulong, int, int, float*, ulong, int, int, int, int, int>;
using unsafe Gemm = delegate* unmanaged<nint, int, int, int, int, int, float*, ulong, int, ulong, int, float*, ulong, int, int>;

namespace GeneratingImages.Tests.Cuda;

/// <summary>The simulated cuBLAS' functions by their exported names. Operations: 0 as stored, 1 transposed.</summary>
static unsafe class BlasCalls
{
    public static int Create(out nint handle) => ((delegate* unmanaged<out nint, int>)At("cublasCreate_v2"))(out handle);

    public static int Destroy(nint handle) => ((delegate* unmanaged<nint, int>)At("cublasDestroy_v2"))(handle);

    public static int SetStream(nint handle, nint stream) =>
        ((delegate* unmanaged<nint, nint, int>)At("cublasSetStream_v2"))(handle, stream);

    public static int SetWorkspace(nint handle, ulong workspace, long bytes) =>
        ((delegate* unmanaged<nint, ulong, nuint, int>)At("cublasSetWorkspace_v2"))(handle, workspace, (nuint)bytes);

    public static int SetMathMode(nint handle, int mode) => ((delegate* unmanaged<nint, int, int>)At("cublasSetMathMode"))(handle, mode);

    public static int SetPointerMode(nint handle, int mode) =>
        ((delegate* unmanaged<nint, int, int>)At("cublasSetPointerMode_v2"))(handle, mode);

    public static int Sgemm(
        nint handle, int opA, int opB, int m, int n, int k, float* alpha, ulong a, int lda, ulong b, int ldb, float* beta, ulong c, int ldc)
        => ((Gemm)At("cublasSgemm_v2"))(handle, opA, opB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);

    public static int Sgemm(
        nint handle, int opA, int opB, int m, int n, int k, float alpha, ulong a, int lda, ulong b, int ldb, float beta, ulong c, int ldc)
        => Sgemm(handle, opA, opB, m, n, k, &alpha, a, lda, b, ldb, &beta, c, ldc);

    public static int SgemmStridedBatched(
        nint handle, int opA, int opB, int m, int n, int k, float alpha, ulong a, int lda, long strideA, ulong b, int ldb, long strideB,
        float beta, ulong c, int ldc, long strideC, int count)
        => ((BatchedGemm)At("cublasSgemmStridedBatched"))(
            handle, opA, opB, m, n, k, &alpha, a, lda, strideA, b, ldb, strideB, &beta, c, ldc, strideC, count);

    public static int GemmEx(
        nint handle, int opA, int opB, int m, int n, int k, float alpha, ulong a, int typeA, int lda, ulong b, int typeB, int ldb,
        float beta, ulong c, int typeC, int ldc, int compute)
        => ((ExtendedGemm)At("cublasGemmEx"))(
            handle, opA, opB, m, n, k, &alpha, a, typeA, lda, b, typeB, ldb, &beta, c, typeC, ldc, compute, -1);

    static nint At(string name) => SimulatedDevice.Export(name, "libcublas.so.12");
}
