namespace GeneratingImages.Tests.Cuda;

/// <summary>The simulated cuBLAS against plain loops, and what it refuses.</summary>
[Collection(typeof(SimulatedDeviceCollection))]
public sealed unsafe class SimulatedBlasTests : IDisposable
{
    const int N = 0, T = 1, InvalidValue = 7, NotSupported = 15, Float = 0, BFloat16 = 14;

    readonly DriverSession _device = new();
    readonly nint _blas;

    public SimulatedBlasTests()
    {
        DriverSession.Ok(BlasCalls.Create(out _blas));
        DriverSession.Ok(BlasCalls.SetStream(_blas, _device.Stream));
    }

    public void Dispose() => _device.Dispose();

    // Row-major dense layers, y = x W^T with W [out,in], in the argument orders that need no transposition.
    const int Batch = 5, In = 7, Out = 3;

    [Fact]
    public void Dense_layer_forward()
    {
        float[] x = DriverSession.Numbers(Batch * In, 1), w = DriverSession.Numbers(Out * In, 2);
        ulong y = _device.Upload(new float[Batch * Out]);
        DriverSession.Ok(BlasCalls.Sgemm(_blas, T, N, Out, Batch, In, 1, _device.Upload(w), In, _device.Upload(x), In, 0, y, Out));
        Check(y, Batch, Out, (n, o) => Enumerable.Range(0, In).Sum(i => (double)x[(n * In) + i] * w[(o * In) + i]));
    }

    [Fact]
    public void Dense_layer_input_gradient()
    {
        float[] dy = DriverSession.Numbers(Batch * Out, 3), w = DriverSession.Numbers(Out * In, 4);
        ulong dx = _device.Upload(new float[Batch * In]);
        DriverSession.Ok(BlasCalls.Sgemm(_blas, N, N, In, Batch, Out, 1, _device.Upload(w), In, _device.Upload(dy), Out, 0, dx, In));
        Check(dx, Batch, In, (n, i) => Enumerable.Range(0, Out).Sum(o => (double)dy[(n * Out) + o] * w[(o * In) + i]));
    }

    [Fact]
    public void Dense_layer_weight_gradient()
    {
        float[] dy = DriverSession.Numbers(Batch * Out, 5), x = DriverSession.Numbers(Batch * In, 6);
        ulong dw = _device.Upload(new float[Out * In]);
        DriverSession.Ok(BlasCalls.Sgemm(_blas, N, T, In, Out, Batch, 1, _device.Upload(x), In, _device.Upload(dy), Out, 0, dw, In));
        Check(dw, Out, In, (o, i) => Enumerable.Range(0, Batch).Sum(n => (double)dy[(n * Out) + o] * x[(n * In) + i]));
    }

    [Fact]
    public void Scales_and_adds_and_does_not_read_what_beta_0_drops()
    {
        ulong a = _device.Upload(1, 2, 3, 4), b = _device.Upload(5, 6, 7, 8), c = _device.Upload(1, 1, 1, 1);
        DriverSession.Ok(BlasCalls.Sgemm(_blas, N, N, 2, 2, 2, 2, a, 2, b, 2, 10, c, 2));
        Assert.Equal([56, 78, 72, 102], _device.Download(c, 4).Select(v => v + 0f));
        DriverSession.Ok(DriverCalls.Alloc(out ulong fresh, 16));
        DriverSession.Ok(BlasCalls.Sgemm(_blas, N, N, 2, 2, 2, 1, a, 2, b, 2, 0, fresh, 2));
        Assert.Equal([23, 34, 31, 46], _device.Download(fresh, 4));
    }

    [Fact]
    public void Batch_is_a_stride_apart()
    {
        float[] a = DriverSession.Numbers(3 * 6, 7), b = DriverSession.Numbers(3 * 8, 8);
        ulong da = _device.Upload(a), db = _device.Upload(b), batched = _device.Upload(new float[36]),
            single = _device.Upload(new float[36]);
        DriverSession.Ok(BlasCalls.SgemmStridedBatched(_blas, N, N, 3, 4, 2, 1, da, 3, 6, db, 2, 8, 0, batched, 3, 12, 3));
        for (ulong i = 0; i < 3; i++)
            DriverSession.Ok(BlasCalls.Sgemm(_blas, N, N, 3, 4, 2, 1, da + (24 * i), 3, db + (32 * i), 2, 0, single + (48 * i), 3));
        Assert.Equal(_device.Download(single, 36), _device.Download(batched, 36));
    }

    [Fact]
    public void TF32_must_be_asked_for_and_keeps_10_bits()
    {
        float x = 1 + MathF.ScaleB(1, -11) + MathF.ScaleB(1, -20);
        ulong a = _device.Upload(x), one = _device.Upload(1), c = _device.Upload(0);
        float Product()
        {
            DriverSession.Ok(BlasCalls.Sgemm(_blas, N, N, 1, 1, 1, 1, a, 1, one, 1, 0, c, 1));
            return _device.Download(c, 1)[0];
        }

        Assert.Equal(x, Product());
        DriverSession.Ok(BlasCalls.SetMathMode(_blas, 3));
        Assert.Equal(1 + MathF.ScaleB(1, -10), Product());
        DriverSession.Ok(BlasCalls.SetMathMode(_blas, 2));
        Assert.Equal(x, Product());
    }

