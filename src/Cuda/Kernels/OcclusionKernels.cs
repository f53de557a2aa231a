using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>Kernels of <see cref="HidePixels"/> and <see cref="MoveImages"/>.</summary>
static class OcclusionKernels
{
    const string File = "occlusion";

    public static Kernel Select(HidePixels op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op, ElementType.Float32, ElementType.UInt8, ElementType.Int32, ElementType.Int32);
        Shape images = shapes.Inputs[0].Shape;
        (int masks, int numbers) = (shapes.Inputs[1].Shape[0], shapes.Inputs[2].Shape[0]);
        int size = checked((int)images.WithoutFirst().Count);
        (int hideSeen, int batch, int channels) = (op.Seen ? 1 : 0, images[0], images[3]);
        return new DeviceKernel("", at =>
        {
            CudaKernel kernel = device.Kernel(File, "hide_pixels").ForElements(images.Count);
            (ulong x, ulong mask, ulong which, ulong cursor) = (at.Input(0), at.Input(1), at.Input(2), at.Input(3));
            ulong y = at.Output.DevicePointer();
            return stream => kernel.RunAsync(stream, x, mask, which, cursor, y, hideSeen, batch, masks, numbers, channels, size);
        });
    }

    public static Kernel Select(MoveImages op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op, ElementType.Float32, ElementType.Int32, ElementType.Int32);
        Shape images = shapes.Inputs[0].Shape;
        int numbers = shapes.Inputs[1].Shape[0];
        (int batch, int height, int width, int channels) = (images[0], images[1], images[2], images[3]);
        return new DeviceKernel("", at =>
        {
            CudaKernel kernel = device.Kernel(File, "move_images").ForElements(images.Count);
            (ulong x, ulong moves, ulong cursor, ulong y) = (at.Input(0), at.Input(1), at.Input(2), at.Output.DevicePointer());
            return stream => kernel.RunAsync(stream, x, moves, cursor, y, batch, numbers, height, width, channels);
        });
    }
}
