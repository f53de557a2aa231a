using GeneratingImages.Core;
using GeneratingImages.Cpu;

namespace GeneratingImages.Tests.Cpu;

/// <summary>
/// Runs one CPU kernel by hand. Every operand lies between strips of NaN and the workspace is full of it, so that a read outside an
/// operand or before a write shows in the result, and a write outside the output or behind the workspace shows in the strips.
/// </summary>
static unsafe class MicroKernelRig
{
    const int Strip = 64;

    public static readonly InstructionSet[] Sets = [InstructionSet.Portable, InstructionSet.Avx2, InstructionSet.Avx512];

    /// <summary>The kernel's output, its parts run in an order that depends on the number of workers.</summary>
    public static float[] Run(Func<int, Kernel> select, int workers, long outputs, params float[][] inputs)
    {
        Kernel kernel = select(workers);
        using CpuArena workspace = Arena(kernel.WorkspaceBytes / sizeof(float) + Strip);
        Slice[] slices = [.. inputs.Select(Slice)];
        using CpuArena output = Arena(outputs + 2 * Strip);
        try
        {
            var operands = new Operands(
                slices,
                new Slice(output, Strip * sizeof(float), outputs * sizeof(float)),
                default,
                new Slice(workspace, 0, kernel.WorkspaceBytes));
            var call = (CpuCall)kernel.Bind(operands);
            for (int stage = 0; stage < call.Stages; stage++) Run(call, stage, workers);
        }
        finally
        {
            foreach (Slice slice in slices) slice.Arena.Dispose();
        }

        var behind = new ReadOnlySpan<float>(workspace.Pointer + kernel.WorkspaceBytes, Strip);
        foreach (float value in behind) Assert.True(float.IsNaN(value), "the kernel wrote behind its workspace");
        var all = new ReadOnlySpan<float>(output.Pointer, (int)outputs + 2 * Strip);
        for (int i = 0; i < Strip; i++)
            Assert.True(float.IsNaN(all[i]) && float.IsNaN(all[^(i + 1)]), "the kernel wrote outside its output");
        return all[Strip..^Strip].ToArray();
    }

    /// <summary>Numbers in [-1, 1), the same for the same seed.</summary>
    public static float[] Numbers(long count, int seed)
    {
        var random = new Random(seed);
        var numbers = new float[count];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = random.NextSingle() * 2 - 1;
        return numbers;
    }

    /// <summary>
    /// Asserts that a sum of products is right. Each of n additions rounds by at most 2^-24 of a partial sum, which is at most the sum
    /// of the magnitudes; the errors are independent, so together they stay near sqrt(n) 2^-24 times that. The factor 2 is room for
    /// the largest of many results; the activation adds at most 2e-7 of its result.
    /// </summary>
    public static void Close(double expected, double magnitude, int terms, Activation activation, float actual, string where)
    {
        if (activation == Activation.Relu) expected = Math.Max(expected, 0);
        if (activation == Activation.Elu && expected < 0) expected = Math.Exp(expected) - 1;
        double bound = 2 * Math.Sqrt(terms + 1) * Math.Pow(2, -24) * magnitude + 2e-7 * Math.Abs(expected);
        Assert.True(Math.Abs(expected - actual) <= bound, $"{where}: {actual:R} instead of {expected:R}, off by more than {bound:R}");
    }

    /// <summary>Asserts that results have the same bits for one to three workers, and again.</summary>
    public static void SameBits(Func<int, Kernel> select, float[] once, params float[][] inputs)
    {
        foreach (int workers in (int[])[1, 2, 3])
            Assert.Equal(
                once.Select(BitConverter.SingleToUInt32Bits),
                Run(select, workers, once.Length, inputs).Select(BitConverter.SingleToUInt32Bits));
    }

    static void Run(CpuCall call, int stage, int workers)
    {
        int parts = call.Parts(stage);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        for (int worker = 0; worker < workers; worker++)
            for (int part = parts - 1 - worker; part >= 0; part -= workers) call.Run(stage, part, worker);
        Assert.Equal(allocated, GC.GetAllocatedBytesForCurrentThread());
    }

    static Slice Slice(float[] values)
    {
        CpuArena arena = Arena(values.Length + 2 * Strip);
        values.CopyTo(new Span<float>(arena.Pointer + Strip * sizeof(float), values.Length));
        return new Slice(arena, Strip * sizeof(float), values.Length * sizeof(float));
    }

    static CpuArena Arena(long floats)
    {
        var arena = new CpuArena(floats * sizeof(float), "a test");
        new Span<float>(arena.Pointer, (int)floats + 16).Fill(float.NaN);
        return arena;
    }
}
