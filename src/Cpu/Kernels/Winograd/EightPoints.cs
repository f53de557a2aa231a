using System.Runtime.CompilerServices;

namespace GeneratingImages.Cpu;

/// <summary>0, A, -A, B, -B, C, -C and infinity.</summary>
readonly struct EightPoints : IPoints
{
    const float A = 1f, B = 2f, C = 0.5f, A2 = A * A, B2 = B * B, C2 = C * C;
    const float Sum = A2 + B2 + C2, Pairs = A2 * B2 + A2 * C2 + B2 * C2, Product = A2 * B2 * C2;

    public static double[] Finite => [0, A, -A, B, -B, C, -C];

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Data<T, TLanes, TSource, TTarget>(TSource from, TTarget to)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TSource : struct, ISource<T>
        where TTarget : struct, ITarget<T>
    {
        T d0 = from.Load(0), d1 = from.Load(1), d2 = from.Load(2), d3 = from.Load(3);
        T d4 = from.Load(4), d5 = from.Load(5), d6 = from.Load(6), d7 = from.Load(7);
        to.Store(0, TLanes.Fma(TLanes.Create(-Product), d0, Quadratic<T, TLanes>(Pairs, -Sum, d2, d4, d6)));
        Pair<T, TLanes, TTarget>(1, A, B2, C2, d1, d2, d3, d4, d5, d6, to);
        Pair<T, TLanes, TTarget>(3, B, A2, C2, d1, d2, d3, d4, d5, d6, to);
        Pair<T, TLanes, TTarget>(5, C, A2, B2, d1, d2, d3, d4, d5, d6, to);
        to.Store(7, TLanes.Fma(TLanes.Create(-Product), d1, Quadratic<T, TLanes>(Pairs, -Sum, d3, d5, d7)));
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
        PointPairs.Evaluate<TTerms, T, TLanes, TSource, TTarget>(from, 5, C, to);
        to.Store(7, from.Load(TTerms.Value - 1));
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
        PointPairs.Halves<T, TLanes, TSource>(from, 5, out T evenC, out T oddC);
        T last = from.Load(7);
        to.Store(0, TLanes.Add(TLanes.Add(from.Load(0), evenA), TLanes.Add(evenB, evenC)));
        to.Store(1, Powers<T, TLanes>(B, C, oddA, oddB, oddC));
        PointPairs.Store<TResults, T, TLanes, TTarget>(2, Powers<T, TLanes>(B * B, C * C, evenA, evenB, evenC), last, to);
        PointPairs.Store<TResults, T, TLanes, TTarget>(3, Powers<T, TLanes>(B * B * B, C * C * C, oddA, oddB, oddC), last, to);
        PointPairs.Store<TResults, T, TLanes, TTarget>(4, Powers<T, TLanes>(B * B * B * B, C * C * C * C, evenA, evenB, evenC), last, to);
        T fifth = Powers<T, TLanes>(B * B * B * B * B, C * C * C * C * C, oddA, oddB, oddC);
        PointPairs.Store<TResults, T, TLanes, TTarget>(5, fifth, last, to);
    }

    /// <summary>The numbers of p and -p: M(x) / (x - p) = (x^2 + p x) (x^2 - q) (x^2 - r).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Pair<T, TLanes, TTarget>(int i, float p, float q, float r, T d1, T d2, T d3, T d4, T d5, T d6, TTarget to)
        where TLanes : struct, ILanes<T>
        where TTarget : struct, ITarget<T> =>
        PointPairs.Store<T, TLanes, TTarget>(
            i, p, Quadratic<T, TLanes>(q * r, -(q + r), d2, d4, d6), Quadratic<T, TLanes>(q * r, -(q + r), d1, d3, d5), to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Quadratic<T, TLanes>(float a, float b, T x, T y, T z)
        where TLanes : struct, ILanes<T> => TLanes.Fma(TLanes.Create(a), x, TLanes.Fma(TLanes.Create(b), y, z));

    /// <summary>A sum whose first factor is a power of A = 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Powers<T, TLanes>(float b, float c, T x, T y, T z)
        where TLanes : struct, ILanes<T> => TLanes.Fma(TLanes.Create(c), z, TLanes.Fma(TLanes.Create(b), y, x));
}
