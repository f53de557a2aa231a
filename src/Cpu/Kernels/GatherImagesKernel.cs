using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>The kernel of <see cref="GatherImages"/>. It divides, since a product with 1/255 rounds differently for some bytes.</summary>
static unsafe class GatherImagesKernel
{
    public static Kernel Select(GatherImages op, Signature shapes, InstructionSet set)
    {
        shapes.Expect(op, ElementType.UInt8, ElementType.Int32, ElementType.Int32);
        (int stored, int ordered) = (shapes.Inputs[0].Shape[0], shapes.Inputs[1].Shape[0]);
        long pixels = shapes.Inputs[0].Shape.Count / stored;
        return new LightKernel(set.Label(), at => set switch
        {
            InstructionSet.Avx512 => new Call<Vector512<float>, Lanes16>(op.Batch, stored, ordered, (nint)pixels, at),
            InstructionSet.Avx2 => new Call<Vector256<float>, Lanes8>(op.Batch, stored, ordered, (nint)pixels, at),
            _ => new Call<Vector128<float>, Lanes4>(op.Batch, stored, ordered, (nint)pixels, at),
        });
    }

    sealed class Call<T, TLanes>(int batch, int stored, int ordered, nint pixels, Operands at) : CpuCall
        where TLanes : struct, ILanes<T>
    {
        readonly Cut _cut = Cut.Of(batch, pixels);
        readonly byte* _images = at.Inputs[0].Pointer<byte>();
        readonly int* _order = at.Inputs[1].Pointer<int>();
        readonly int* _cursor = at.Inputs[2].Pointer<int>();
        readonly float* _output = at.Output.Pointer<float>();

        public override int Parts(int stage) => _cut.Parts;

        public override void Run(int stage, int part, int worker)
        {
            nint end = _cut.End(part);
            for (nint i = _cut.Start(part); i < end; i++)
                Map.Run<Reading, T, TLanes>(new Reading(_images + Image(i) * pixels, _output + i * pixels), 0, pixels);
        }

        /// <summary>The number of the stored image that comes i-th in the batch; both indices are read from memory, so checked.</summary>
        nint Image(nint i)
        {
            long place = *_cursor + (long)i;
            if ((ulong)place >= (ulong)ordered)
                throw new InvalidOperationException(
                    $"GatherImages: image {i} of the batch at cursor {*_cursor} is place {place} of {ordered}: set the cursor back");
            int image = _order[place];
            if ((uint)image >= (uint)stored)
                throw new InvalidOperationException($"GatherImages: place {place} of the order names image {image}, {stored} are stored");
            return image;
        }
    }

    /// <summary>y = bytes / 255.</summary>
    readonly struct Reading(byte* bytes, float* y) : IPointwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T At<T, TLanes>(nint i)
            where TLanes : struct, ILanes<T>
        {
            T result = TLanes.Divide(TLanes.LoadBytes(bytes + i), TLanes.Create(255));
            TLanes.Store(result, y + i);
            return result;
        }
    }
}
