namespace GeneratingImages.Tests.Cuda;

/// <summary>The simulated cuDNN's convolutions against plain loops, and how its algorithms are found.</summary>
[Collection(typeof(SimulatedDeviceCollection))]
public sealed class SimulatedDnnTests : IDisposable
{
    readonly DriverSession _device = new();
    readonly DnnCalls _dnn = new();

    public void Dispose() => _device.Dispose();

    // Image side, channels, filters, filter side, padding before, stride; 'same' paddings wherever cuDNN's equal padding has them.
    public static TheoryData<int, int, int, int, int, int> Shapes => new()
    {
        { 6, 3, 4, 1, 0, 1 }, { 6, 3, 4, 3, 1, 1 }, { 7, 1, 5, 5, 2, 1 }, { 8, 4, 3, 7, 3, 1 }, { 8, 2, 3, 2, 0, 2 }, { 8, 2, 3, 4, 1, 2 },
        { 9, 5, 2, 6, 2, 2 }, { 7, 3, 2, 3, 0, 2 }, { 9, 2, 3, 5, 1, 2 }, { 10, 2, 2, 4, 1, 3 }, { 5, 16, 17, 3, 1, 1 },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void Forward(int h, int c, int k, int filter, int pad, int stride) => Check(DnnDirection.Forward, h, c, k, filter, pad, stride);

    [Theory, MemberData(nameof(Shapes))]
    public void Backward_data(int h, int c, int k, int filter, int pad, int stride) =>
        Check(DnnDirection.BackwardData, h, c, k, filter, pad, stride);

    [Theory, MemberData(nameof(Shapes))]
    public void Backward_filter(int h, int c, int k, int filter, int pad, int stride) =>
        Check(DnnDirection.BackwardFilter, h, c, k, filter, pad, stride);

    /// <summary>'same' in the transposed direction, h to s h: with unequal padding cuDNN computes one row and column more, which are
    /// dropped.</summary>
    [Theory]
    [InlineData(1, 3, false)]
    [InlineData(1, 4, true)]
    [InlineData(2, 4, false)]
    [InlineData(2, 3, true)]
    [InlineData(2, 5, true)]
    public void Transposed_same_padding(int stride, int filter, bool unequal)
    {
        const int h = 4;
        int side = (stride * h) + (unequal ? 1 : 0), before = Math.Max(filter - stride, 0) / 2;
        var problem = new DnnProblem(_dnn, _device, 2, side, 3, 2, filter, before, stride);
        Assert.Equal(h, problem.Out);
        Near(problem.Expected(DnnDirection.BackwardData), problem.Run(DnnDirection.BackwardData));
    }

    [Fact]
    public void Fused_call_adds_the_bias_and_cuts_at_zero()
    {
        var problem = new DnnProblem(_dnn, _device, 2, 6, 3, 4, 3, 1, 1);
        float[] bias = DriverSession.Numbers(4, 9);
        nint b = _dnn.Descriptor("Tensor"), relu = _dnn.Descriptor("Activation");
        DriverSession.Ok(_dnn.SetTensor(b, DnnProblem.Nhwc, DnnProblem.Float, 1, 4, 1, 1));
        DriverSession.Ok(_dnn.SetActivation(relu, 1));
        DriverSession.Ok(DriverCalls.Alloc(out ulong y, problem.Results.Length * sizeof(float)));
        DriverSession.Ok(_dnn.RunFused(
            problem.Handle, problem.X, _device.Upload(problem.Images), problem.W, _device.Upload(problem.Filters), problem.Convolution, 0,
            b, _device.Upload(bias), relu, problem.Y, y));
        Near([.. problem.Expected(DnnDirection.Forward).Select((v, i) => Math.Max(0, v + bias[i % 4]))],
            _device.Download(y, problem.Results.Length));
    }

    [Fact]
    public void Float_is_TF32_unless_the_math_type_is_FMA()
    {
        var problem = new DnnProblem(_dnn, _device, 1, 5, 4, 4, 3, 1, 1);
        float[] strict = problem.Run(DnnDirection.Forward);
        DriverSession.Ok(_dnn.SetMath(problem.Convolution, 0));
        float[] rounded = problem.Run(DnnDirection.Forward);
        Assert.NotEqual(strict, rounded);
        for (int i = 0; i < strict.Length; i++) Assert.Equal(strict[i], rounded[i], 0.05);
        Assert.Equal(strict, problem.Run(DnnDirection.Forward, algorithm: 0));
        SimulatedDevice.Set("compute_capability", 75);
        Assert.Equal(strict, problem.Run(DnnDirection.Forward));
    }

    [Theory]
    [InlineData(DnnDirection.BackwardData, 0, false)]
    [InlineData(DnnDirection.BackwardData, 1, true)]
    [InlineData(DnnDirection.BackwardFilter, 0, false)]
    [InlineData(DnnDirection.BackwardFilter, 1, true)]
    public void Atomic_algorithms_do_not_repeat_their_bits(DnnDirection direction, int algorithm, bool repeats)
    {
        var problem = new DnnProblem(_dnn, _device, 2, 6, 3, 4, 3, 1, 1);
        float[] first = problem.Run(direction, algorithm), second = problem.Run(direction, algorithm);
        Assert.Equal(repeats, first.AsSpan().SequenceEqual(second));
        Near(problem.Expected(direction), second);
        (DnnPerformance[] found, _) = Get(problem, direction);
        Assert.Equal(repeats ? 1 : 0, found.First(f => f.Algorithm == algorithm).Determinism);
    }

    [Fact]
    public unsafe void Performance_results_have_48_bytes() => Assert.Equal(48, sizeof(DnnPerformance));

    [Theory, InlineData(DnnDirection.Forward), InlineData(DnnDirection.BackwardData), InlineData(DnnDirection.BackwardFilter)]
    public void NHWC_has_two_algorithms_in_each_direction(DnnDirection direction)
    {
        var problem = new DnnProblem(_dnn, _device, 2, 6, 3, 4, 3, 1, 1);
        (DnnPerformance[] found, int returned) = Get(problem, direction);
        Assert.Equal(direction == DnnDirection.Forward ? 8 : direction == DnnDirection.BackwardData ? 6 : 7, returned);
        Assert.Equal([1, 0], found[..returned].Where(f => f.Status == 0).Select(f => f.Algorithm));
        Assert.All(found[2..returned], f => Assert.Equal("CUDNN_STATUS_NOT_SUPPORTED", _dnn.ErrorString(f.Status)));
        Assert.All(found[..2], f => Assert.Equal(DnnProblem.Fma, f.Math));
    }

    [Fact]
    public void Find_overwrites_the_result_and_marks_what_lacks_workspace()
    {
        var problem = new DnnProblem(_dnn, _device, 2, 6, 3, 4, 3, 1, 1);
        ulong y = _device.Upload(problem.Results);
        var found = new DnnPerformance[16];
        DriverSession.Ok(_dnn.Find(
            DnnDirection.Forward, problem.Handle, problem.X, _device.Upload(problem.Images), problem.W, _device.Upload(problem.Filters),
            problem.Convolution, problem.Y, y, found, out int returned, 0, 0));
        Assert.Equal(8, returned);
        Assert.Equal(0, Assert.Single(found[..returned], f => f.Status == 0).Algorithm);
        Assert.Equal("CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED",
            _dnn.ErrorString(Assert.Single(found[..returned], f => f.Algorithm == 1).Status));
        Assert.All(_device.Download(y, problem.Results.Length), v => Assert.True(float.IsNaN(v)));
    }

    [Fact]
    public void Find_is_refused_during_a_capture_and_ends_it()
    {
        var problem = new DnnProblem(_dnn, _device, 2, 6, 3, 4, 3, 1, 1);
        ulong x = _device.Upload(problem.Images), w = _device.Upload(problem.Filters), y = _device.Upload(problem.Results);
        DriverSession.Ok(DriverCalls.BeginCapture(_device.Stream, 1));
        int status = _dnn.Find(
            DnnDirection.Forward, problem.Handle, problem.X, x, problem.W, w, problem.Convolution, problem.Y, y, new DnnPerformance[4],
            out _, 0, 0);
        Assert.Equal("CUDNN_STATUS_EXECUTION_FAILED", _dnn.ErrorString(status));
        Assert.Equal(901, DriverCalls.EndCapture(_device.Stream, out _));
    }

    [Fact]
    public void Convolution_is_captured_and_replayed()
    {
        var problem = new DnnProblem(_dnn, _device, 2, 6, 3, 4, 3, 1, 1);
        ulong x = _device.Upload(problem.Images), w = _device.Upload(problem.Filters), y = _device.Upload(problem.Results);
        DriverSession.Ok(DriverCalls.BeginCapture(_device.Stream, 1));
        DriverSession.Ok(problem.TryRun(DnnDirection.Forward, x, w, y));
        DriverSession.Ok(DriverCalls.EndCapture(_device.Stream, out nint graph));
        Assert.Equal(problem.Results, _device.Download(y, problem.Results.Length));
        DriverSession.Ok(DriverCalls.Instantiate(out nint instance, graph));
        DriverSession.Ok(DriverCalls.GraphLaunch(instance, _device.Stream));
        Near(problem.Expected(DnnDirection.Forward), _device.Download(y, problem.Results.Length));
    }

    (DnnPerformance[] Found, int Returned) Get(DnnProblem problem, DnnDirection direction)
    {
        var found = new DnnPerformance[16];
        (nint first, nint second, nint result) = problem.Descriptors(direction);
        DriverSession.Ok(_dnn.Get(direction, problem.Handle, first, second, problem.Convolution, result, found, out int returned));
        return (found, returned);
    }

    void Check(DnnDirection direction, int h, int c, int k, int filter, int pad, int stride)
    {
        var problem = new DnnProblem(_dnn, _device, 2, h, c, k, filter, pad, stride);
        Near(problem.Expected(direction), problem.Run(direction));
        Near(problem.Expected(direction), problem.Run(direction, algorithm: 0));
    }

    static void Near(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-5 * Math.Max(1, Math.Abs(expected[i])));
    }
}
