using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GeneratingImages.Cpu;

namespace GeneratingImages.Bench;

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
        InstructionSet.Avx512 => Measure(Loop512, 16),
        InstructionSet.Avx2 => Measure(Loop256, 8),
        _ => Measure(Loop128, 4),
    };

    static double Measure(Func<int, float> loop, int lanes)
    {
        loop(1);
        double seconds = CpuTime.Of(() => loop(Iterations));
        return 2.0 * Iterations * Chains * lanes / seconds / 1e9;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static float Loop128(int iterations)
    {
        Vector128<float> x = Vector128.Create(0.999f), y = Vector128.Create(0.001f);
        Vector128<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (; iterations > 0; iterations--)
        {
            a = Vector128.MultiplyAddEstimate(a, x, y); b = Vector128.MultiplyAddEstimate(b, x, y); c = Vector128.MultiplyAddEstimate(c, x, y);
            d = Vector128.MultiplyAddEstimate(d, x, y); e = Vector128.MultiplyAddEstimate(e, x, y); f = Vector128.MultiplyAddEstimate(f, x, y);
            g = Vector128.MultiplyAddEstimate(g, x, y); h = Vector128.MultiplyAddEstimate(h, x, y); i = Vector128.MultiplyAddEstimate(i, x, y);
            j = Vector128.MultiplyAddEstimate(j, x, y); k = Vector128.MultiplyAddEstimate(k, x, y); l = Vector128.MultiplyAddEstimate(l, x, y);
        }

        return Vector128.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static float Loop256(int iterations)
    {
        Vector256<float> x = Vector256.Create(0.999f), y = Vector256.Create(0.001f);
        Vector256<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (; iterations > 0; iterations--)
        {
            a = Vector256.MultiplyAddEstimate(a, x, y); b = Vector256.MultiplyAddEstimate(b, x, y); c = Vector256.MultiplyAddEstimate(c, x, y);
            d = Vector256.MultiplyAddEstimate(d, x, y); e = Vector256.MultiplyAddEstimate(e, x, y); f = Vector256.MultiplyAddEstimate(f, x, y);
            g = Vector256.MultiplyAddEstimate(g, x, y); h = Vector256.MultiplyAddEstimate(h, x, y); i = Vector256.MultiplyAddEstimate(i, x, y);
            j = Vector256.MultiplyAddEstimate(j, x, y); k = Vector256.MultiplyAddEstimate(k, x, y); l = Vector256.MultiplyAddEstimate(l, x, y);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static float Loop512(int iterations)
    {
        Vector512<float> x = Vector512.Create(0.999f), y = Vector512.Create(0.001f);
        Vector512<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (; iterations > 0; iterations--)
        {
            a = Vector512.MultiplyAddEstimate(a, x, y); b = Vector512.MultiplyAddEstimate(b, x, y); c = Vector512.MultiplyAddEstimate(c, x, y);
            d = Vector512.MultiplyAddEstimate(d, x, y); e = Vector512.MultiplyAddEstimate(e, x, y); f = Vector512.MultiplyAddEstimate(f, x, y);
            g = Vector512.MultiplyAddEstimate(g, x, y); h = Vector512.MultiplyAddEstimate(h, x, y); i = Vector512.MultiplyAddEstimate(i, x, y);
            j = Vector512.MultiplyAddEstimate(j, x, y); k = Vector512.MultiplyAddEstimate(k, x, y); l = Vector512.MultiplyAddEstimate(l, x, y);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
