using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>
/// What is left to do where only a convolution's bare results were computed: bias and activation, then perhaps pooling, or an activation's
/// gradient and the bias gradient with it. In place, but with pooling, whose bare results lie in the workspace.
/// </summary>
sealed class ConvEnding
{
    readonly CudaDevice _device;
    readonly Epilogue _epilogue;
    readonly Activation _back;
    readonly bool _pool;
    readonly Shape _bare;
    readonly ColumnSums? _sums;

    /// <summary>The ending of a convolution with results of the shape <paramref name="bare"/>.</summary>
    public ConvEnding(Conv2D op, Signature shapes, Shape bare, CudaDevice device)
        : this(op.Epilogue, op.Back, op.Pool, shapes, bare, device)
    {
    }

    /// <summary>The ending of a transposed convolution.</summary>
    public ConvEnding(Conv2DInputGrad op, Signature shapes, CudaDevice device)
        : this(op.Epilogue, op.Back, false, shapes, shapes.Output.Shape, device)
    {
    }

    ConvEnding(Epilogue epilogue, Activation back, bool pool, Signature shapes, Shape bare, CudaDevice device)
    {
        (_epilogue, _back, _pool, _bare, _device) = (epilogue, back, pool, bare, device);
        if (back != Activation.None && shapes.Side is not null) _sums = new ColumnSums(device, bare.Count, bare[^1]);
    }

    /// <summary>The workspace it takes.</summary>
    public long WorkspaceBytes => _pool ? _bare.Count * sizeof(float) : _sums?.WorkspaceBytes ?? 0;

    /// <summary>Whether it is bias and activation alone, which some kernels do themselves.</summary>
    public bool IsEpilogue => !_pool && _back == Activation.None;

    /// <summary>What it adds to a kernel's name.</summary>
    public string Suffix => _pool ? ", pooled" : _back != Activation.None ? ", activated back" : "";

    /// <summary>Where the bare results are expected.</summary>
    /// <param name="at">The convolution's operands.</param>
    /// <param name="workspace">The workspace of this ending.</param>
    public ulong Results(Operands at, ulong workspace) => _pool ? workspace : at.Output.DevicePointer();

    /// <summary>Ties it to addresses.</summary>
    /// <inheritdoc cref="Results"/>
    public Action<CudaStream> Bind(Operands at, ulong workspace)
    {
        ulong output = at.Output.DevicePointer();
        if (_pool) return PoolKernels.Finishing(_device, _epilogue, workspace, _bare, at);
        if (_back == Activation.None)
            return PointwiseKernels.Finishing(_device, _epilogue, _epilogue.Bias ? at.Input(2) : 0, output, _bare);
        ulong activated = at.Input(2);
        return _sums is null
            ? PointwiseKernels.ActivatingBack(_device, _back, activated, output, output, _bare.Count)
            : _sums.BindActivationGrad(_back, activated, output, output, at.Side.DevicePointer(), workspace);
    }
}
