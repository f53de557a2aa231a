using System.Runtime.InteropServices;
using GeneratingImages.Core;
using GeneratingImages.Cpu;

namespace GeneratingImages.Tests.Cpu;

public class MovementKernelTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 5, 1)]
    [InlineData(5, 7, 3)]
    [InlineData(16, 16, 1)]
    [InlineData(64, 48, 3)]
    public void Gathers_images(int h, int w, int c)
    {
        const int Stored = 9, Batch = 4, Cursor = 3;
        int pixels = h * w * c;
        byte[] bytes = new byte[Stored * pixels];
        new Random(pixels).NextBytes(bytes);
        int[] order = [8, 0, 3, 7, 7, 1, 0, 5];
        float[] batch = LightKernelRun.Everywhere(
            new GatherImages(Batch),
            [
                Data.Of(Shape.Of(Stored, h, w, c), ElementType.UInt8, bytes),
                Data.Of(Shape.Of(order.Length), ElementType.Int32, order),
                Data.Of(Shape.Scalar, ElementType.Int32, Cursor),
            ]).Output.Floats;
        for (int i = 0; i < batch.Length; i++)
            Assert.Equal(bytes[order[Cursor + i / pixels] * pixels + i % pixels] / 255f, batch[i]);
    }

    [Fact]
    public void Divides_every_byte_exactly()
    {
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        float[] values = Gather(bytes, [0], 0).Output.Floats;
        for (int i = 0; i < 256; i++) Assert.Equal(i / 255f, values[i]);
    }

    [Theory]
    [InlineData(1, 2, "cursor 2")]
    [InlineData(1, -1, "cursor -1")]
    [InlineData(3, 0, "names image 3")]
    [InlineData(-1, 0, "names image -1")]
    public void Refuses_places_that_do_not_exist(int image, int cursor, string named)
    {
        var error = Assert.Throws<InvalidOperationException>(() => Gather(new byte[3 * 4], [image, image], cursor));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    static Outcome Gather(byte[] bytes, int[] order, int cursor) => LightKernelRun.Once(
        new GatherImages(1),
        [
            Data.Of(bytes.Length == 256 ? Shape.Of(1, 16, 16, 1) : Shape.Of(3, 2, 2, 1), ElementType.UInt8, bytes),
            Data.Of(Shape.Of(order.Length), ElementType.Int32, order),
            Data.Of(Shape.Scalar, ElementType.Int32, cursor),
        ],
        null,
        InstructionSets.Best,
        threads: 2,
        inPlace: false);

    [Theory]
    [InlineData(2, 5, 3, 1, 0)]
    [InlineData(2, 5, 3, 1, 5)]
    [InlineData(3, 7, 5, 3, 4)]
    [InlineData(9, 32, 32, 3, 16)]
    public void Hides_rows(int n, int h, int w, int c, int firstRow)
    {
        var x = Data.Random(Shape.Of(n, h, w, c), seed: h);
        float[] y = LightKernelRun.Everywhere(new HideRows(firstRow), [x]).Output.Floats;
        Assert.Equal(x.Floats.Select((value, i) => i / (w * c) % h < firstRow ? value : 0), y);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Packs_only_what_is_elsewhere(bool placed)
    {
        var group = new ParameterGroup("", [
            new Parameter("a", Shape.Of(3), 0), new Parameter("b", Shape.Of(100, 201), 16), new Parameter("c", Shape.Of(17), 16 + 20_112)]);
        Shape[] shapes = [.. group.Members.Select(member => member.Shape)];
        using var backend = new CpuBackend(2);
        using Arena arena = backend.Reserve(4L * group.Count, "output");
        using Arena apart = backend.Reserve(4L * group.Count, "inputs");
        float[] output = Enumerable.Repeat(-1f, group.Count).ToArray();
        float[] inputs = Enumerable.Range(0, group.Count).Select(i => i + 1f).ToArray();
        backend.Write(new Slice(arena, 0, arena.Bytes), MemoryMarshal.AsBytes(output.AsSpan()));
        backend.Write(new Slice(apart, 0, apart.Bytes), MemoryMarshal.AsBytes(inputs.AsSpan()));

        // With placed, the second parameter already lies in the output and must stay as it is.
        Slice[] at = [.. group.Members.Select((member, i) =>
            new Slice(placed && i == 1 ? arena : apart, member.Offset * 4L, member.Shape.Count * 4))];
        TensorType[] types = [.. shapes.Select(shape => new TensorType(shape, ElementType.Float32))];
        var op = new Pack(group);
        Kernel kernel = backend.Select(op, new Signature(types, new TensorType(op.Infer(shapes), ElementType.Float32)));
        using IProgram program = backend.Link([kernel.Bind(new Operands(at, new Slice(arena, 0, arena.Bytes), default, default))]);
        program.Run();

        float[] expected = [.. output];
        for (int i = 0; i < shapes.Length; i++)
            if (!(placed && i == 1)) Array.Copy(inputs, group.Members[i].Offset, expected, group.Members[i].Offset, shapes[i].Count);
        backend.Read(new Slice(arena, 0, arena.Bytes), MemoryMarshal.AsBytes(output.AsSpan()));
        Assert.Equal(expected, output);
    }

    [Fact]
    public void Counts_and_accumulates()
    {
        Outcome counted = LightKernelRun.Everywhere(new Increment(32), [Data.Of(Shape.Scalar, ElementType.Int32, -5)]);
        Assert.Equal(27, BitConverter.ToInt32(counted.Inputs[0].Bytes));
        Outcome summed = LightKernelRun.Everywhere(
            new Accumulate(7), [Data.Of(Shape.Scalar, ElementType.Float64, 1e9), Data.Of(Shape.Scalar, 0.1f)]);
        Assert.Equal(1e9 + 7 * (double)0.1f, BitConverter.ToDouble(summed.Inputs[0].Bytes));
    }
}
