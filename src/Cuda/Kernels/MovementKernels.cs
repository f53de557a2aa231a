using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>Kernels of <see cref="GatherImages"/>, <see cref="HideRows"/> and <see cref="Pack"/>.</summary>
static class MovementKernels
{
    public static Kernel Select(GatherImages op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op, ElementType.UInt8, ElementType.Int32, ElementType.Int32);
        (int stored, int ordered, int batch) = (shapes.Inputs[0].Shape[0], shapes.Inputs[1].Shape[0], op.Batch);
        int size = checked((int)shapes.Inputs[0].Shape.WithoutFirst().Count);
        return new DeviceKernel("", at =>
        {
            const int MostImages = 65535; // The largest grid along its second axis.
            CudaKernel kernel = device.Kernel("gather", "gather_images").ForElements(size);
            kernel.GridDimensions = new(kernel.GridDimensions.X, (uint)Math.Min(batch, MostImages), 1);
            (ulong pixels, ulong order, ulong cursor) = (at.Input(0), at.Input(1), at.Input(2));
            ulong images = at.Output.DevicePointer();
            return stream => kernel.RunAsync(stream, pixels, order, cursor, images, batch, stored, ordered, size);
        });
    }

    public static Kernel Select(HideRows op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        Shape shape = shapes.Output.Shape;
        int images = shape[0], row = checked(shape[2] * shape[3]);
        (int shown, int hidden) = checked((op.FirstRow * row, (shape[1] - op.FirstRow) * row));
        return new DeviceKernel("", at =>
        {
            CudaKernel kernel = device.Kernel("movement", "hide_rows").ForElements(shape.Count);
            (ulong x, ulong y) = (at.Input(0), at.Output.DevicePointer());
            return stream => kernel.RunAsync(stream, x, y, images, shown, hidden);
        });
    }

    /// <summary>Copies the inputs not computed in their places, mostly none. Padding is left alone.</summary>
    public static Kernel Select(Pack op, Signature shapes, CudaDevice device)
    {
        shapes.Expect(op);
        return new DeviceKernel("", at =>
        {
            var copies = new List<Action<CudaStream>>();
            for (int i = 0; i < op.Group.Members.Count; i++)
            {
                Parameter member = op.Group.Members[i];
                ulong from = at.Inputs[i].DevicePointer();
                ulong to = at.Output.DevicePointer() + (ulong)(member.Offset - op.Group.Offset) * sizeof(float);
                if (from == to) continue;
                long count = member.Shape.Count;
                CudaKernel kernel = device.Kernel("movement", "copy_elements").ForElements(count);
                copies.Add(stream => kernel.RunAsync(stream, from, to, count));
            }

            Action<CudaStream>[] all = [.. copies];
            return stream =>
            {
                foreach (Action<CudaStream> copy in all) copy(stream);
            };
        });
    }
}
