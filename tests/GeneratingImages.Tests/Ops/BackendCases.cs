using GeneratingImages.Core;
using GeneratingImages.Cpu;
using GeneratingImages.Reference;

namespace GeneratingImages.Tests.Ops;

/// <summary>Processor backends of every instruction set, with one and with two threads, started when first asked for.</summary>
public sealed class Backends : IDisposable
{
    readonly Dictionary<(InstructionSet Set, int Threads), CpuBackend> _started = [];

    public IBackend Of(InstructionSet set, int threads)
    {
        if (!_started.TryGetValue((set, threads), out CpuBackend? backend)) _started[(set, threads)] = backend = new CpuBackend(threads, set);
        return backend;
    }

    public void Dispose()
    {
        foreach (CpuBackend backend in _started.Values) backend.Dispose();
    }
}

/// <summary>Every case of every operation on the processor, each instruction set, against the reference in double precision.</summary>
public class BackendCases(Backends backends) : IClassFixture<Backends>
{
    public static TheoryData<InstructionSet, OpCase> All => Where(_ => true);

    public static TheoryData<InstructionSet, OpCase> Overwriting => Where(op => op.Overwrites >= 0);

    [Theory]
    [MemberData(nameof(All), DisableDiscoveryEnumeration = true)]
    public void ResultsEqualTheReference(InstructionSet set, OpCase opCase)
    {
        Expected expected = Expected.Of(opCase);
        using var call = new BackendCall(backends.Of(set, 2), opCase, expected.Inputs, inPlace: false);
        byte[][] results = call.Run();
        ElementType[] types = [.. call.ResultTypes];
        Assert.Equal(expected.Results.Length, results.Length);
        for (int r = 0; r < results.Length; r++)
        {
            double[] actual = ElementBytes.ToDoubles(results[r], types[r]);
            Assert.Equal(expected.Results[r].Length, actual.Length);
            for (int i = 0; i < actual.Length; i++)
            {
                double error = Math.Abs(actual[i] - expected.Results[r][i]);
                Assert.True(
                    error <= expected.Allowed[r][i],
                    FormattableString.Invariant(
                        $"{opCase} ({call.Variant}): result {r}, element {i} is {actual[i]:G9}, {expected.Results[r][i]:G9} expected within {expected.Allowed[r][i]:E1}"));
            }
        }
    }

    [Theory]
    [MemberData(nameof(All), DisableDiscoveryEnumeration = true)]
    public void ResultsHaveTheSameBitsTwiceAndForAnyNumberOfThreads(InstructionSet set, OpCase opCase)
    {
        double[][] inputs = Expected.Of(opCase).Inputs;
        using var one = new BackendCall(backends.Of(set, 1), opCase, inputs, inPlace: false);
        using var two = new BackendCall(backends.Of(set, 2), opCase, inputs, inPlace: false);
        byte[][] first = one.Run();
        Assert.Equal(first, one.Run());
        Assert.Equal(first, two.Run());
    }

    [Theory]
    [MemberData(nameof(Overwriting), DisableDiscoveryEnumeration = true)]
    public void ResultsInPlaceOfAnInputHaveTheSameBits(InstructionSet set, OpCase opCase)
    {
        double[][] inputs = Expected.Of(opCase).Inputs;
        using var beside = new BackendCall(backends.Of(set, 2), opCase, inputs, inPlace: false);
        using var inPlace = new BackendCall(backends.Of(set, 2), opCase, inputs, inPlace: true);
        Assert.Equal(beside.Run(), inPlace.Run());
    }

    [Fact]
    public void TheProcessorHasAKernelForEveryOperation()
    {
        using var backend = new CpuBackend(1);
        Assert.Equal(
            ReferenceInterpreter.Operations.Where(op => op != typeof(SideOutput)).Select(op => op.Name).Order(),
            backend.Operations.Select(op => op.Name).Order());
    }

    [Fact]
    public void TheBoundsAreFarBelowTheResults()
    {
        foreach (OpCase opCase in OpCases.All.Where(c => !c.Op.IsView))
        {
            Expected expected = Expected.Of(opCase);
            for (int r = 0; r < expected.Results.Length; r++)
            {
                double largest = expected.Results[r].Max(Math.Abs), allowed = expected.Allowed[r].Max();
                Assert.True(allowed <= 1e-4 * largest, FormattableString.Invariant($"{opCase}: {allowed:E1} allowed, results up to {largest:E1}"));
            }
        }
    }

    static TheoryData<InstructionSet, OpCase> Where(Func<Op, bool> wanted)
    {
        var data = new TheoryData<InstructionSet, OpCase>();
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
            foreach (OpCase opCase in OpCases.All)
                if (!opCase.Op.IsView && wanted(opCase.Op)) data.Add(set, opCase);
        return data;
    }
}
