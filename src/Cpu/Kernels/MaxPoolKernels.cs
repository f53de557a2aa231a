using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>The sizes of a pooling: images, and windows of <see cref="Size"/> x <see cref="Size"/>.</summary>
readonly unsafe struct PoolSizes(Shape images, int size)
{
    public int Images { get; } = images[0];

    public int Height { get; } = images[1];

    public int Width { get; } = images[2];

    public int Channels { get; } = images[3];

    public int Size { get; } = size;

    public int PooledHeight => Height / Size;

    public int PooledWidth => Width / Size;

    /// <summary>The length of a row of an image.</summary>
    public nint RowLength => (nint)Width * Channels;

    /// <summary>The length of a row of a pooled image.</summary>
    public nint PooledRowLength => (nint)PooledWidth * Channels;

    /// <summary>The work: rows of windows.</summary>
    public Cut Cut => Cut.Of((long)Images * PooledHeight, RowLength * Size);

    /// <summary>The start of a row of windows in the images.</summary>
    public nint Start(nint windowRow) => (windowRow / PooledHeight * Height + windowRow % PooledHeight * Size) * RowLength;

    /// <summary>
    /// Clears what no window covers, of the rows of a row of windows: the columns on the right and, behind an image's last, the rows below.
    /// </summary>
    public void ClearLeftOver(float* images, nint windowRow)
    {
        float* rows = images + Start(windowRow);
        nint covered = Size * PooledRowLength;
        if (covered < RowLength)
            for (int i = 0; i < Size; i++)
                new Span<float>(rows + i * RowLength + covered, (int)(RowLength - covered)).Clear();
        if (windowRow % PooledHeight != PooledHeight - 1) return;
        for (int i = Size; i < Height - (PooledHeight - 1) * Size; i++) new Span<float>(rows + i * RowLength, (int)RowLength).Clear();
    }
}

/// <summary>Kernels of <see cref="MaxPool2D"/> and <see cref="MaxPool2DGrad"/>: vectors run along the channels.</summary>
static unsafe class MaxPoolKernels
{
    public static Kernel Select(MaxPool2D op, Signature shapes, InstructionSet set)
    {
        shapes.Expect(op);
        var sizes = new PoolSizes(shapes.Inputs[0].Shape, op.Size);
        return new LightKernel(set.Label(), at => set switch
        {
            InstructionSet.Avx512 => new Pooling<Vector512<float>, Lanes16>(sizes, at),
            InstructionSet.Avx2 => new Pooling<Vector256<float>, Lanes8>(sizes, at),
            _ => new Pooling<Vector128<float>, Lanes4>(sizes, at),
        });
    }

    public static Kernel SelectGrad(MaxPool2DGrad op, Signature shapes, InstructionSet set)
    {
        shapes.Expect(op);
        var sizes = new PoolSizes(shapes.Inputs[0].Shape, op.Size);
        return new LightKernel(set.Label(), at => set switch
        {
            InstructionSet.Avx512 => new PoolingBack<Vector512<float>, Lanes16>(sizes, at),
            InstructionSet.Avx2 => new PoolingBack<Vector256<float>, Lanes8>(sizes, at),
            _ => new PoolingBack<Vector128<float>, Lanes4>(sizes, at),
        });
    }

    sealed class Pooling<T, TLanes>(PoolSizes sizes, Operands at) : CpuCall
        where TLanes : struct, ILanes<T>
    {
        readonly Cut _cut = sizes.Cut;
        readonly float* _x = at.Inputs[0].Pointer<float>();
        readonly float* _y = at.Output.Pointer<float>();

        public override int Parts(int stage) => _cut.Parts;

        public override void Run(int stage, int part, int worker)
        {
            nint end = _cut.End(part);
            for (nint row = _cut.Start(part); row < end; row++)
            {
                float* x = _x + sizes.Start(row);
                float* y = _y + row * sizes.PooledRowLength;
                for (int window = 0; window < sizes.PooledWidth; window++, x += sizes.Size * sizes.Channels, y += sizes.Channels)
                    if (sizes.Size == 2)
                        Map.Run<MaxOf4, T, TLanes>(new MaxOf4(x, sizes.Channels, sizes.RowLength, y), 0, sizes.Channels);
                    else
                        Map.Run<MaxOfAny, T, TLanes>(new MaxOfAny(x, sizes.Size, sizes.Channels, sizes.RowLength, y), 0, sizes.Channels);
            }
        }
    }

