using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>
/// Measures what a device can do at best: large square products by cuBLAS in the backend's arithmetic, and copies within the device's
/// memory, of which each byte is read and written.
/// </summary>
public static class CudaCeilings
{
    // Sizes grow until one run takes long enough to time, so that slow devices are not kept busy for minutes.
    const float LongEnoughMs = 5;
    const int FirstProduct = 512, LargestProduct = 8192;
    const long FirstCopy = 4L << 20, LargestCopy = 512L << 20;
    const int Runs = 5;

    /// <summary>Measures both; takes a moment.</summary>
    /// <exception cref="CudaException">The device failed, or has too little memory free.</exception>
    public static Ceilings Measure(CudaBackend backend) => new(Gflops(backend.Device), GigabytesPerSecond(backend.Device));

    static double Gflops(CudaDevice device)
    {
        double best = 0;
        for (int size = FirstProduct; size <= LargestProduct; size *= 2)
        {
            using var a = Zeros(device, (long)size * size);
            using var b = Zeros(device, (long)size * size);
            using var c = Zeros(device, (long)size * size);
            int n = size;
            float ms = Fastest(device, () =>
            {
                if (device.Precision == Precision.Bf16)
                    device.Blas.GemmStridedBatchedBf16(
                        Operation.NonTranspose, Operation.NonTranspose, n, n, n, 1, a.DevicePointer, n, 0, b.DevicePointer, n, 0, 0,
                        c.DevicePointer, n, 0, 1);
                else
                    device.Blas.Gemm(
                        Operation.NonTranspose, Operation.NonTranspose, n, n, n, 1, a.DevicePointer, n, b.DevicePointer, n, 0,
                        c.DevicePointer, n);
            });
            best = Math.Max(best, 2.0 * n * n * n / ms / 1e6);
            if (ms >= LongEnoughMs) break;
        }

        return best;
    }

    static double GigabytesPerSecond(CudaDevice device)
    {
        double best = 0;
        for (long bytes = FirstCopy; bytes <= LargestCopy; bytes *= 2)
        {
            using var from = Zeros(device, bytes / sizeof(float));
            using var to = Zeros(device, bytes / sizeof(float));
            float ms = Fastest(device, () => to.AsyncCopyToDevice(from, device.Stream));
            best = Math.Max(best, 2.0 * bytes / ms / 1e6);
            if (ms >= LongEnoughMs) break;
        }

        return best;
    }

    static CudaDeviceVariable<float> Zeros(CudaDevice device, long count)
    {
        var memory = new CudaDeviceVariable<float>(device.Context, count);
        memory.MemsetAsync(0, device.Stream);
        return memory;
    }

    static float Fastest(CudaDevice device, Action queue)
    {
        using var start = new CudaEvent(device.Context);
        using var end = new CudaEvent(device.Context);
        queue();
        float fastest = float.MaxValue;
        for (int run = 0; run < Runs; run++)
        {
            start.Record(device.Stream);
            queue();
            end.Record(device.Stream);
            end.Synchronize();
            fastest = Math.Min(fastest, CudaEvent.ElapsedTime(start, end));
        }

        return fastest;
    }
}
