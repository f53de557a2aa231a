using System.Runtime.CompilerServices;

namespace GeneratingImages.Cpu;

/// <summary>exp(x) - 1 without cancellation near zero.</summary>
static class Exponential
{
    /// <summary>
    /// exp(x) - 1 for x up to 0, below -20 as at -20, where the result is -1 in single precision. With n = round(x / ln 2) and
    /// r = x - n ln 2, the result is 2^n (exp(r) - 1) + (2^n - 1). ln 2 is subtracted in two parts, the first short enough that its
    /// product with n is exact (Cody and Waite, Software Manual for the Elementary Functions, 1980, chapter 6). The Taylor series to
    /// r^7 leaves r^7 / 8! &lt; 1.5e-8 relative at |r| = ln(2) / 2. For n = 0 nothing is added, so exp(0) - 1 is exactly 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MinusOne<T, TLanes>(T x)
        where TLanes : struct, ILanes<T>
    {
        // Adding 1.5 * 2^23 rounds to an integer and leaves it in the sum's last bits.
        T shift = TLanes.Create(12582912f), lowest = TLanes.Create(-20f);
        x = TLanes.WhereLess(x, lowest, lowest, x);
        T shifted = TLanes.Fma(x, TLanes.Create(1.44269504f), shift);
        T n = TLanes.Subtract(shifted, shift);
        T r = TLanes.Fma(n, TLanes.Create(-0.693359375f), x);
        r = TLanes.Fma(n, TLanes.Create(2.12194440e-4f), r);

        T series = TLanes.Create(1f / 5040);
        series = TLanes.Fma(series, r, TLanes.Create(1f / 720));
        series = TLanes.Fma(series, r, TLanes.Create(1f / 120));
        series = TLanes.Fma(series, r, TLanes.Create(1f / 24));
        series = TLanes.Fma(series, r, TLanes.Create(1f / 6));
        series = TLanes.Fma(series, r, TLanes.Create(0.5f));
        T reduced = TLanes.Fma(TLanes.Multiply(r, r), series, r);

        T scale = TLanes.PowerOfTwo(shifted);
        return TLanes.Fma(scale, reduced, TLanes.Subtract(scale, TLanes.Create(1f)));
    }
}