    sealed class PoolingBack<T, TLanes>(PoolSizes sizes, Operands at) : CpuCall
        where TLanes : struct, ILanes<T>
    {
        readonly Cut _cut = sizes.Cut;
        readonly float* _x = at.Inputs[0].Pointer<float>();
        readonly float* _y = at.Inputs[1].Pointer<float>();
        readonly float* _dy = at.Inputs[2].Pointer<float>();
        readonly float* _dx = at.Output.Pointer<float>();

        public override int Parts(int stage) => _cut.Parts;

        public override void Run(int stage, int part, int worker)
        {
            nint end = _cut.End(part);
            for (nint row = _cut.Start(part); row < end; row++)
            {
                nint start = sizes.Start(row);
                float* x = _x + start, dx = _dx + start;
                nint pooled = row * sizes.PooledRowLength;
                float* y = _y + pooled, dy = _dy + pooled;
                for (int window = 0; window < sizes.PooledWidth; window++)
                {
                    if (sizes.Size == 2)
                        Map.Run<FirstOf4, T, TLanes>(new FirstOf4(x, y, dy, sizes.Channels, sizes.RowLength, dx), 0, sizes.Channels);
                    else
                        Map.Run<FirstOfAny, T, TLanes>(
                            new FirstOfAny(x, y, dy, sizes.Size, sizes.Channels, sizes.RowLength, dx), 0, sizes.Channels);
                    x += sizes.Size * sizes.Channels;
                    dx += sizes.Size * sizes.Channels;
                    y += sizes.Channels;
                    dy += sizes.Channels;
                }

                sizes.ClearLeftOver(_dx, row);
            }
        }
    }

    readonly struct MaxOf4(float* x, nint right, nint down, float* y) : IPointwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T At<T, TLanes>(nint i)
            where TLanes : struct, ILanes<T>
        {
            T upper = TLanes.Max(TLanes.Load(x + i), TLanes.Load(x + i + right));
            T lower = TLanes.Max(TLanes.Load(x + i + down), TLanes.Load(x + i + down + right));
            T result = TLanes.Max(upper, lower);
            TLanes.Store(result, y + i);
            return result;
        }
    }

    readonly struct MaxOfAny(float* x, int size, nint right, nint down, float* y) : IPointwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T At<T, TLanes>(nint i)
            where TLanes : struct, ILanes<T>
        {
            T result = TLanes.Load(x + i);
            for (int h = 0; h < size; h++)
                for (int w = 0; w < size; w++)
                    result = TLanes.Max(result, TLanes.Load(x + i + h * down + w * right));
            TLanes.Store(result, y + i);
            return result;
        }
    }

    readonly struct FirstOf4(float* x, float* y, float* dy, nint right, nint down, float* dx) : IPointwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T At<T, TLanes>(nint i)
            where TLanes : struct, ILanes<T>
        {
            T max = TLanes.Load(y + i);
            T left = TLanes.Load(dy + i);
            left = Give<T, TLanes>(x + i, max, left, dx + i);
            left = Give<T, TLanes>(x + i + right, max, left, dx + i + right);
            left = Give<T, TLanes>(x + i + down, max, left, dx + i + down);
            return Give<T, TLanes>(x + i + down + right, max, left, dx + i + down + right);
        }
    }

    readonly struct FirstOfAny(float* x, float* y, float* dy, int size, nint right, nint down, float* dx) : IPointwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T At<T, TLanes>(nint i)
            where TLanes : struct, ILanes<T>
        {
            T max = TLanes.Load(y + i);
            T left = TLanes.Load(dy + i);
            for (int h = 0; h < size; h++)
                for (int w = 0; w < size; w++)
                    left = Give<T, TLanes>(x + i + h * down + w * right, max, left, dx + i + h * down + w * right);
            return left;
        }
    }

    /// <summary>Gives an element the window's gradient if it is the first maximum; returns what is left for the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Give<T, TLanes>(float* x, T max, T left, float* dx)
        where TLanes : struct, ILanes<T>
    {
        T value = TLanes.Load(x);
        TLanes.Store(TLanes.WhereEqual(value, max, left, TLanes.Create(0)), dx);
        return TLanes.WhereEqual(value, max, TLanes.Create(0), left);
    }
}
