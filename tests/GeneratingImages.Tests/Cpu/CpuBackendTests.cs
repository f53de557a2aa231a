using GeneratingImages.Core;
using GeneratingImages.Cpu;

namespace GeneratingImages.Tests.Cpu;

public class CpuBackendTests
{
    [Theory]
    [InlineData(1, InstructionSet.Portable, "cpu portable, 1 thread")]
    [InlineData(2, InstructionSet.Avx2, "cpu avx2, 2 threads")]
    [InlineData(3, InstructionSet.Avx512, "cpu avx512, 3 threads")]
    public void Names_itself(int threads, InstructionSet set, string name)
    {
        using var backend = new CpuBackend(threads, set);
        Assert.Equal(name, backend.Name);
    }

    [Fact]
    public void Takes_all_processors_and_the_best_instructions_by_itself()
    {
        using var backend = new CpuBackend();
        Assert.Equal(Math.Min(Environment.ProcessorCount, 256), backend.Threads);
        Assert.Equal(InstructionSets.Best, backend.InstructionSet);
    }

    [Fact]
    public void Has_a_kernel_for_every_operation_that_needs_one()
    {
        using var backend = new CpuBackend(1);
        Type[] needed = [.. typeof(Op).Assembly.GetTypes().Where(type =>
            type.IsAssignableTo(typeof(Op)) && !type.IsAbstract && !type.IsAssignableTo(typeof(Leaf))
            && type != typeof(Reshape) && type != typeof(SideOutput))];
        Assert.Equal(needed.Select(type => type.Name).Order(), backend.Operations.Select(type => type.Name).Order());
    }

    [Fact]
    public void Says_which_kernel_it_lacks()
    {
        using var backend = new CpuBackend(1);
        var vector = new TensorType(Shape.Of(4), ElementType.Float32);
        var square = new TensorType(Shape.Of(2, 2), ElementType.Float32);
        Assert.Contains("Reshape [4] -> [2,2]: the cpu backend", Message(new Reshape(square.Shape), [vector], square));
        TensorType wide = vector with { Element = ElementType.Float64 };
        Assert.Contains("input 1 is Float64", Message(new Add(), [vector, wide], vector));
        TensorType bytes = Of(1, 8, 8, 32) with { Element = ElementType.UInt8 }, images = Of(1, 8, 8, 32), filters = Of(32, 3, 3, 32);
        Assert.Contains("input 0 is UInt8, its kernels take Float32", Message(new Conv2D(1, 1), [bytes, filters], images));
        Assert.Contains("input 0 is UInt8", Message(new Conv2DInputGrad(8, 8, 1, 1), [bytes, filters], images));
        Assert.Contains("input 1 is UInt8", Message(new Conv2DFilterGrad(3, 3, 1, 1), [images, bytes], filters));
        Assert.Contains("input 0 is Float64", Message(new MatMul(), [square with { Element = ElementType.Float64 }, square], square));

        static TensorType Of(params int[] sizes) => new(Shape.Of(sizes), ElementType.Float32);

        string Message(Op op, TensorType[] inputs, TensorType output) =>
            Assert.Throws<NoKernelException>(() => backend.Select(op, new Signature(inputs, output))).Message;
    }

    [Fact]
    public void Memory_is_zero_aligned_and_copied_within_bounds()
    {
        using var backend = new CpuBackend(1);
        using Arena arena = backend.Reserve(100, "weights");
        byte[] all = new byte[100];
        all.AsSpan().Fill(9);
        backend.Read(new Slice(arena, 0, 100), all);
        Assert.All(all, value => Assert.Equal(0, value));
        unsafe
        {
            Assert.Equal(0, (nint)((CpuArena)arena).Pointer % 64);
        }

        backend.Write(new Slice(arena, 90, 10), [1, 2, 3]);
        byte[] read = new byte[4];
        backend.Read(new Slice(arena, 89, 11), read);
        Assert.Equal<byte>([0, 1, 2, 3], read);

        Assert.Contains("11 bytes", Assert.Throws<ArgumentException>(() => backend.Write(new Slice(arena, 90, 10), new byte[11])).Message);
        Assert.Contains("'weights'", Assert.Throws<ArgumentException>(() => backend.Read(new Slice(arena, 90, 11), read)).Message);
        Assert.Throws<ArgumentException>(() => backend.Read(new Slice(arena, -1, 10), read));
        Assert.Throws<ArgumentException>(() => backend.Read(new Slice(arena, long.MaxValue, 10), read));
        Assert.Throws<ArgumentException>(() => backend.Read(default, read));
        arena.Dispose();
        Assert.Throws<ObjectDisposedException>(() => backend.Read(new Slice(arena, 0, 10), read));
    }

    [Fact]
    public void Links_only_its_own_calls()
    {
        using var backend = new CpuBackend(1);
        Assert.Contains("call 0 is a Foreign", Assert.Throws<ArgumentException>(() => backend.Link([new Foreign()])).Message);
    }

    sealed class Foreign : BoundKernel;
}
