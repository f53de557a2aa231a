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
        if (!_started.TryGetValue((set, threads), out CpuBackend? backend))
            _started[(set, threads)] = backend = new CpuBackend(threads, set);
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
    public static TheoryData<InstructionSet, OpCase> All => EachSet(BackendChecks.Cases);

    public static TheoryData<InstructionSet, OpCase> Overwriting => EachSet(BackendChecks.Overwriting);

    [Theory]
    [MemberData(nameof(All), DisableDiscoveryEnumeration = true)]
    public void ResultsEqualTheReference(InstructionSet set, OpCase opCase) =>
        BackendChecks.ResultsEqualTheReference(backends.Of(set, 2), opCase);

    [Theory]
    [MemberData(nameof(All), DisableDiscoveryEnumeration = true)]
    public void ResultsHaveTheSameBitsTwiceAndForAnyNumberOfThreads(InstructionSet set, OpCase opCase)
    {
        byte[][][] one = BackendChecks.Run(backends.Of(set, 1), opCase, times: 2);
        Assert.Equal(one[0], one[1]);
        Assert.Equal(one[0], BackendChecks.Run(backends.Of(set, 2), opCase)[0]);
    }

    [Theory]
    [MemberData(nameof(Overwriting), DisableDiscoveryEnumeration = true)]
    public void ResultsInPlaceOfAnInputHaveTheSameBits(InstructionSet set, OpCase opCase) => Assert.Equal(
        BackendChecks.Run(backends.Of(set, 2), opCase)[0],
        BackendChecks.Run(backends.Of(set, 2), opCase, inPlace: true)[0]);

    [Fact]
    public void TheProcessorHasAKernelForEveryOperation()
    {
        using var backend = new CpuBackend(1);
        BackendChecks.CoversEveryOperation(backend.Operations);
    }

    [Fact]
    public void TheBoundsAreFarBelowTheResults()
    {
        foreach (OpCase opCase in BackendChecks.Cases)
        {
            Expected expected = Expected.Of(opCase);
            for (int r = 0; r < expected.Results.Length; r++)
            {
                double largest = expected.Results[r].Max(Math.Abs), allowed = expected.Allowed[r].Max();
                Assert.True(
                    allowed <= 1e-4 * largest,
                    FormattableString.Invariant($"{opCase}: {allowed:E1} allowed, results up to {largest:E1}"));
            }
        }
    }

    static TheoryData<InstructionSet, OpCase> EachSet(IEnumerable<OpCase> cases)
    {
        var data = new TheoryData<InstructionSet, OpCase>();
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
            foreach (OpCase opCase in cases) data.Add(set, opCase);
        return data;
    }
}
