using GeneratingImages.Core;
using GeneratingImages.Reference;

namespace GeneratingImages.Tests.Ops;

/// <summary>What every backend must show on every case of every operation.</summary>
static class BackendChecks
{
    /// <summary>The cases that compute something: views do not.</summary>
    public static IEnumerable<OpCase> Cases => OpCases.All.Where(c => !c.Op.IsView);

    /// <summary>The cases whose result may take an input's place.</summary>
    public static IEnumerable<OpCase> Overwriting => Cases.Where(c => c.Op.Overwrites >= 0);

    /// <summary>Runs a case as often as asked and returns the results of each run.</summary>
    public static byte[][][] Run(IBackend backend, OpCase opCase, int times = 1, bool inPlace = false)
    {
        using var call = new BackendCall(backend, opCase, Expected.Of(opCase).Inputs, inPlace);
        return [.. Enumerable.Range(0, times).Select(_ => call.Run())];
    }

    /// <summary>The results are those of the reference in double precision, within the bounds of the operation.</summary>
    public static void ResultsEqualTheReference(IBackend backend, OpCase opCase)
    {
        Expected expected = Expected.Of(opCase);
        using var call = new BackendCall(backend, opCase, expected.Inputs, inPlace: false);
        byte[][] results = call.Run();
        ElementType[] types = [.. call.ResultTypes];
        Assert.Equal(expected.Results.Length, results.Length);
        for (int r = 0; r < results.Length; r++)
        {
            double[] actual = ElementBytes.ToDoubles(results[r], types[r]);
            Assert.Equal(expected.Results[r].Length, actual.Length);
            for (int i = 0; i < actual.Length; i++)
            {
                double wanted = expected.Results[r][i], allowed = expected.Allowed[r][i];
                Assert.True(
                    Math.Abs(actual[i] - wanted) <= allowed,
                    FormattableString.Invariant(
                        $"{opCase} ({call.Variant}): result {r}, element {i} is {actual[i]:G9}, {wanted:G9} expected within {allowed:E1}"));
            }
        }
    }

    /// <summary>The backend has a kernel for every operation that the reference computes, and for no other.</summary>
    public static void CoversEveryOperation(IReadOnlyCollection<Type> operations) => Assert.Equal(
        ReferenceInterpreter.Operations.Where(op => op != typeof(SideOutput)).Select(op => op.Name).Order(),
        operations.Select(op => op.Name).Order());
}
