using GeneratingImages.Core;
using GeneratingImages.Cpu;
using GeneratingImages.Cuda;

namespace GeneratingImages.Tests.Cuda;

/// <summary>What kernels compute beyond the bounds of the cases: bits that must be equal, and input that no graph should give.</summary>
[Collection(typeof(SimulatedDeviceCollection))]
public sealed class KernelValueTests : IDisposable
{
    readonly SimulatedCuda _cuda = new();

    public void Dispose() => _cuda.Dispose();

    [Fact]
    public void EluHasTheBitsOfTheProcessors()
    {
        float[] x =
        [
            .. Enumerable.Range(-25_000, 30_001).Select(i => i / 1000f),
            -1e-8f, -1e-30f, -0f, -200, float.NegativeInfinity, 1e30f,
        ];
        using CudaDeviceVariable<float> from = _cuda.Upload<float>(x), to = _cuda.Upload<float>(new float[x.Length]);
        _cuda.Kernel("pointwise", "activate_elements").ForElements(x.Length)
            .RunAsync(_cuda.Stream, from.DevicePointer, to.DevicePointer, (int)Activation.Elu, (long)x.Length);
        Assert.Equal(
            x.Select(v => BitConverter.SingleToInt32Bits(Elu.Apply(v))),
            _cuda.Download(to).Select(BitConverter.SingleToInt32Bits));
    }

    [Theory]
    [InlineData(Activation.None)]
    [InlineData(Activation.Relu)]
    [InlineData(Activation.Elu)]
    public void WhatIsNotANumberStaysSo(Activation kind)
    {
        float[] x = [1, float.NaN, 2, 3, float.NaN];
        using CudaDeviceVariable<float> from = _cuda.Upload<float>(x), to = _cuda.Upload<float>(new float[x.Length]);
        _cuda.Kernel("pointwise", "activate_elements").ForElements(x.Length)
            .RunAsync(_cuda.Stream, from.DevicePointer, to.DevicePointer, (int)kind, (long)x.Length);
        Assert.Equal(x, _cuda.Download(to));
    }

    [Theory]
    [InlineData(256)]
    [InlineData(255)]
    public void EveryByteIsDividedBy255(int size)
    {
        byte[] pixels = [.. Enumerable.Range(0, size).Select(i => (byte)i)];
        Assert.Equal(pixels.Select(b => b / 255f), Gather(pixels, size, [0], 0, batch: 1));
    }

    /// <summary>Nothing can be thrown from a device: an image that is not there is not a number, and so is the loss.</summary>
    [Theory]
    [InlineData(0, 7)]
    [InlineData(0, -1)]
    [InlineData(1, 0)]
    [InlineData(-3, 0)]
    public void AnImageThatIsNotThereIsNotANumber(int cursor, int second)
    {
        const int Size = 8, Batch = 2;
        byte[] pixels = [.. Enumerable.Range(0, 3 * Size).Select(i => (byte)i)];
        int[] order = [0, second];
        float[] images = Gather(pixels, Size, order, cursor, Batch);
        for (int i = 0; i < images.Length; i++)
        {
            int place = cursor + i / Size;
            bool there = place is >= 0 and < Batch && order[place] is >= 0 and < 3;
            Assert.Equal(there ? pixels[order[place] * Size + i % Size] / 255f : float.NaN, images[i]);
        }
    }

    float[] Gather(byte[] pixels, int size, int[] order, int cursor, int batch)
    {
        using CudaDeviceVariable<byte> stored = _cuda.Upload<byte>(pixels);
        using CudaDeviceVariable<int> places = _cuda.Upload<int>(order), start = _cuda.Upload<int>(cursor);
        using CudaDeviceVariable<float> images = _cuda.Upload<float>(new float[batch * size]);
        CudaKernel kernel = _cuda.Kernel("gather", "gather_images");
        kernel.RunAsync(
            _cuda.Stream, stored.DevicePointer, places.DevicePointer, start.DevicePointer, images.DevicePointer, batch,
            pixels.Length / size, order.Length, size);
        return _cuda.Download(images);
    }
}
