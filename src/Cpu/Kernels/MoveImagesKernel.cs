using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>The kernel of <see cref="MoveImages"/>.</summary>
static unsafe class MoveImagesKernel
{
    public static Kernel Select(MoveImages op, Signature shapes)
    {
        shapes.Expect(op, ElementType.Float32, ElementType.Int32, ElementType.Int32);
        return new LightKernel("", at => new Call(shapes.Inputs[0].Shape, shapes.Inputs[1].Shape[0], at));
    }

    sealed class Call(Shape images, int moves, Operands at) : CpuCall
    {
        readonly int _height = images[1], _width = images[2], _channels = images[3];
        readonly Cut _cut = Cut.Of(images[0], images.WithoutFirst().Count);
        readonly float* _x = at.Inputs[0].Pointer<float>(), _y = at.Output.Pointer<float>();
        readonly int* _moves = at.Inputs[1].Pointer<int>(), _cursor = at.Inputs[2].Pointer<int>();

        public override int Parts(int stage) => _cut.Parts;

        public override void Run(int stage, int part, int worker)
        {
            nint size = (nint)_height * _width * _channels, end = _cut.End(part);
            for (nint image = _cut.Start(part); image < end; image++) Move(_x + image * size, _y + image * size, NumberOf(image));
        }

        void Move(float* x, float* y, int move)
        {
            (bool mirrored, int down, int right) = MoveImages.Parts(move);
            for (int row = 0; row < _height; row++)
            {
                float* from = x + (nint)Math.Clamp(row + down, 0, _height - 1) * _width * _channels;
                for (int column = 0; column < _width; column++)
                {
                    int source = Math.Clamp(column + right, 0, _width - 1);
                    float* pixel = from + (mirrored ? _width - 1 - source : source) * _channels;
                    for (int channel = 0; channel < _channels; channel++) *y++ = pixel[channel];
                }
            }
        }

        int NumberOf(nint image)
        {
            long place = *_cursor + (long)image;
            return (ulong)place < (ulong)moves
                ? _moves[place]
                : throw new InvalidOperationException(
                    $"MoveImages: image {image} at cursor {*_cursor} is place {place} of {moves}: set the cursor back");
        }
    }
}
