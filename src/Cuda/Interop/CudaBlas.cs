namespace GeneratingImages.Cuda;

/// <summary>cuBLAS on one device: a handle, which belongs to one thread at a time, its stream and its workspace.</summary>
public sealed unsafe class CudaBlas : IDisposable
{
    const int DefaultAlgorithm = -1;

    readonly NativeHandle _handle;
    readonly nint _blas;

    /// <summary>Initialises cuBLAS in a context.</summary>
    /// <exception cref="CudaLibraryException">cuBLAS was not found.</exception>
    public CudaBlas(CudaContext context)
    {
        NativeLibraries.Find(NativeLibraries.Blas);
        context.SetCurrent();
        BlasApi.Check(BlasApi.cublasCreate(out _blas));
        _handle = context.Own(_blas, static h => BlasApi.cublasDestroy(h));
    }

    /// <summary>The library's version: 120401 for 12.4.1.</summary>
    public int Version
    {
        get
        {
            BlasApi.Check(BlasApi.cublasGetVersion(_blas, out int version));
            return version;
        }
    }

    /// <summary>In what arithmetic products are computed.</summary>
    public MathMode MathMode
    {
        get;
        set
        {
            BlasApi.Check(BlasApi.cublasSetMathMode(_blas, value));
            field = value;
        }
    }

    /// <summary>
    /// Sets the stream, and then the workspace, which setting the stream forgets. Without one of its own, cuBLAS would allocate another for
    /// every captured graph.
    /// </summary>
    public void SetStream(CudaStream stream, CudaDeviceVariable<byte> workspace)
    {
        BlasApi.Check(BlasApi.cublasSetStream(_blas, stream.Stream));
        BlasApi.Check(BlasApi.cublasSetWorkspace(_blas, workspace.DevicePointer, (nuint)workspace.SizeInBytes));
    }

    /// <summary>C = alpha opA(A) opB(B) + beta C, matrices stored by columns: C is m by n, and k the inner size.</summary>
    /// <remarks>Arguments are those of <c>cublasSgemm</c>, in its order.</remarks>
    public void Gemm(
        Operation opA, Operation opB, int m, int n, int k, float alpha, ulong a, int lda, ulong b, int ldb, float beta, ulong c, int ldc)
    {
        BlasStatus status = BlasApi.cublasSgemm(_blas, opA, opB, m, n, k, &alpha, a, lda, b, ldb, &beta, c, ldc);
        if (status != BlasStatus.Success) BlasApi.Check(status, Sizes(opA, opB, m, n, k, 1), nameof(BlasApi.cublasSgemm));
    }

    /// <summary>The same product for several matrices, each a stride of elements behind the one before.</summary>
    public void GemmStridedBatched(
        Operation opA, Operation opB, int m, int n, int k, float alpha, ulong a, int lda, long strideA,
        ulong b, int ldb, long strideB, float beta, ulong c, int ldc, long strideC, int batchCount)
    {
        BlasStatus status = BlasApi.cublasSgemmStridedBatched(
            _blas, opA, opB, m, n, k, &alpha, a, lda, strideA, b, ldb, strideB, &beta, c, ldc, strideC, batchCount);
        if (status != BlasStatus.Success)
            BlasApi.Check(status, Sizes(opA, opB, m, n, k, batchCount), nameof(BlasApi.cublasSgemmStridedBatched));
    }

    /// <summary>
    /// As <see cref="GemmStridedBatched"/>, of single-precision matrices whose elements the tensor cores round to bfloat16 before they
    /// multiply; sums are single precision.
    /// </summary>
    public void GemmStridedBatchedBf16(
        Operation opA, Operation opB, int m, int n, int k, float alpha, ulong a, int lda, long strideA,
        ulong b, int ldb, long strideB, float beta, ulong c, int ldc, long strideC, int batchCount)
    {
        BlasStatus status = BlasApi.cublasGemmStridedBatchedEx(
            _blas, opA, opB, m, n, k, &alpha, a, DataType.Float32, lda, strideA, b, DataType.Float32, ldb, strideB,
            &beta, c, DataType.Float32, ldc, strideC, batchCount, ComputeType.Compute32FFast16BF, DefaultAlgorithm);
        if (status != BlasStatus.Success)
            BlasApi.Check(status, Sizes(opA, opB, m, n, k, batchCount), nameof(BlasApi.cublasGemmStridedBatchedEx));
    }

    /// <summary>Frees the handle.</summary>
    public void Dispose() => _handle.Dispose();

    static string Sizes(Operation opA, Operation opB, int m, int n, int k, int count) =>
        $"{opA} x {opB}, m {m}, n {n}, k {k}{(count > 1 ? $", {count} matrices" : "")}";
}
