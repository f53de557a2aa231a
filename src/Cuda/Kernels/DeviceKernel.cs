using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>A kernel of our own: a function that ties it to addresses, once, and then launches with nothing left to decide.</summary>
/// <param name="variant">The algorithm's name.</param>
/// <param name="bind">Ties it to addresses.</param>
/// <param name="workspaceBytes">Scratch memory it needs.</param>
sealed class DeviceKernel(string variant, Func<Operands, Action<CudaStream>> bind, long workspaceBytes = 0) : Kernel
{
    public override string Variant => variant;

    public override long WorkspaceBytes => workspaceBytes;

    public override BoundKernel Bind(Operands at) => new Launching(bind(at));

    sealed class Launching(Action<CudaStream> launch) : CudaCall
    {
        public override void Launch(CudaStream stream) => launch(stream);
    }
}

/// <summary>How launches are sized: by the work alone, never by the device, so that sums have the same bits on every one.</summary>
static class LaunchSizes
{
    /// <summary>The threads of a block, as the kernels are compiled for.</summary>
    public const int BlockSize = 256;

    /// <summary>Blocks that fill the largest devices several times over; a loop over elements does the rest.</summary>
    public const int MostBlocks = 2048;

    /// <summary>Elements a thread moves at once.</summary>
    public const int Vector = 4;

    /// <summary>Sizes a loop over elements that takes four at a time.</summary>
    public static CudaKernel ForElements(this CudaKernel kernel, long count)
    {
        kernel.BlockDimensions = BlockSize;
        kernel.GridDimensions = (int)Math.Clamp(CeilingDivide(count, Vector * BlockSize), 1, MostBlocks);
        return kernel;
    }

    /// <summary>A quotient, rounded up.</summary>
    public static long CeilingDivide(long dividend, long divisor) => (dividend + divisor - 1) / divisor;

    /// <inheritdoc cref="CeilingDivide(long, long)"/>
    public static int CeilingDivide(int dividend, int divisor) => (dividend + divisor - 1) / divisor;
}

static class OperandsExtensions
{
    /// <summary>The address on the device of an input.</summary>
    public static ulong Input(this Operands at, int i) => at.Inputs[i].DevicePointer();
}
