using GeneratingImages.Cuda;

namespace GeneratingImages.Tests.Cuda;

/// <summary>cuBLAS, cuDNN and NVRTC through the product's types, each on the simulated device.</summary>
[Collection(typeof(SimulatedDeviceCollection))]
public class LibraryTypesTests
{
    [Theory]
    [InlineData(MathMode.DefaultMath, 0)]
    [InlineData(MathMode.TF32TensorOpMath, 11)]
    public void ProductsAreThoseOfPlainLoops(MathMode mode, int bits)
    {
        using var cuda = new SimulatedCuda();
        using CudaBlas blas = Open(cuda, out CudaDeviceVariable<byte> workspace);
        using (workspace)
        {
            blas.MathMode = mode;
            const int M = 5, N = 7, K = 9;
            float[] a = DriverSession.Numbers(K * M, seed: 1), b = DriverSession.Numbers(K * N, seed: 2);
            float[] c = DriverSession.Numbers(M * N, seed: 3);
            using CudaDeviceVariable<float> x = cuda.Upload<float>(a), y = cuda.Upload<float>(b), z = cuda.Upload<float>(c);
            // By columns: A is K by M and taken transposed, B is K by N, C is M by N.
            (ulong p, ulong q, ulong r) = (x.DevicePointer, y.DevicePointer, z.DevicePointer);
            blas.Gemm(Operation.Transpose, Operation.NonTranspose, M, N, K, 2, p, K, q, K, 0.5f, r, M);
            float[] product = cuda.Download(z);
            for (int n = 0; n < N; n++)
                for (int m = 0; m < M; m++)
                {
                    double sum = 0;
                    for (int k = 0; k < K; k++) sum += Rounded(a[m * K + k], bits) * Rounded(b[n * K + k], bits);
                    Assert.Equal(2 * sum + 0.5 * c[n * M + m], product[n * M + m], 1e-5);
                }
        }
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 8)]
    public void BatchesOfProductsLieAStrideApart(bool bf16, int bits)
    {
        using var cuda = new SimulatedCuda();
        using CudaBlas blas = Open(cuda, out CudaDeviceVariable<byte> workspace);
        using (workspace)
        {
            const int N = 4, Count = 3;
            float[] a = DriverSession.Numbers(N * N * Count, seed: 4), b = DriverSession.Numbers(N * N * Count, seed: 5);
            using CudaDeviceVariable<float> x = cuda.Upload<float>(a), y = cuda.Upload<float>(b);
            using CudaDeviceVariable<float> z = cuda.Upload<float>(new float[N * N * Count]);
            (ulong p, ulong q, ulong r) = (x.DevicePointer, y.DevicePointer, z.DevicePointer);
            if (bf16) blas.GemmStridedBatchedBf16(0, 0, N, N, N, 1, p, N, N * N, q, N, N * N, 0, r, N, N * N, Count);
            else blas.GemmStridedBatched(0, 0, N, N, N, 1, p, N, N * N, q, N, N * N, 0, r, N, N * N, Count);
            float[] product = cuda.Download(z);
            for (int i = 0; i < product.Length; i++)
            {
                int batch = i / (N * N) * N * N, column = i % (N * N) / N, row = i % N;
                double sum = 0;
                for (int k = 0; k < N; k++) sum += Rounded(a[batch + k * N + row], bits) * Rounded(b[batch + column * N + k], bits);
                Assert.Equal(sum, product[i], 1e-5);
            }
        }
    }

    [Fact]
    public void AProductThatCannotBeGivesItsSizes()
    {
        using var cuda = new SimulatedCuda();
        using CudaBlas blas = Open(cuda, out CudaDeviceVariable<byte> workspace);
        using (workspace)
        {
            ulong p = workspace.DevicePointer;
            CudaBlasException e = Assert.Throws<CudaBlasException>(() => blas.Gemm(0, 0, 5, 7, 9, 1, p, 4, p, 9, 0, p, 5));
            Assert.Equal(BlasStatus.InvalidValue, e.BlasStatus);
            Assert.Contains("(7) in cublasSgemm: ", e.Message, StringComparison.Ordinal);
            Assert.EndsWith("NonTranspose x NonTranspose, m 5, n 7, k 9", e.Message, StringComparison.Ordinal);
            Assert.False(e.IsSticky);
        }
    }

    [Fact]
    public void CuDnnTellsItsVersion()
    {
        using var cuda = new SimulatedCuda();
        Assert.InRange(CudaDNNContext.Version.Major, 8, 9);
        Assert.InRange(CudaDNNContext.CudaVersion, 11000, 13999);
        Assert.Equal(new Version(8, 9, 7), CudaDNNContext.VersionOf(8907));
        Assert.Equal(new Version(9, 10, 2), CudaDNNContext.VersionOf(91002));
        Assert.Equal(new Version(7, 6, 5), CudaDNNContext.VersionOf(7605));
    }

    [Fact]
    public void AConvolutionIsThatOfPlainLoops()
    {
        using var cuda = new SimulatedCuda();
        using var dnn = new CudaDNNContext(cuda.Context);
        dnn.SetStream(cuda.Stream);
        // A 3x3 image of one channel under one 3x3 filter, padded: the middle result is the sum of products.
        using var images = new TensorDescriptor(cuda.Context);
        using var filters = new FilterDescriptor(cuda.Context);
        using var movement = new ConvolutionDescriptor(cuda.Context);
        images.SetTensor4dDescriptor(DnnTensorFormat.NHWC, DnnDataType.Float, 1, 1, 3, 3);
        filters.SetFilter4dDescriptor(DnnDataType.Float, DnnTensorFormat.NHWC, 1, 1, 3, 3);
        movement.SetConvolution2dDescriptor(1, 1, 1, 1, 1, 1, DnnConvolutionMode.CrossCorrelation, DnnDataType.Float);
        movement.SetConvolutionMathType(DnnMathType.Fma);
        using CudaDeviceVariable<float> x = cuda.Upload<float>(1, 2, 3, 4, 5, 6, 7, 8, 9);
        using CudaDeviceVariable<float> w = cuda.Upload<float>(1, 1, 1, 1, 2, 1, 1, 1, 1);
        using CudaDeviceVariable<float> y = cuda.Upload<float>(new float[9]);
        DnnAlgorithmPerformance best = dnn.GetConvolutionForwardAlgorithm(images, filters, movement, images)[0];
        Assert.Equal(0, best.Status);
        long bytes = dnn.GetConvolutionForwardWorkspaceSize(images, filters, movement, images, best.Algorithm)!.Value;
        using var workspace = new CudaDeviceVariable<byte>(cuda.Context, Math.Max(bytes, 1));
        dnn.ConvolutionForward(
            1, images, x.DevicePointer, filters, w.DevicePointer, movement, best.Algorithm, bytes > 0 ? workspace.DevicePointer : 0, bytes,
            0, images, y.DevicePointer);
        Assert.Equal(45 + 5, cuda.Download(y)[4], 1e-5);
    }

    [Fact]
    public void WhatCuDnnRefusesHasItsNameAndWhatWasAsked()
    {
        using var cuda = new SimulatedCuda();
        using var dnn = new CudaDNNContext(cuda.Context);
        using var images = new TensorDescriptor(cuda.Context);
        CudaDNNException e = Assert.Throws<CudaDNNException>(
            () => images.SetTensor4dDescriptor(DnnTensorFormat.NHWC, DnnDataType.Float, 0, 1, 3, 3));
        Assert.StartsWith("CUDNN_STATUS_BAD_PARAM", e.StatusName, StringComparison.Ordinal);
        Assert.Contains(" in cudnnSetTensor4dDescriptor: ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("Float NHWC, n 0, c 1, h 3, w 3", e.Message, StringComparison.Ordinal);
        Assert.False(e.IsNotSupported);
    }

    [Fact]
    public void SourcesAreCompiledForTheDevice()
    {
        using var cuda = new SimulatedCuda();
        Assert.InRange(CudaRuntimeCompiler.Version, new Version(11, 2), new Version(13, 9));
        Assert.Contains(90, CudaRuntimeCompiler.SupportedArchitectures());
        using CudaRuntimeCompiler compiler = Compiler("state");
        compiler.Compile("--std=c++17", "--gpu-architecture=sm_90");
        using CudaModule module = cuda.Context.LoadModule(compiler.GetCubin());
        using CudaDeviceVariable<int> counter = cuda.Upload(41);
        new CudaKernel("increment", module).RunAsync(cuda.Stream, counter.DevicePointer, 1);
        Assert.Equal(42, cuda.Download(counter)[0]);
    }

    [Fact]
    public void ASourceThatDoesNotCompileGivesTheLog()
    {
        SimulatedCuda.UseLibraries();
        using var compiler = new CudaRuntimeCompiler("no code", "broken.cu");
        NvrtcException e = Assert.Throws<NvrtcException>(() => compiler.Compile("--gpu-architecture=sm_90"));
        Assert.Equal(NvrtcResult.Compilation, e.NvrtcError);
        Assert.Contains("(6) in nvrtcCompileProgram: ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith(compiler.GetLogAsString(), e.Message, StringComparison.Ordinal);
        Assert.NotEqual("", compiler.GetLogAsString());
    }

    [Fact]
    public void NothingOfTheLibrariesOutlivesTheContext()
    {
        SimulatedCuda.UseLibraries();
        long before = SimulatedDevice.Count("live_handles");
        using (var cuda = new SimulatedCuda())
        {
            using CudaBlas blas = Open(cuda, out CudaDeviceVariable<byte> workspace);
            using (workspace)
            using (var dnn = new CudaDNNContext(cuda.Context))
            using (new TensorDescriptor(cuda.Context))
            using (new FilterDescriptor(cuda.Context))
            using (new ConvolutionDescriptor(cuda.Context))
            using (new ActivationDescriptor(cuda.Context))
                Assert.Equal(8, cuda.Context.LiveObjects);
        }

        Assert.Equal((0L, before), (SimulatedDevice.Count("live_allocations"), SimulatedDevice.Count("live_handles")));
    }

    static CudaBlas Open(SimulatedCuda cuda, out CudaDeviceVariable<byte> workspace)
    {
        workspace = new CudaDeviceVariable<byte>(cuda.Context, 1 << 20);
        var blas = new CudaBlas(cuda.Context);
        blas.SetStream(cuda.Stream, workspace);
        Assert.InRange(blas.Version, 11_00_00, 13_99_99);
        return blas;
    }

    static CudaRuntimeCompiler Compiler(string file) =>
        new(KernelSources.Text($"{file}.cu"), $"{file}.cu", [(KernelSources.Header, KernelSources.Text(KernelSources.Header))]);

    /// <summary>A number with its mantissa rounded to some bits, the first included; 0 leaves it.</summary>
    static double Rounded(float value, int bits)
    {
        if (bits == 0) return value;
        int shift = 24 - bits;
        uint pattern = BitConverter.SingleToUInt32Bits(value);
        pattern = (pattern + (1u << (shift - 1)) - 1 + (pattern >> shift & 1)) >> shift << shift;
        return BitConverter.UInt32BitsToSingle(pattern);
    }
}
