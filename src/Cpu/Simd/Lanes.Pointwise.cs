using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GeneratingImages.Cpu;

/// <summary>What pointwise loops need beyond the arithmetic.</summary>
unsafe partial interface ILanes<T>
{
    /// <summary>The number of lanes.</summary>
    static abstract int Count { get; }

    /// <summary>Bytes as floats.</summary>
    static abstract T LoadBytes(byte* from);

    static abstract T Divide(T x, T y);

    /// <summary>The larger; not a number if either is (IEEE 754-2019, maximum).</summary>
    static abstract T Max(T x, T y);

    static abstract T Abs(T x);

    static abstract T Sqrt(T x);

    /// <summary>x where <paramref name="a"/> equals <paramref name="b"/>, else y.</summary>
    static abstract T WhereEqual(T a, T b, T x, T y);

    /// <summary>A bit for each lane, the first the lowest: whether the two are equal.</summary>
    static abstract uint EqualBits(T x, T y);

    /// <summary>x where the lane's two bits, the first lane's the lowest at <paramref name="codes"/>, are the code, else 0.</summary>
    static abstract T WhereCode(byte* codes, int code, T x);

    /// <summary>See <see cref="IActivation.Gradient(float, float)"/>.</summary>
    static abstract T ActivateGrad<TActivation>(T y, T dy)
        where TActivation : struct, IActivation;
}

readonly unsafe partial struct Lanes4
{
    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadBytes(byte* from)
    {
        Vector128<byte> bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(from)).AsByte();
        return Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Divide(Vector128<float> x, Vector128<float> y) => x / y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Max(Vector128<float> x, Vector128<float> y) => Vector128.Max(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Abs(Vector128<float> x) => Vector128.Abs(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sqrt(Vector128<float> x) => Vector128.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> WhereEqual(Vector128<float> a, Vector128<float> b, Vector128<float> x, Vector128<float> y) =>
        Vector128.ConditionalSelect(Vector128.Equals(a, b), x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint EqualBits(Vector128<float> x, Vector128<float> y) => (uint)Vector128.Equals(x, y).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> WhereCode(byte* codes, int code, Vector128<float> x)
    {
        Vector128<int> unit = Vector128.Create(1, 4, 16, 64);
        Vector128<int> held = Vector128.Create((int)*codes) & (unit | unit << 1);
        Vector128<int> wanted = code switch { 0 => Vector128<int>.Zero, 1 => unit, 2 => unit << 1, _ => unit | unit << 1 };
        return Vector128.Equals(held, wanted).AsSingle() & x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ActivateGrad<TActivation>(Vector128<float> y, Vector128<float> dy)
        where TActivation : struct, IActivation => TActivation.Gradient(y, dy);
}

readonly unsafe partial struct Lanes8
{
    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadBytes(byte* from)
    {
        Vector128<byte> bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(from)).AsByte();
        (Vector128<uint> lower, Vector128<uint> upper) = Vector128.Widen(Vector128.WidenLower(bytes));
        return Vector256.ConvertToSingle(Vector256.Create(lower, upper).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Divide(Vector256<float> x, Vector256<float> y) => x / y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Max(Vector256<float> x, Vector256<float> y) => Vector256.Max(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Abs(Vector256<float> x) => Vector256.Abs(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sqrt(Vector256<float> x) => Vector256.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> WhereEqual(Vector256<float> a, Vector256<float> b, Vector256<float> x, Vector256<float> y) =>
        Vector256.ConditionalSelect(Vector256.Equals(a, b), x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint EqualBits(Vector256<float> x, Vector256<float> y) => (uint)Vector256.Equals(x, y).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> WhereCode(byte* codes, int code, Vector256<float> x)
    {
        Vector256<int> unit = Vector256.Create(1, 4, 16, 64, 256, 1024, 4096, 16384);
        Vector256<int> held = Vector256.Create((int)Unsafe.ReadUnaligned<ushort>(codes)) & (unit | unit << 1);
        Vector256<int> wanted = code switch { 0 => Vector256<int>.Zero, 1 => unit, 2 => unit << 1, _ => unit | unit << 1 };
        return Vector256.Equals(held, wanted).AsSingle() & x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ActivateGrad<TActivation>(Vector256<float> y, Vector256<float> dy)
        where TActivation : struct, IActivation => TActivation.Gradient(y, dy);
}

readonly unsafe partial struct Lanes16
{
    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadBytes(byte* from)
    {
        (Vector128<ushort> lower, Vector128<ushort> upper) = Vector128.Widen(Vector128.Load(from));
        (Vector256<uint> first, Vector256<uint> second) = Vector256.Widen(Vector256.Create(lower, upper));
        return Vector512.ConvertToSingle(Vector512.Create(first, second).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Divide(Vector512<float> x, Vector512<float> y) => x / y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Max(Vector512<float> x, Vector512<float> y) => Vector512.Max(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Abs(Vector512<float> x) => Vector512.Abs(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sqrt(Vector512<float> x) => Vector512.Sqrt(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WhereEqual(Vector512<float> a, Vector512<float> b, Vector512<float> x, Vector512<float> y) =>
        Vector512.ConditionalSelect(Vector512.Equals(a, b), x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint EqualBits(Vector512<float> x, Vector512<float> y) => (uint)Vector512.Equals(x, y).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WhereCode(byte* codes, int code, Vector512<float> x)
    {
        Vector512<int> unit = Vector512.Create(
            1, 4, 16, 64, 256, 1024, 4096, 16384, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26, 1 << 28, 1 << 30);
        Vector512<int> held = Vector512.Create(Unsafe.ReadUnaligned<int>(codes)) & (unit | unit << 1);
        Vector512<int> wanted = code switch { 0 => Vector512<int>.Zero, 1 => unit, 2 => unit << 1, _ => unit | unit << 1 };
        return Vector512.Equals(held, wanted).AsSingle() & x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ActivateGrad<TActivation>(Vector512<float> y, Vector512<float> dy)
        where TActivation : struct, IActivation => TActivation.Gradient(y, dy);
}
