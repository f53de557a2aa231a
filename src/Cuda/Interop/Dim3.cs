namespace GeneratingImages.Cuda;

/// <summary>The sizes of a grid in blocks, or of a block in threads.</summary>
public readonly record struct Dim3(uint X, uint Y = 1, uint Z = 1)
{
    /// <summary>A size along one axis.</summary>
    public static implicit operator Dim3(int x) => new(checked((uint)x));
}
