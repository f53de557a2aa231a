using System.Diagnostics;
using GeneratingImages.Core;
using GeneratingImages.Cpu;

namespace GeneratingImages.Tests.Cpu;

/// <summary>Runs alone, since it counts what the whole process allocates.</summary>
[CollectionDefinition(DisableParallelization = true)]
public class AloneCollection;

/// <summary>A step allocates nothing.</summary>
[Collection(typeof(AloneCollection))]
public class AllocationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_program_allocates_nothing(int threads)
    {
        using var backend = new CpuBackend(threads);
        using Arena arena = backend.Reserve(4 << 20, "test");
        Shape images = Shape.Of(4, 33, 32, 8), pooled = Shape.Of(4, 16, 16, 8), scalar = Shape.Scalar;
        int count = (int)images.Count;
        using IProgram program = backend.Link([
            Call(new Activate(Activation.Elu), images, images),
            Call(new ActivateGrad(Activation.Elu, Bias: true), images, images, images),
            Call(new AddBias(), images, images, Shape.Of(8)),
            Call(new BiasGrad(), Shape.Of(8), images),
            Call(new Add(), images, images, images),
            Call(new MaxPool2D(2), pooled, images),
            Call(new MaxPool2DGrad(2), images, images, pooled, pooled),
            Call(new HideRows(16), images, images),
            Call(new MeanSquaredError(), scalar, images, images),
            Call(new MeanSquaredErrorGrad(), images, images, images, scalar),
            Optimize(new AdamStep(1e-3f, 0.9f, 0.999f, 1e-7f, EpsilonPlace.InsideCorrection)),
            Optimize(new AdamaxStep(1e-3f, 0.9f, 0.999f, 1e-7f)),
        ]);

        for (int i = 0; i < 50; i++) program.Run();
        Assert.Contains(0, Enumerable.Range(0, 5).Select(_ => Allocated(() => Repeat(program))));

        BoundKernel Call(Op op, Shape output, params Shape[] inputs) =>
            Bind(op, output, [.. inputs.Select(shape => new TensorType(shape, ElementType.Float32))]);

        BoundKernel Optimize(Op op)
        {
            var flat = new TensorType(Shape.Of(count), ElementType.Float32);
            TensorType step = new(scalar, ElementType.Int32), loss = new(scalar, ElementType.Float32);
            return Bind(op, scalar, [flat, flat, flat, flat, step, loss]);
        }

        BoundKernel Bind(Op op, Shape output, TensorType[] inputs)
        {
            long at = 0;
            Kernel kernel = backend.Select(op, new Signature(inputs, new TensorType(output, ElementType.Float32)));
            return kernel.Bind(new Operands(
                [.. inputs.Select(type => Next(type.Bytes))], Next(4 * output.Count), Next(4096), Next(kernel.WorkspaceBytes)));

            Slice Next(long bytes)
            {
                var slice = new Slice(arena, at, bytes);
                at += (bytes + 63) / 64 * 64;
                return slice;
            }
        }
    }

    /// <summary>
    /// Runs a program for a moment, at least twice: what allocates does so in every run, while the test host, which allocates now and
    /// then, must not find time to in each of the windows.
    /// </summary>
    static void Repeat(IProgram program)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < 200 && (i < 2 || Stopwatch.GetElapsedTime(start).TotalMilliseconds < 50); i++) program.Run();
    }

    /// <summary>The bytes that all threads allocated. A test host may allocate at any time, so callers measure more than once.</summary>
    static long Allocated(Action action)
    {
        long own = GC.GetAllocatedBytesForCurrentThread(), all = GC.GetTotalAllocatedBytes(precise: true);
        long measuring = GC.GetTotalAllocatedBytes(precise: true) - all;
        action();
        long result = GC.GetTotalAllocatedBytes(precise: true) - all - measuring;
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - own);
        return result;
    }
}
