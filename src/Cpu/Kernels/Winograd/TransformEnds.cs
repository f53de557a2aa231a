using System.Runtime.CompilerServices;

namespace GeneratingImages.Cpu;

/// <summary>Vectors a fixed distance apart.</summary>
readonly unsafe struct Strided<T, TLanes>(float* at, nint stride) : ISource<T>, ITarget<T>
    where TLanes : struct, ILanes<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Load(int i) => TLanes.Load(at + i * stride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int i, T x) => TLanes.Store(x, at + i * stride);
}

/// <summary>The same where only those from <paramref name="first"/> up to <paramref name="end"/> exist; the others are zero.</summary>
readonly unsafe struct Bordered<T, TLanes>(float* at, nint stride, int first, int end) : ISource<T>
    where T : unmanaged
    where TLanes : struct, ILanes<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Load(int i) => i >= first && i < end ? TLanes.Load(at + i * stride) : default;
}

/// <summary>Vectors a fixed distance apart, each stored times a factor of its own.</summary>
readonly unsafe struct Scaled<T, TLanes>(float* at, nint stride, float* factors) : ITarget<T>
    where TLanes : struct, ILanes<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int i, T x) => TLanes.Store(TLanes.Multiply(x, TLanes.Create(factors[i])), at + i * stride);
}

/// <summary>The first <paramref name="count"/> pixels of a row of results, stored with bias and activation.</summary>
readonly unsafe struct Finished<T, TLanes, TActivation>(float* at, nint stride, int count, T bias) : ITarget<T>
    where TLanes : struct, ILanes<T>
    where TActivation : struct, IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int i, T x)
    {
        if (i < count) TLanes.Store(TLanes.Activate<TActivation>(TLanes.Add(x, bias)), at + i * stride);
    }
}
