namespace GeneratingImages.Tests.Cuda;

/// <summary>One convolution on the simulated cuDNN: images [N,H,W,C], filters [K,k,k,C], results [N,OH,OW,K], all in float.</summary>
sealed class DnnProblem
{
    public const int Float = 0, Nhwc = 1, CrossCorrelation = 1, Fma = 3;

    public DnnProblem(DnnCalls dnn, DriverSession device, int n, int h, int c, int k, int filter, int pad, int stride)
    {
        (Dnn, Device, N, H, C, K, Filter, Pad, Stride) = (dnn, device, n, h, c, k, filter, pad, stride);
        Out = ((h + (2 * pad) - filter) / stride) + 1;
        DriverSession.Ok(dnn.Create(out nint handle));
        DriverSession.Ok(dnn.SetStream(handle, device.Stream));
        Handle = handle;
        (X, W, Y) = (dnn.Descriptor("Tensor"), dnn.Descriptor("Filter"), dnn.Descriptor("Tensor"));
        Convolution = dnn.Descriptor("Convolution");
        DriverSession.Ok(dnn.SetTensor(X, Nhwc, Float, n, c, h, h));
        DriverSession.Ok(dnn.SetFilter(W, Float, Nhwc, k, c, filter, filter));
        DriverSession.Ok(dnn.SetTensor(Y, Nhwc, Float, n, k, Out, Out));
        DriverSession.Ok(dnn.SetConvolution(Convolution, pad, stride, 1, CrossCorrelation, Float));
        DriverSession.Ok(dnn.SetMath(Convolution, Fma));
        Images = DriverSession.Numbers(n * h * h * c, 1);
        Filters = DriverSession.Numbers(k * filter * filter * c, 2);
        Results = DriverSession.Numbers(n * Out * Out * k, 3);
    }

    public DnnCalls Dnn { get; }

    public DriverSession Device { get; }

    public int N { get; }

    public int H { get; }

    public int C { get; }

    public int K { get; }

    public int Filter { get; }

    public int Pad { get; }

    public int Stride { get; }

    public int Out { get; }

    public nint Handle { get; }

    public nint X { get; }

    public nint W { get; }

    public nint Y { get; }

    public nint Convolution { get; }

    public float[] Images { get; }

    public float[] Filters { get; }

    public float[] Results { get; }

    /// <summary>The descriptors in the order of a direction's calls.</summary>
    public (nint First, nint Second, nint Result) Descriptors(DnnDirection direction) => direction switch
    {
        DnnDirection.Forward => (X, W, Y),
        DnnDirection.BackwardData => (W, Y, X),
        _ => (X, Y, W),
    };

    /// <summary>The numbers in the same order; of the result only the length is used.</summary>
    public (float[] First, float[] Second, float[] Result) Values(DnnDirection direction) => direction switch
    {
        DnnDirection.Forward => (Images, Filters, Results),
        DnnDirection.BackwardData => (Filters, Results, Images),
        _ => (Images, Results, Filters),
    };

    /// <summary>Runs a direction by an algorithm, in fresh memory with the workspace it asks for.</summary>
    public float[] Run(DnnDirection direction, int algorithm = 1)
    {
        (nint first, nint second, nint result) = Descriptors(direction);
        (float[] a, float[] b, float[] c) = Values(direction);
        DriverSession.Ok(Dnn.Workspace(direction, Handle, first, second, Convolution, result, algorithm, out nuint bytes));
        ulong workspace = 0;
        if (bytes > 0) DriverSession.Ok(DriverCalls.Alloc(out workspace, (long)bytes));
        DriverSession.Ok(DriverCalls.Alloc(out ulong to, c.Length * sizeof(float)));
        DriverSession.Ok(TryRun(direction, Device.Upload(a), Device.Upload(b), to, algorithm, workspace, (long)bytes));
        return Device.Download(to, c.Length);
    }

    /// <summary>Puts a direction's call into the stream; gives its status.</summary>
    public int TryRun(
        DnnDirection direction, ulong first, ulong second, ulong result, int algorithm = 0, ulong workspace = 0, long bytes = 0)
    {
        (nint a, nint b, nint c) = Descriptors(direction);
        return Dnn.Run(direction, Handle, 1, a, first, b, second, Convolution, algorithm, workspace, bytes, 0, c, result);
    }

    /// <summary>The same by plain loops over every result and tap.</summary>
    public double[] Expected(DnnDirection direction)
    {
        var sums = new double[Values(direction).Result.Length];
        for (int n = 0; n < N; n++)
        for (int oh = 0; oh < Out; oh++)
        for (int ow = 0; ow < Out; ow++)
        for (int r = 0; r < Filter; r++)
        for (int s = 0; s < Filter; s++)
        {
            int ih = (oh * Stride) - Pad + r, iw = (ow * Stride) - Pad + s;
            if (ih < 0 || iw < 0 || ih >= H || iw >= H) continue;
            for (int k = 0; k < K; k++)
            for (int c = 0; c < C; c++)
            {
                int x = (((((n * H) + ih) * H) + iw) * C) + c, w = (((((k * Filter) + r) * Filter) + s) * C) + c;
                int y = (((((n * Out) + oh) * Out) + ow) * K) + k;
                _ = direction switch
                {
                    DnnDirection.Forward => sums[y] += (double)Images[x] * Filters[w],
                    DnnDirection.BackwardData => sums[x] += (double)Results[y] * Filters[w],
                    _ => sums[w] += (double)Images[x] * Results[y],
                };
            }
        }

        return sums;
    }
}
