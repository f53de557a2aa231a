using System.Runtime.InteropServices;
using GeneratingImages.Core;

namespace GeneratingImages.Tests.Ops;

/// <summary>Values as the bytes of an element type, and back.</summary>
static class ElementBytes
{
    public static byte[] Of(double[] values, ElementType type) => type switch
    {
        ElementType.Float32 => MemoryMarshal.AsBytes<float>(values.Select(v => (float)v).ToArray()).ToArray(),
        ElementType.Float64 => MemoryMarshal.AsBytes<double>(values).ToArray(),
        ElementType.Int32 => MemoryMarshal.AsBytes<int>(values.Select(v => (int)v).ToArray()).ToArray(),
        _ => [.. values.Select(v => (byte)v)],
    };

    public static double[] ToDoubles(byte[] bytes, ElementType type) => type switch
    {
        ElementType.Float32 => [.. MemoryMarshal.Cast<byte, float>(bytes).ToArray().Select(v => (double)v)],
        ElementType.Float64 => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
        ElementType.Int32 => [.. MemoryMarshal.Cast<byte, int>(bytes).ToArray().Select(v => (double)v)],
        _ => [.. bytes.Select(v => (double)v)],
    };
}
