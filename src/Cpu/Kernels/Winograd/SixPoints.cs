using System.Runtime.CompilerServices;

namespace GeneratingImages.Cpu;

/// <summary>B' on the points 0, A, -A, B, -B and infinity.</summary>
readonly struct Data6 : ITransform
{
    const float A = WinogradPoints.A6, B = WinogradPoints.B6, A2 = A * A, B2 = B * B;

    public static int In => 6;

    public static int Out => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<T, TLanes, TSource, TTarget>(TSource from, TTarget to)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TSource : struct, ISource<T>
        where TTarget : struct, ITarget<T>
    {
        T d0 = from.Load(0), d1 = from.Load(1), d2 = from.Load(2), d3 = from.Load(3), d4 = from.Load(4), d5 = from.Load(5);
        T product = TLanes.Create(A2 * B2), sum = TLanes.Create(-(A2 + B2));
        to.Store(0, TLanes.Fma(product, d0, TLanes.Fma(sum, d2, d4)));
        Pair<T, TLanes, TTarget>(1, A, TLanes.Fma(TLanes.Create(-B2), d2, d4), TLanes.Fma(TLanes.Create(-B2), d1, d3), to);
        Pair<T, TLanes, TTarget>(3, B, TLanes.Fma(TLanes.Create(-A2), d2, d4), TLanes.Fma(TLanes.Create(-A2), d1, d3), to);
        to.Store(5, TLanes.Fma(product, d1, TLanes.Fma(sum, d3, d5)));
    }

    /// <summary>The numbers of p and -p from their even and odd halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pair<T, TLanes, TTarget>(int i, float p, T even, T odd, TTarget to)
        where TLanes : struct, ILanes<T>
        where TTarget : struct, ITarget<T>
    {
        to.Store(i, TLanes.Fma(TLanes.Create(p), odd, even));
        to.Store(i + 1, TLanes.Fma(TLanes.Create(-p), odd, even));
    }
}

/// <summary>G on the same points without its divisions: a polynomial's values.</summary>
readonly struct Evaluate6<TTerms> : ITransform
    where TTerms : struct, ICount
{
    public static int In => TTerms.Value;

    public static int Out => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<T, TLanes, TSource, TTarget>(TSource from, TTarget to)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TSource : struct, ISource<T>
        where TTarget : struct, ITarget<T>
    {
        to.Store(0, from.Load(0));
        Pair<T, TLanes, TSource, TTarget>(from, 1, WinogradPoints.A6, to);
        Pair<T, TLanes, TSource, TTarget>(from, 3, WinogradPoints.B6, to);
        to.Store(5, from.Load(TTerms.Value - 1));
    }

    /// <summary>The values at p and -p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pair<T, TLanes, TSource, TTarget>(TSource from, int i, float p, TTarget to)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TSource : struct, ISource<T>
        where TTarget : struct, ITarget<T>
    {
        T even = TLanes.Fma(TLanes.Create(p * p), from.Load(2), from.Load(0)), odd = from.Load(1);
        if (TTerms.Value > 3) odd = TLanes.Fma(TLanes.Create(p * p), from.Load(3), odd);
        if (TTerms.Value > 5) odd = TLanes.Fma(TLanes.Create(p * p * p * p), from.Load(5), odd);
        if (TTerms.Value > 4) even = TLanes.Fma(TLanes.Create(p * p * p * p), from.Load(4), even);
        Data6.Pair<T, TLanes, TTarget>(i, p, even, odd, to);
    }
}

/// <summary>A' on the same points.</summary>
readonly struct Combine6<TResults> : ITransform
    where TResults : struct, ICount
{
    const float A = WinogradPoints.A6, B = WinogradPoints.B6;

    public static int In => 6;

    public static int Out => TResults.Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<T, TLanes, TSource, TTarget>(TSource from, TTarget to)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TSource : struct, ISource<T>
        where TTarget : struct, ITarget<T>
    {
        T plus = from.Load(1), minus = from.Load(2);
        T evenA = TLanes.Add(plus, minus), oddA = TLanes.Subtract(plus, minus);
        plus = from.Load(3);
        minus = from.Load(4);
        T evenB = TLanes.Add(plus, minus), oddB = TLanes.Subtract(plus, minus), last = from.Load(5);
        to.Store(0, TLanes.Add(TLanes.Add(from.Load(0), evenA), evenB));
        to.Store(1, Sum<T, TLanes>(A, oddA, B, oddB));
        T y = Sum<T, TLanes>(A * A, evenA, B * B, evenB);
        to.Store(2, TResults.Value == 3 ? TLanes.Add(y, last) : y);
        if (TResults.Value > 3) to.Store(3, TLanes.Add(Sum<T, TLanes>(A * A * A, oddA, B * B * B, oddB), last));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Sum<T, TLanes>(float a, T x, float b, T y)
        where TLanes : struct, ILanes<T> => TLanes.Fma(TLanes.Create(b), y, TLanes.Multiply(TLanes.Create(a), x));
}