    [Fact]
    public void Extended_product_takes_float_rounded_to_bf16_and_refuses_mixed_types()
    {
        ulong a = _device.Upload(1 + MathF.ScaleB(1, -7) + MathF.ScaleB(1, -9)), one = _device.Upload(1), c = _device.Upload(0);
        DriverSession.Ok(BlasCalls.GemmEx(_blas, N, N, 1, 1, 1, 1, a, Float, 1, one, Float, 1, 0, c, Float, 1, compute: 75));
        Assert.Equal(1 + MathF.ScaleB(1, -7), _device.Download(c, 1)[0]);
        Assert.Equal(NotSupported, BlasCalls.GemmEx(_blas, N, N, 1, 1, 1, 1, a, Float, 1, one, BFloat16, 1, 0, c, Float, 1, compute: 68));
        Assert.Equal(NotSupported, BlasCalls.GemmEx(_blas, N, N, 1, 1, 1, 1, a, BFloat16, 1, one, BFloat16, 1, 0, c, Float, 1,
            compute: 75));
        Assert.Equal(NotSupported, BlasCalls.GemmEx(_blas, N, N, 1, 1, 1, 1, a, Float, 1, one, Float, 1, 0, c, Float, 1, compute: 70));
    }

    [Fact]
    public void Bf16_data_is_read_and_written_in_two_bytes()
    {
        // 1.5 and -3 as bfloat16, packed in one word each of two.
        ulong a = _device.Upload(BitConverter.UInt32BitsToSingle(0xC0403FC0)),
            b = _device.Upload(BitConverter.UInt32BitsToSingle(0x3F803F80));
        ulong c = _device.Upload(0);
        DriverSession.Ok(BlasCalls.GemmEx(_blas, N, N, 1, 1, 2, 1, a, BFloat16, 1, b, BFloat16, 2, 0, c, BFloat16, 1, compute: 68));
        Assert.Equal(0xBFC0, _device.Download<ushort>(c, 1)[0]);
    }

    [Theory]
    [InlineData(T, N, 3, 4, 2, 1, 2, 3, "lda")]
    [InlineData(N, N, 3, 4, 2, 2, 2, 3, "lda")]
    [InlineData(N, T, 3, 4, 2, 3, 3, 3, "ldb")]
    [InlineData(N, N, 3, 4, 2, 3, 2, 2, "ldc")]
    [InlineData(N, N, -1, 4, 2, 3, 2, 2, "negative")]
    [InlineData(3, N, 3, 4, 2, 3, 2, 3, "operation")]
    public void Wrong_arguments_are_refused(int opA, int opB, int m, int n, int k, int lda, int ldb, int ldc, string word)
    {
        ulong memory = _device.Upload(new float[64]);
        Assert.Equal(InvalidValue, BlasCalls.Sgemm(_blas, opA, opB, m, n, k, 1, memory, lda, memory, ldb, 0, memory, ldc));
        Assert.Contains(word, SimulatedDevice.Diagnostic, StringComparison.Ordinal);
    }

    [Fact]
    public void Operand_that_leaves_its_allocation_is_an_illegal_address()
    {
        ulong a = _device.Upload(new float[6]), b = _device.Upload(new float[8]), c = _device.Upload(new float[11]);
        DriverSession.Ok(BlasCalls.Sgemm(_blas, N, N, 3, 4, 2, 1, a, 3, b, 2, 0, c, 3));
        _device.Fails(700, "cublasSgemm_v2: C takes 48 bytes");
    }

    [Fact]
    public void Scalars_may_lie_on_the_device()
    {
        DriverSession.Ok(BlasCalls.SetPointerMode(_blas, 1));
        ulong scalars = _device.Upload(3, 0), a = _device.Upload(2), c = _device.Upload(0);
        DriverSession.Ok(BlasCalls.Sgemm(_blas, N, N, 1, 1, 1, (float*)scalars, a, 1, a, 1, (float*)(scalars + 4), c, 1));
        Assert.Equal(12, _device.Download(c, 1)[0]);
    }

    [Fact]
    public void Workspace_must_be_aligned_device_memory()
    {
        ulong memory = _device.Upload(new float[256]);
        DriverSession.Ok(BlasCalls.SetWorkspace(_blas, memory, 1024));
        Assert.Equal(InvalidValue, BlasCalls.SetWorkspace(_blas, memory + 4, 512));
        Assert.Equal(InvalidValue, BlasCalls.SetWorkspace(_blas, memory, 1025));
        Assert.Equal(1, BlasCalls.SetStream(_blas + 8, _device.Stream));
    }

    void Check(ulong result, int rows, int columns, Func<int, int, double> expected)
    {
        float[] values = _device.Download(result, rows * columns);
        for (int i = 0; i < values.Length; i++) Assert.Equal(expected(i / columns, i % columns), values[i], 1e-5);
    }
}
