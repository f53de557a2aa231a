using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>A kernel tied to addresses on the device.</summary>
public abstract class CudaCall : BoundKernel
{
    /// <summary>What it computes, as errors name it: layer, operation and shapes.</summary>
    public string Subject { get; internal set; } = "";

    /// <summary>
    /// Queues its work. It runs in capture too: it must not allocate on the device, wait, or let anything but the stream's work change from
    /// run to run.
    /// </summary>
    public abstract void Launch(CudaStream stream);
}
