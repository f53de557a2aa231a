using System.Runtime.CompilerServices;

namespace GeneratingImages.Cpu;

/// <summary>
/// A one-dimensional transform of Winograd's convolution: a fixed matrix times vectors that hold one number of as many channels as there
/// are lanes. A tile of T numbers and a filter of r give m = T - r + 1 results y[i] = sum of d[i+k] g[k] by T multiplications,
/// y = A'((G g) (B' d)), the product taken number by number (Lavin and Gray, arXiv 1509.09308, section 4). With T - 1 finite points p,
/// infinity as the last, and M(x) = product of (x - p), the matrices are (Toom and Cook; compare Blahut, Fast Algorithms for Signal
/// Processing, 2010, chapter 5): row p of B' holds the coefficients of M(x) / (x - p), the last those of M(x); row p of G the powers
/// of p over M'(p), the last picks the highest term; column p of A' the powers of p, the last only the highest. The gradient of the
/// filter is the same sum with the results' gradient as a filter of m numbers and r results. Points in pairs of p and -p let all
/// rows share their even and odd halves. The divisions by M'(p) are left to <see cref="WinogradVariant.Scale"/>.
/// </summary>
interface ITransform
{
    /// <summary>The numbers it takes.</summary>
    static abstract int In { get; }

    /// <summary>The numbers it makes.</summary>
    static abstract int Out { get; }

    /// <summary>Transforms once, for all lanes.</summary>
    static abstract void Apply<T, TLanes, TSource, TTarget>(TSource from, TTarget to)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TSource : struct, ISource<T>
        where TTarget : struct, ITarget<T>;
}

/// <summary>B'.</summary>
readonly struct Data<TPoints> : ITransform
    where TPoints : struct, IPoints
{
    public static int In => TPoints.Count;

    public static int Out => TPoints.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<T, TLanes, TSource, TTarget>(TSource from, TTarget to)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TSource : struct, ISource<T>
        where TTarget : struct, ITarget<T> => TPoints.Data<T, TLanes, TSource, TTarget>(from, to);
}

/// <summary>G without its divisions.</summary>
readonly struct Evaluate<TPoints, TTerms> : ITransform
    where TPoints : struct, IPoints
    where TTerms : struct, ICount
{
    public static int In => TTerms.Value;

    public static int Out => TPoints.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<T, TLanes, TSource, TTarget>(TSource from, TTarget to)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TSource : struct, ISource<T>
        where TTarget : struct, ITarget<T> => TPoints.Evaluate<TTerms, T, TLanes, TSource, TTarget>(from, to);
}

/// <summary>A'.</summary>
readonly struct Combine<TPoints, TResults> : ITransform
    where TPoints : struct, IPoints
    where TResults : struct, ICount
{
    public static int In => TPoints.Count;

    public static int Out => TResults.Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply<T, TLanes, TSource, TTarget>(TSource from, TTarget to)
        where T : unmanaged
        where TLanes : struct, ILanes<T>
        where TSource : struct, ISource<T>
        where TTarget : struct, ITarget<T> => TPoints.Combine<TResults, T, TLanes, TSource, TTarget>(from, to);
}

/// <summary>Where a transform reads.</summary>
interface ISource<T>
{
    /// <summary>The vector with a number.</summary>
    T Load(int i);
}

/// <summary>Where a transform writes.</summary>
interface ITarget<T>
{
    /// <summary>Stores the vector with a number.</summary>
    void Store(int i, T x);
}

/// <summary>A count as a type.</summary>
interface ICount
{
    /// <summary>The count.</summary>
    static abstract int Value { get; }
}

/// <summary>3.</summary>
readonly struct Three : ICount
{
    public static int Value => 3;
}

/// <summary>4.</summary>
readonly struct Four : ICount
{
    public static int Value => 4;
}

/// <summary>5.</summary>
readonly struct Five : ICount
{
    public static int Value => 5;
}

/// <summary>6.</summary>
readonly struct Six : ICount
{
    public static int Value => 6;
}

/// <summary>8.</summary>
readonly struct Eight : ICount
{
    public static int Value => 8;
}
