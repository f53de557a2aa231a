namespace GeneratingImages.Cpu;

/// <summary>Which algorithms the backend chooses from.</summary>
public enum KernelChoice
{
    /// <summary>The fastest known for each shape, Winograd's convolution among them.</summary>
    Fastest,

    /// <summary>Direct convolutions only: slower, with a smaller rounding error.</summary>
    Direct,
}
