using System.Runtime.InteropServices;
using GeneratingImages.Core;
using GeneratingImages.Cpu;

namespace GeneratingImages.Tests.Cpu;

/// <summary>A tensor with its data as the host holds it.</summary>
sealed record Data(TensorType Type, byte[] Bytes)
{
    public float[] Floats { get; } = MemoryMarshal.Cast<byte, float>(Bytes).ToArray();

    public static Data Of(Shape shape, params float[] values) => Of(shape, ElementType.Float32, values);

    public static Data Of<T>(Shape shape, ElementType element, params T[] values)
        where T : unmanaged
    {
        Assert.Equal(shape.Count, values.Length);
        return new Data(new TensorType(shape, element), MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
    }

    /// <summary>Values in -2..2, some of them zero, so that signs and ties matter.</summary>
    public static Data Random(Shape shape, int seed)
    {
        var random = new Random(seed);
        var values = new float[shape.Count];
        for (int i = 0; i < values.Length; i++) values[i] = random.Next(16) == 0 ? 0 : random.NextSingle() * 4 - 2;
        return Of(shape, values);
    }
}

/// <summary>What one run left behind.</summary>
sealed record Outcome(Data Output, Data? Side, Data[] Inputs);

/// <summary>Runs one operation's kernel, each tensor in memory of its own between two bands that must stay as they are.</summary>
static class LightKernelRun
{
    const int Band = 128;
    const byte Mark = 0xC7;

    public static readonly InstructionSet[] Sets = [InstructionSet.Portable, InstructionSet.Avx2, InstructionSet.Avx512];

    /// <summary>
    /// Runs the kernel for every instruction set, with 1, 2 and 3 threads and, where the operation allows it, in place. All must leave the
    /// same bits; the result is one of them.
    /// </summary>
    public static Outcome Everywhere(Op op, Data[] inputs, Shape? side = null)
    {
        Outcome first = Once(op, inputs, side, InstructionSet.Portable, 1, inPlace: false);
        foreach (InstructionSet set in Sets)
            for (int threads = 1; threads <= 3; threads++)
                foreach (bool inPlace in op.Overwrites >= 0 ? (bool[])[false, true] : [false])
                {
                    Outcome other = Once(op, inputs, side, set, threads, inPlace);
                    string run = $"{op} on {set}, {threads} threads, {(inPlace ? "in place" : "out of place")}";
                    Same(first.Output.Bytes, other.Output.Bytes, run);
                    Same(first.Side?.Bytes ?? [], other.Side?.Bytes ?? [], run + ", side output");
                    for (int i = 0; i < inputs.Length; i++)
                        if (!inPlace || i != op.Overwrites) Same(first.Inputs[i].Bytes, other.Inputs[i].Bytes, $"{run}, input {i}");
                }

        return first;
    }

    public static Outcome Once(Op op, Data[] inputs, Shape? side, InstructionSet set, int threads, bool inPlace)
    {
        using var backend = new CpuBackend(threads, set);
        TensorType[] types = [.. inputs.Select(input => input.Type)];
        var output = new TensorType(op.Infer([.. types.Select(type => type.Shape)]), op.Element);
        TensorType? sideType = side is { } shape ? new TensorType(shape, ElementType.Float32) : null;
        Kernel kernel = backend.Select(op, new Signature(types, output, sideType));

        Slice[] given = [.. inputs.Select(input => Reserve(backend, input.Type.Bytes))];
        for (int i = 0; i < given.Length; i++) backend.Write(given[i], inputs[i].Bytes);
        Slice result = inPlace ? given[op.Overwrites] : Reserve(backend, output.Bytes);
        Slice second = Reserve(backend, sideType?.Bytes ?? 0);
        Slice workspace = Reserve(backend, kernel.WorkspaceBytes);
        using IProgram program = backend.Link([kernel.Bind(new Operands(given, result, second, workspace))]);
        // Twice where nothing was overwritten: a second run must not depend on what the first left behind.
        if (!inPlace && op.Mutates.IsEmpty) program.Run();
        program.Run();

        Data[] after = [.. inputs.Select((input, i) => new Data(input.Type, Take(backend, given[i])))];
        byte[] bytes = inPlace ? after[op.Overwrites].Bytes : Take(backend, result);
        Data? sideData = sideType is { } type ? new Data(type, Take(backend, second)) : null;
        Take(backend, workspace);
        foreach (Slice slice in (Slice[])[.. given, result, second, workspace]) slice.Arena.Dispose();
        return new Outcome(new Data(output, bytes), sideData, after);
    }

    /// <summary>Asserts that values are close to what was computed naively; the bound is for each element.</summary>
    public static void Close(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, Func<int, double> bound)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= bound(i),
                $"element {i} is {actual[i]:R}, expected {expected[i]:R} within {bound(i):R}");
    }

    /// <summary>Memory full of not-a-numbers, so that what a kernel reads before it writes shows up.</summary>
    static Slice Reserve(CpuBackend backend, long bytes)
    {
        Arena arena = backend.Reserve(bytes + 2 * Band, "test");
        byte[] marks = new byte[arena.Bytes];
        marks.AsSpan().Fill(Mark);
        marks.AsSpan(Band, (int)bytes).Fill(0xFF);
        backend.Write(new Slice(arena, 0, arena.Bytes), marks);
        return new Slice(arena, Band, bytes);
    }

    static byte[] Take(CpuBackend backend, Slice slice)
    {
        byte[] all = new byte[slice.Arena.Bytes];
        backend.Read(new Slice(slice.Arena, 0, all.Length), all);
        Assert.True(all.AsSpan(0, Band).IndexOfAnyExcept(Mark) < 0, "the kernel wrote before its memory");
        Assert.True(all.AsSpan(all.Length - Band).IndexOfAnyExcept(Mark) < 0, "the kernel wrote behind its memory");
        return all[Band..^Band];
    }

    static void Same(byte[] expected, byte[] actual, string run)
    {
        int common = expected.AsSpan().CommonPrefixLength(actual);
        Assert.True(common == expected.Length && common == actual.Length, $"{run}: other bits from byte {common} of {expected.Length} on");
    }
}
