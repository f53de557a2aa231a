using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GeneratingImages.Cpu;

/// <summary>
/// What one thread could do at best: multiply-adds between registers alone, twelve independent chains of them, which covers a latency
/// of up to six cycles with two units.
/// </summary>
static class FmaPeak
{
    const int Iterations = 100_000, Chains = 12;

    /// <summary>The GFLOP/s of one short run, at a vector width.</summary>
    public static double Measure(InstructionSet set) => set switch
    {
        InstructionSet.Avx512 => Measure<Vector512<float>, Lanes16>(),
        InstructionSet.Avx2 => Measure<Vector256<float>, Lanes8>(),
        _ => Measure<Vector128<float>, Lanes4>(),
    };

    static unsafe double Measure<T, TLanes>()
        where T : unmanaged
        where TLanes : struct, ILanes<T>
    {
        T result;
        Loop<T, TLanes>(1, &result);
        long start = Stopwatch.GetTimestamp();
        Loop<T, TLanes>(Iterations, &result);
        return 2.0 * Iterations * Chains * (sizeof(T) / sizeof(float)) / Stopwatch.GetElapsedTime(start).TotalSeconds / 1e9;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static unsafe void Loop<T, TLanes>(int iterations, T* result)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
    {
        T x = TLanes.Create(0.999f), y = TLanes.Create(0.001f);
        T a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (; iterations > 0; iterations--)
        {
            (a, b, c) = (TLanes.Fma(a, x, y), TLanes.Fma(b, x, y), TLanes.Fma(c, x, y));
            (d, e, f) = (TLanes.Fma(d, x, y), TLanes.Fma(e, x, y), TLanes.Fma(f, x, y));
            (g, h, i) = (TLanes.Fma(g, x, y), TLanes.Fma(h, x, y), TLanes.Fma(i, x, y));
            (j, k, l) = (TLanes.Fma(j, x, y), TLanes.Fma(k, x, y), TLanes.Fma(l, x, y));
        }

        // The sum keeps every chain alive.
        a = TLanes.Add(TLanes.Add(TLanes.Add(a, b), TLanes.Add(c, d)), TLanes.Add(TLanes.Add(e, f), TLanes.Add(g, h)));
        *result = TLanes.Add(a, TLanes.Add(TLanes.Add(i, j), TLanes.Add(k, l)));
    }
}
