using System.Runtime.CompilerServices;

namespace GeneratingImages.Cpu;

/// <summary>
/// The points at which tiles are evaluated along one axis, and the transforms that follow from them, see <see cref="ITransform"/>. Small
/// numbers whose powers stay near 1 keep rounding errors down (Barabasz et al., arXiv 1803.10986). Points are single-precision constants
/// and taken as they are, so that M'(p) belongs to what is computed; what is computed from them is rounded once.
/// </summary>
interface IPoints
{
    /// <summary>The points besides infinity, in the order in which transforms have them.</summary>
    static abstract double[] Finite { get; }

    /// <summary>The numbers of a tile: one for each point, infinity included.</summary>
    static abstract int Count { get; }

    /// <summary>B'.</summary>
    static abstract void Data<T, TLanes, TSource, TTarget>(TSource from, TTarget to)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TSource : struct, ISource<T>
        where TTarget : struct, ITarget<T>;

    /// <summary>G without its divisions: the values of a polynomial of <typeparamref name="TTerms"/> coefficients.</summary>
    static abstract void Evaluate<TTerms, T, TLanes, TSource, TTarget>(TSource from, TTarget to)
        where TTerms : struct, ICount
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TSource : struct, ISource<T>
        where TTarget : struct, ITarget<T>;

    /// <summary>A'.</summary>
    static abstract void Combine<TResults, T, TLanes, TSource, TTarget>(TSource from, TTarget to)
        where TResults : struct, ICount
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TSource : struct, ISource<T>
        where TTarget : struct, ITarget<T>;
}

/// <summary>What transforms on points in pairs of p and -p share.</summary>
static class PointPairs
{
    /// <summary>The numbers of p and -p from their even and odd halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T, TLanes, TTarget>(int i, float p, T even, T odd, TTarget to)
        where TLanes : struct, ILanes<T>
        where TTarget : struct, ITarget<T>
    {
        to.Store(i, TLanes.Fma(TLanes.Create(p), odd, even));
        to.Store(i + 1, TLanes.Fma(TLanes.Create(-p), odd, even));
    }

    /// <summary>A polynomial's values at p and -p.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Evaluate<TTerms, T, TLanes, TSource, TTarget>(TSource from, int i, float p, TTarget to)
        where TTerms : struct, ICount
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TSource : struct, ISource<T>
        where TTarget : struct, ITarget<T>
    {
        double square = (double)p * p;
        T p2 = TLanes.Create((float)square), p4 = TLanes.Create((float)(square * square));
        T p6 = TLanes.Create((float)(square * square * square));
        T even = TLanes.Fma(p2, from.Load(2), from.Load(0)), odd = from.Load(1);
        if (TTerms.Value > 3) odd = TLanes.Fma(p2, from.Load(3), odd);
        if (TTerms.Value > 4) even = TLanes.Fma(p4, from.Load(4), even);
        if (TTerms.Value > 5) odd = TLanes.Fma(p4, from.Load(5), odd);
        if (TTerms.Value > 6) even = TLanes.Fma(p6, from.Load(6), even);
        if (TTerms.Value > 7) odd = TLanes.Fma(p6, from.Load(7), odd);
        Store<T, TLanes, TTarget>(i, p, even, odd, to);
    }

    /// <summary>The sum and the difference of the numbers of p and -p: what p's even and odd powers are multiplied by.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Halves<T, TLanes, TSource>(TSource from, int i, out T even, out T odd)
        where TLanes : struct, ILanes<T>
        where TSource : struct, ISource<T>
    {
        T plus = from.Load(i), minus = from.Load(i + 1);
        (even, odd) = (TLanes.Add(plus, minus), TLanes.Subtract(plus, minus));
    }

    /// <summary>Stores a result, if there are so many; the number of infinity belongs to the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TResults, T, TLanes, TTarget>(int i, T y, T last, TTarget to)
        where TResults : struct, ICount
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TTarget : struct, ITarget<T>
    {
        if (i < TResults.Value) to.Store(i, i == TResults.Value - 1 ? TLanes.Add(y, last) : y);
    }

    /// <summary>1 / M'(p) for each point; infinity counts 1.</summary>
    public static double[] Factors(double[] points)
    {
        var factors = new double[points.Length + 1];
        for (int i = 0; i < factors.Length; i++)
        {
            factors[i] = 1;
            for (int j = 0; i < points.Length && j < points.Length; j++)
                if (j != i) factors[i] /= points[i] - points[j];
        }

        return factors;
    }
}
