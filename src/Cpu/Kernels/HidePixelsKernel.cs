using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>The kernel of <see cref="HidePixels"/>.</summary>
static unsafe class HidePixelsKernel
{
    public static Kernel Select(HidePixels op, Signature shapes)
    {
        shapes.Expect(op, ElementType.Float32, ElementType.UInt8, ElementType.Int32, ElementType.Int32);
        return new LightKernel(
            "", at => new Call(op.Seen, shapes.Inputs[0].Shape, shapes.Inputs[1].Shape[0], shapes.Inputs[2].Shape[0], at));
    }

    sealed class Call(bool hidesSeen, Shape images, int masks, int numbers, Operands at) : CpuCall
    {
        readonly int _pixels = images[1] * images[2], _channels = images[3];
        readonly Cut _cut = Cut.Of(images[0], images.WithoutFirst().Count);
        readonly float* _x = at.Inputs[0].Pointer<float>(), _y = at.Output.Pointer<float>();
        readonly byte* _masks = at.Inputs[1].Pointer<byte>();
        readonly int* _which = at.Inputs[2].Pointer<int>(), _cursor = at.Inputs[3].Pointer<int>();

        public override int Parts(int stage) => _cut.Parts;

        public override void Run(int stage, int part, int worker)
        {
            nint end = _cut.End(part);
            for (nint image = _cut.Start(part); image < end; image++)
            {
                byte* mask = Mask(image);
                float* x = _x + image * _pixels * _channels, y = _y + image * _pixels * _channels;
                for (int pixel = 0; pixel < _pixels; pixel++)
                {
                    bool hidden = (mask[pixel] == 0) != hidesSeen;
                    for (int channel = 0; channel < _channels; channel++, x++, y++) *y = hidden ? 0 : *x;
                }
            }
        }

        /// <summary>The mask of an image of the batch; both indices are read from memory, so checked.</summary>
        byte* Mask(nint image)
        {
            long place = *_cursor + (long)image;
            if ((ulong)place >= (ulong)numbers)
                throw new InvalidOperationException(
                    $"HidePixels: image {image} at cursor {*_cursor} is place {place} of {numbers}: set the cursor back");
            int mask = _which[place];
            return (uint)mask < (uint)masks
                ? _masks + (nint)mask * _pixels
                : throw new InvalidOperationException($"HidePixels: place {place} names mask {mask}, {masks} are stored");
        }
    }
}
