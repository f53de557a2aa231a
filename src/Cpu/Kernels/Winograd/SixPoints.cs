using System.Runtime.CompilerServices;

namespace GeneratingImages.Cpu;

/// <summary>0, A, -A, B, -B and infinity: the roots of 1/2 and 2 halve the error of the usual 1 and 2.</summary>
readonly struct SixPoints : IPoints
{
    const float A = 0.70710678f, B = 1.41421356f, A2 = A * A, B2 = B * B;

    public static double[] Finite => [0, A, -A, B, -B];

    public static int Count => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Data<T, TLanes, TSource, TTarget>(TSource from, TTarget to)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TSource : struct, ISource<T>
        where TTarget : struct, ITarget<T>
    {
        T d0 = from.Load(0), d1 = from.Load(1), d2 = from.Load(2), d3 = from.Load(3), d4 = from.Load(4), d5 = from.Load(5);
        T product = TLanes.Create(A2 * B2), sum = TLanes.Create(-(A2 + B2));
        to.Store(0, TLanes.Fma(product, d0, TLanes.Fma(sum, d2, d4)));
        PointPairs.Store<T, TLanes, TTarget>(1, A, TLanes.Fma(TLanes.Create(-B2), d2, d4), TLanes.Fma(TLanes.Create(-B2), d1, d3), to);
        PointPairs.Store<T, TLanes, TTarget>(3, B, TLanes.Fma(TLanes.Create(-A2), d2, d4), TLanes.Fma(TLanes.Create(-A2), d1, d3), to);
        to.Store(5, TLanes.Fma(product, d1, TLanes.Fma(sum, d3, d5)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Evaluate<TTerms, T, TLanes, TSource, TTarget>(TSource from, TTarget to)
        where TTerms : struct, ICount
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TSource : struct, ISource<T>
        where TTarget : struct, ITarget<T>
    {
        to.Store(0, from.Load(0));
        PointPairs.Evaluate<TTerms, T, TLanes, TSource, TTarget>(from, 1, A, to);
        PointPairs.Evaluate<TTerms, T, TLanes, TSource, TTarget>(from, 3, B, to);
        to.Store(5, from.Load(TTerms.Value - 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Combine<TResults, T, TLanes, TSource, TTarget>(TSource from, TTarget to)
        where TResults : struct, ICount
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TSource : struct, ISource<T>
        where TTarget : struct, ITarget<T>
    {
        PointPairs.Halves<T, TLanes, TSource>(from, 1, out T evenA, out T oddA);
        PointPairs.Halves<T, TLanes, TSource>(from, 3, out T evenB, out T oddB);
        T last = from.Load(5);
        to.Store(0, TLanes.Add(TLanes.Add(from.Load(0), evenA), evenB));
        to.Store(1, Sum<T, TLanes>(A, oddA, B, oddB));
        PointPairs.Store<TResults, T, TLanes, TTarget>(2, Sum<T, TLanes>(A * A, evenA, B * B, evenB), last, to);
        PointPairs.Store<TResults, T, TLanes, TTarget>(3, Sum<T, TLanes>(A * A * A, oddA, B * B * B, oddB), last, to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Sum<T, TLanes>(float a, T x, float b, T y)
        where TLanes : struct, ILanes<T> => TLanes.Fma(TLanes.Create(b), y, TLanes.Multiply(TLanes.Create(a), x));
}
