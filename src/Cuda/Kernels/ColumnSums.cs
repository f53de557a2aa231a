using GeneratingImages.Core;
using static GeneratingImages.Cuda.LaunchSizes;

namespace GeneratingImages.Cuda;

/// <summary>
/// Sums over the rows of a matrix in two launches of <c>column_sums.cu</c>: the first adds shares of the rows, the second the shares. With
/// one share the first is all.
/// </summary>
sealed class ColumnSums
{
    // Rows worth a share for each row that a block takes side by side, and blocks that keep any device busy.
    const int RowsBeside = 8, MostBlocks = 256;

    readonly CudaDevice _device;
    readonly int _rows, _columns, _groups, _shares;

    /// <summary>Sums of <paramref name="count"/> elements in rows of <paramref name="columns"/>.</summary>
    public ColumnSums(CudaDevice device, long count, int columns)
    {
        (_device, _rows, _columns) = (device, checked((int)(count / columns)), columns);
        int vectors = columns % Vector == 0 ? columns / Vector : columns;
        _groups = CeilingDivide(vectors, BlockSize);
        int beside = BlockSize / Math.Min(vectors, BlockSize);
        _shares = Math.Clamp(_rows / (beside * RowsBeside), 1, Math.Max(1, MostBlocks / _groups));
    }

    /// <summary>The size of the shares' sums.</summary>
    public long WorkspaceBytes => _shares == 1 ? 0 : (long)_shares * _columns * sizeof(float);

    /// <summary>Sums what lies at <paramref name="terms"/>.</summary>
    public Action<CudaStream> Bind(ulong terms, ulong sums, ulong workspace)
    {
        CudaKernel first = Sized(_device.Kernel("column_sums", "column_sums"), _shares);
        (ulong partial, int rows, int columns) = (_shares == 1 ? sums : workspace, _rows, _columns);
        Action<CudaStream> second = BindSecond(_device, sums, workspace, _shares, columns);
        return stream =>
        {
            first.RunAsync(stream, terms, partial, rows, columns);
            second(stream);
        };
    }

    /// <summary>Computes an activation's gradient <paramref name="dx"/> and sums it in the same pass.</summary>
    public Action<CudaStream> BindActivationGrad(Activation kind, ulong y, ulong dy, ulong dx, ulong sums, ulong workspace)
    {
        CudaKernel first = Sized(_device.Kernel("column_sums", "activate_grad_sums"), _shares);
        (ulong partial, int activation, int rows, int columns) = (_shares == 1 ? sums : workspace, (int)kind, _rows, _columns);
        Action<CudaStream> second = BindSecond(_device, sums, workspace, _shares, columns);
        return stream =>
        {
            first.RunAsync(stream, y, dy, dx, partial, activation, rows, columns);
            second(stream);
        };
    }

    /// <summary>Adds sums that lie in rows in the workspace; does nothing if there is only one, which then lies in its place.</summary>
    public static Action<CudaStream> BindSecond(CudaDevice device, ulong sums, ulong workspace, int shares, int columns)
    {
        if (shares == 1) return static _ => { };
        CudaKernel kernel = device.Kernel("column_sums", "column_sums");
        int vectors = columns % Vector == 0 ? columns / Vector : columns;
        kernel.GridDimensions = new(1, (uint)CeilingDivide(vectors, BlockSize), 1);
        return stream => kernel.RunAsync(stream, workspace, sums, shares, columns);
    }

    CudaKernel Sized(CudaKernel kernel, int shares)
    {
        kernel.GridDimensions = new((uint)shares, (uint)_groups, 1);
        return kernel;
    }
}
