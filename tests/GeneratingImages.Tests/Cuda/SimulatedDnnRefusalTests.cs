namespace GeneratingImages.Tests.Cuda;

/// <summary>What the simulated cuDNN refuses, in the numbers of its version.</summary>
[Collection(typeof(SimulatedDeviceCollection))]
public sealed class SimulatedDnnRefusalTests : IDisposable
{
    const int Nchw = 0, Nhwc = 1, Float = 0, Double = 1, Half = 2, BFloat16 = 9;

    readonly DriverSession _device = new();

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(DnnCalls.Version8, 8907, 3, "CUDNN_STATUS_BAD_PARAM", 9, "CUDNN_STATUS_NOT_SUPPORTED", 1)]
    [InlineData(DnnCalls.Version9, 90600, 2000, "CUDNN_STATUS_BAD_PARAM", 3000, "CUDNN_STATUS_NOT_SUPPORTED", 1001)]
    public void Status_numbers_are_the_versions_own(
        string library, int version, int badParam, string badParamName, int notSupported, string notSupportedName, int notInitialized)
    {
        var dnn = new DnnCalls(library);
        Assert.Equal((nuint)version, dnn.Version());
        Assert.Equal(badParam, dnn.SetTensor(dnn.Descriptor("Tensor"), Nhwc, Float, 1, 0, 2, 2));
        Assert.Equal(badParamName, dnn.ErrorString(badParam));
        var problem = new DnnProblem(dnn, _device, 1, 6, 3, 4, 3, 1, 1);
        Assert.Equal(notSupported, Workspace(problem, 6));
        Assert.Equal(notSupportedName, dnn.ErrorString(notSupported));
        Assert.Equal(
            notInitialized, dnn.Workspace(DnnDirection.Forward, 0, problem.X, problem.W, problem.Convolution, problem.Y, 0, out _));
        SimulatedDevice.Set("cudnn_version", 91002);
        Assert.Equal((nuint)91002, dnn.Version());
    }

    [Fact]
    public void Only_version_9_remembers_the_last_error()
    {
        var problem = new DnnProblem(new DnnCalls(), _device, 1, 6, 3, 4, 3, 1, 1);
        Assert.NotEqual(0, Workspace(problem, 3));
        Assert.Equal("cudnnGetConvolutionForwardWorkspaceSize: DIRECT is not implemented", problem.Dnn.LastError());
        Assert.Throws<EntryPointNotFoundException>(() => new DnnCalls(DnnCalls.Version8).LastError());
    }

    public static TheoryData<string, string> Contradictions => new()
    {
        { "channels", "images have 3 channels, filters take 5" },
        { "results", "the results' descriptor says 7x7" },
        { "filters", "there are 5 filters" },
        { "batch", "1 images, 2 results" },
        { "types", "data types 0, 9 and 0" },
        { "unset", "was never set" },
        { "kind", "of another kind" },
    };

    [Theory, MemberData(nameof(Contradictions))]
    public void Contradicting_descriptors_are_bad_parameters(string what, string message)
    {
        var problem = new DnnProblem(new DnnCalls(), _device, 1, 6, 3, 4, 3, 1, 1);
        (DnnCalls dnn, nint x) = (problem.Dnn, problem.X);
        switch (what)
        {
            case "channels": DriverSession.Ok(dnn.SetFilter(problem.W, Float, Nhwc, 4, 5, 3, 3)); break;
            case "results": DriverSession.Ok(dnn.SetTensor(problem.Y, Nhwc, Float, 1, 4, 7, 7)); break;
            case "filters": DriverSession.Ok(dnn.SetFilter(problem.W, Float, Nhwc, 5, 3, 3, 3)); break;
            case "batch": DriverSession.Ok(dnn.SetTensor(problem.Y, Nhwc, Float, 2, 4, 6, 6)); break;
            case "types": DriverSession.Ok(dnn.SetFilter(problem.W, BFloat16, Nhwc, 4, 3, 3, 3)); break;
            case "unset": x = dnn.Descriptor("Tensor"); break;
            default: x = problem.W; break;
        }

        Assert.Equal(2000, dnn.Workspace(DnnDirection.Forward, problem.Handle, x, problem.W, problem.Convolution, problem.Y, 0, out _));
        Assert.Contains(message, dnn.LastError(), StringComparison.Ordinal);
    }

    // Layouts of images, filters, results; data and compute type; mode; dilation; the algorithm asked for; what is said.
    [Theory]
    [InlineData(Nchw, Nhwc, Nhwc, Float, Float, 1, 1, 0, "need images and results in packed NHWC")]
    [InlineData(Nhwc, Nchw, Nhwc, Float, Float, 1, 1, 0, "NCHW filters with images or results in NHWC")]
    [InlineData(Nhwc, Nhwc, Nhwc, Float, Float, 0, 1, 0, "cross-correlation only")]
    [InlineData(Nhwc, Nhwc, Nhwc, BFloat16, BFloat16, 1, 1, 0, "computed in float")]
    [InlineData(Nhwc, Nhwc, Nhwc, Double, Double, 1, 1, 0, "data type 1")]
    [InlineData(Nhwc, Nhwc, Nhwc, Half, Float, 1, 1, 0, "data type 2")]
    [InlineData(Nhwc, Nhwc, Nhwc, Float, Float, 1, 1, 2, "GEMM takes no NHWC")]
    [InlineData(Nhwc, Nhwc, Nhwc, Float, Float, 1, 1, 3, "DIRECT is not implemented")]
    [InlineData(Nhwc, Nhwc, Nhwc, Float, Float, 1, 1, 7, "WINOGRAD_NONFUSED takes no NHWC")]
    [InlineData(Nchw, Nchw, Nchw, BFloat16, Float, 1, 1, 4, "FFT takes no bfloat16")]
    [InlineData(Nchw, Nchw, Nchw, Float, Float, 1, 2, 6, "WINOGRAD takes no dilation")]
    public void Unsupported_combinations_are_refused(
        int xFormat, int wFormat, int yFormat, int type, int compute, int mode, int dilation, int algorithm, string message)
    {
        var problem = new DnnProblem(new DnnCalls(), _device, 1, 6, 3, 4, 3, 1, 1);
        DnnCalls dnn = problem.Dnn;
        int side = dilation == 1 ? 6 : 4;
        DriverSession.Ok(dnn.SetTensor(problem.X, xFormat, type, 1, 3, 6, 6));
        DriverSession.Ok(dnn.SetFilter(problem.W, type, wFormat, 4, 3, 3, 3));
        DriverSession.Ok(dnn.SetTensor(problem.Y, yFormat, type, 1, 4, side, side));
        DriverSession.Ok(dnn.SetConvolution(problem.Convolution, 1, 1, dilation, mode, compute));
        Assert.StartsWith("CUDNN_STATUS_NOT_SUPPORTED", dnn.ErrorString(Workspace(problem, algorithm)), StringComparison.Ordinal);
        Assert.Contains(message, dnn.LastError(), StringComparison.Ordinal);
    }

    [Fact]
    public void NCHW_takes_the_algorithms_that_NHWC_does_not()
    {
        var problem = new DnnProblem(new DnnCalls(), _device, 1, 6, 3, 4, 3, 1, 1);
        DriverSession.Ok(problem.Dnn.SetTensor(problem.X, Nchw, Float, 1, 3, 6, 6));
        DriverSession.Ok(problem.Dnn.SetFilter(problem.W, Float, Nchw, 4, 3, 3, 3));
        DriverSession.Ok(problem.Dnn.SetTensor(problem.Y, Nchw, Float, 1, 4, 6, 6));
        foreach (int algorithm in (int[])[0, 1, 2, 4, 5, 6, 7]) Assert.Equal(0, Workspace(problem, algorithm));
        float[] first = problem.Run(DnnDirection.Forward, 0);
        Assert.Equal(first, problem.Run(DnnDirection.Forward, 7));
    }

    [Fact]
    public void Short_workspaces_and_null_pointers_are_bad_parameters()
    {
        var problem = new DnnProblem(new DnnCalls(), _device, 1, 6, 3, 4, 3, 1, 1);
        ulong x = _device.Upload(problem.Images), w = _device.Upload(problem.Filters), y = _device.Upload(problem.Results);
        int Run(ulong images, ulong workspace, long bytes) => problem.TryRun(DnnDirection.Forward, images, w, y, 1, workspace, bytes);
        Assert.Equal("CUDNN_STATUS_BAD_PARAM_SIZE_INSUFFICIENT", problem.Dnn.ErrorString(Run(x, y, 16)));
        Assert.Equal("CUDNN_STATUS_BAD_PARAM_SIZE_INSUFFICIENT", problem.Dnn.ErrorString(Run(x, 0, 1 << 20)));
        Assert.Equal("CUDNN_STATUS_BAD_PARAM_NULL_POINTER", problem.Dnn.ErrorString(Run(0, y, 1 << 20)));
    }

    [Fact]
    public void Operand_that_leaves_its_allocation_is_an_illegal_address()
    {
        var problem = new DnnProblem(new DnnCalls(), _device, 1, 6, 3, 4, 3, 1, 1);
        ulong x = _device.Upload(problem.Images), w = _device.Upload(problem.Filters),
            y = _device.Upload(new float[problem.Results.Length - 1]);
        DriverSession.Ok(problem.TryRun(DnnDirection.Forward, x, w, y));
        _device.Fails(700, "cudnnConvolutionForward IMPLICIT_GEMM: y takes 576 bytes");
    }

    [Theory]
    [InlineData(4, 1, "activation 4")]
    [InlineData(5, 0, "IMPLICIT_PRECOMP_GEMM alone")]
    public void Fused_call_takes_relu_and_the_identity_with_one_algorithm(int activation, int algorithm, string message)
    {
        var problem = new DnnProblem(new DnnCalls(), _device, 1, 6, 3, 4, 3, 1, 1);
        DnnCalls dnn = problem.Dnn;
        nint bias = dnn.Descriptor("Tensor"), act = dnn.Descriptor("Activation");
        DriverSession.Ok(dnn.SetTensor(bias, Nhwc, Float, 1, 4, 1, 1));
        DriverSession.Ok(dnn.SetActivation(act, activation));
        ulong x = _device.Upload(problem.Images), w = _device.Upload(problem.Filters), y = _device.Upload(problem.Results),
            b = _device.Upload(1, 2, 3, 4);
        int status = dnn.RunFused(problem.Handle, problem.X, x, problem.W, w, problem.Convolution, algorithm, bias, b, act, problem.Y, y);
        Assert.Equal("CUDNN_STATUS_NOT_SUPPORTED", dnn.ErrorString(status));
        Assert.Contains(message, dnn.LastError(), StringComparison.Ordinal);
    }

    [Fact]
    public void Algorithms_can_be_refused_by_plan()
    {
        var problem = new DnnProblem(new DnnCalls(), _device, 1, 6, 3, 4, 3, 1, 1);
        SimulatedDevice.Set("refuse_algorithms", 1 << 1);
        Assert.Equal(0, Workspace(problem, 0));
        Assert.Equal(3000, Workspace(problem, 1));
        Assert.Contains("IMPLICIT_PRECOMP_GEMM is refused, as planned", problem.Dnn.LastError(), StringComparison.Ordinal);
    }

    [Fact]
    public void Destroyed_descriptors_are_bad_parameters()
    {
        var problem = new DnnProblem(new DnnCalls(), _device, 1, 6, 3, 4, 3, 1, 1);
        Assert.Equal(0, problem.Dnn.DestroyTensor(problem.X));
        Assert.Equal(2000, problem.Dnn.DestroyTensor(problem.X));
        Assert.Equal(2000, Workspace(problem, 0));
    }

    [Fact]
    public void Output_size_follows_from_the_descriptors()
    {
        var problem = new DnnProblem(new DnnCalls(), _device, 2, 9, 3, 4, 5, 1, 2);
        int[] size = new int[4];
        DriverSession.Ok(problem.Dnn.OutputSize(problem.Convolution, problem.X, problem.W, size));
        Assert.Equal([2, 4, 4, 4], size);
    }

    static int Workspace(DnnProblem problem, int algorithm) =>
        problem.Dnn.Workspace(DnnDirection.Forward, problem.Handle, problem.X, problem.W, problem.Convolution, problem.Y, algorithm, out _);
}
