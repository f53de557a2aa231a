using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GeneratingImages.Cpu;

/// <summary>
/// An activation, scalar and for each vector width, with its gradient written from its output. Scalar and vectors give the same bits,
/// so a loop may finish its tail one by one. What is not a number stays so.
/// </summary>
interface IActivation
{
    static abstract float Apply(float x);

    static abstract Vector128<float> Apply(Vector128<float> x);

    static abstract Vector256<float> Apply(Vector256<float> x);

    static abstract Vector512<float> Apply(Vector512<float> x);

    /// <summary>The gradient before the activation, from its output and the gradient after it.</summary>
    static abstract float Gradient(float y, float dy);

    static abstract Vector128<float> Gradient(Vector128<float> y, Vector128<float> dy);

    static abstract Vector256<float> Gradient(Vector256<float> y, Vector256<float> dy);

    static abstract Vector512<float> Gradient(Vector512<float> y, Vector512<float> dy);
}

/// <summary>No activation.</summary>
readonly struct Identity : IActivation
{
    public static float Apply(float x) => x;

    public static Vector128<float> Apply(Vector128<float> x) => x;

    public static Vector256<float> Apply(Vector256<float> x) => x;

    public static Vector512<float> Apply(Vector512<float> x) => x;

    public static float Gradient(float y, float dy) => dy;

    public static Vector128<float> Gradient(Vector128<float> y, Vector128<float> dy) => dy;

    public static Vector256<float> Gradient(Vector256<float> y, Vector256<float> dy) => dy;

    public static Vector512<float> Gradient(Vector512<float> y, Vector512<float> dy) => dy;
}

/// <summary>max(x, 0). A comparison with "not above" instead of the processor's maximum, which may drop what is not a number.</summary>
readonly struct Relu : IActivation
{
    public static float Apply(float x) => x <= 0 ? 0 : x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Apply(Vector128<float> x) => Vector128.AndNot(x, Vector128.LessThanOrEqual(x, Vector128<float>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x) => Vector256.AndNot(x, Vector256.LessThanOrEqual(x, Vector256<float>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Apply(Vector512<float> x) => Vector512.AndNot(x, Vector512.LessThanOrEqual(x, Vector512<float>.Zero));

    public static float Gradient(float y, float dy) => y > 0 ? dy : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Gradient(Vector128<float> y, Vector128<float> dy) =>
        dy & Vector128.GreaterThan(y, Vector128<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Gradient(Vector256<float> y, Vector256<float> dy) =>
        dy & Vector256.GreaterThan(y, Vector256<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gradient(Vector512<float> y, Vector512<float> dy) =>
        dy & Vector512.GreaterThan(y, Vector512<float>.Zero);
}

/// <summary>x above 0, exp(x) - 1 below; the derivative is 1 above and y + 1 below (arXiv 1511.07289 with alpha = 1).</summary>
readonly struct Elu : IActivation
{
    // One lane of the narrowest vector, so that the bits are those of the vectors.
    public static float Apply(float x) => Apply(Vector128.CreateScalar(x)).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Apply(Vector128<float> x) => Apply<Vector128<float>, Lanes4>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x) => Apply<Vector256<float>, Lanes8>(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Apply(Vector512<float> x) => Apply<Vector512<float>, Lanes16>(x);

    public static float Gradient(float y, float dy) => Gradient(Vector128.CreateScalar(y), Vector128.CreateScalar(dy)).ToScalar();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Gradient(Vector128<float> y, Vector128<float> dy) => Gradient<Vector128<float>, Lanes4>(y, dy);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Gradient(Vector256<float> y, Vector256<float> dy) => Gradient<Vector256<float>, Lanes8>(y, dy);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gradient(Vector512<float> y, Vector512<float> dy) => Gradient<Vector512<float>, Lanes16>(y, dy);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Apply<T, TLanes>(T x)
        where TLanes : struct, ILanes<T> => TLanes.WhereLess(TLanes.Create(0), x, x, Exponential.MinusOne<T, TLanes>(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T Gradient<T, TLanes>(T y, T dy)
        where TLanes : struct, ILanes<T> => TLanes.WhereLess(TLanes.Create(0), y, dy, TLanes.Fma(y, dy, dy));
}
