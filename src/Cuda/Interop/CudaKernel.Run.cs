namespace GeneratingImages.Cuda;

/// <summary>
/// Launches with typed arguments: they are locals whose addresses go to the driver, which copies them during the call. Nothing is boxed,
/// pinned or allocated. Types must be the kernel's own in size, <c>long</c> for <c>long long</c>; the first launch is checked.
/// </summary>
public sealed unsafe partial class CudaKernel
{
    /// <summary>Queues the kernel with 1 argument.</summary>
    public void RunAsync<T1>(CudaStream stream, T1 a1)
        where T1 : unmanaged
    {
        void** arguments = stackalloc void*[] { &a1 };
        Launch(stream, arguments, Size<T1>(0));
    }

    /// <summary>Queues the kernel with 2 arguments.</summary>
    public void RunAsync<T1, T2>(CudaStream stream, T1 a1, T2 a2)
        where T1 : unmanaged where T2 : unmanaged
    {
        void** arguments = stackalloc void*[] { &a1, &a2 };
        Launch(stream, arguments, Size<T1>(0) | Size<T2>(1));
    }

    /// <summary>Queues the kernel with 3 arguments.</summary>
    public void RunAsync<T1, T2, T3>(CudaStream stream, T1 a1, T2 a2, T3 a3)
        where T1 : unmanaged where T2 : unmanaged where T3 : unmanaged
    {
        void** arguments = stackalloc void*[] { &a1, &a2, &a3 };
        Launch(stream, arguments, Size<T1>(0) | Size<T2>(1) | Size<T3>(2));
    }

    /// <summary>Queues the kernel with 4 arguments.</summary>
    public void RunAsync<T1, T2, T3, T4>(CudaStream stream, T1 a1, T2 a2, T3 a3, T4 a4)
        where T1 : unmanaged where T2 : unmanaged where T3 : unmanaged where T4 : unmanaged
    {
        void** arguments = stackalloc void*[] { &a1, &a2, &a3, &a4 };
        Launch(stream, arguments, Size<T1>(0) | Size<T2>(1) | Size<T3>(2) | Size<T4>(3));
    }

    /// <summary>Queues the kernel with 5 arguments.</summary>
    public void RunAsync<T1, T2, T3, T4, T5>(CudaStream stream, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5)
        where T1 : unmanaged where T2 : unmanaged where T3 : unmanaged where T4 : unmanaged where T5 : unmanaged
    {
        void** arguments = stackalloc void*[] { &a1, &a2, &a3, &a4, &a5 };
        Launch(stream, arguments, Size<T1>(0) | Size<T2>(1) | Size<T3>(2) | Size<T4>(3) | Size<T5>(4));
    }

    /// <summary>Queues the kernel with 6 arguments.</summary>
    public void RunAsync<T1, T2, T3, T4, T5, T6>(CudaStream stream, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6)
        where T1 : unmanaged where T2 : unmanaged where T3 : unmanaged where T4 : unmanaged where T5 : unmanaged where T6 : unmanaged
    {
        void** arguments = stackalloc void*[] { &a1, &a2, &a3, &a4, &a5, &a6 };
        Launch(stream, arguments, Size<T1>(0) | Size<T2>(1) | Size<T3>(2) | Size<T4>(3) | Size<T5>(4) | Size<T6>(5));
    }

    /// <summary>Queues the kernel with 7 arguments.</summary>
    public void RunAsync<T1, T2, T3, T4, T5, T6, T7>(CudaStream stream, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7)
        where T1 : unmanaged where T2 : unmanaged where T3 : unmanaged where T4 : unmanaged where T5 : unmanaged where T6 : unmanaged
        where T7 : unmanaged
    {
        void** arguments = stackalloc void*[] { &a1, &a2, &a3, &a4, &a5, &a6, &a7 };
        Launch(stream, arguments, Size<T1>(0) | Size<T2>(1) | Size<T3>(2) | Size<T4>(3) | Size<T5>(4) | Size<T6>(5) | Size<T7>(6));
    }

    /// <summary>Queues the kernel with 8 arguments.</summary>
    public void RunAsync<T1, T2, T3, T4, T5, T6, T7, T8>(CudaStream stream, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8)
        where T1 : unmanaged where T2 : unmanaged where T3 : unmanaged where T4 : unmanaged where T5 : unmanaged where T6 : unmanaged
        where T7 : unmanaged where T8 : unmanaged
    {
        void** arguments = stackalloc void*[] { &a1, &a2, &a3, &a4, &a5, &a6, &a7, &a8 };
        Launch(
            stream,
            arguments,
            Size<T1>(0) | Size<T2>(1) | Size<T3>(2) | Size<T4>(3) | Size<T5>(4) | Size<T6>(5) | Size<T7>(6)
            | Size<T8>(7));
    }

    /// <summary>Queues the kernel with 9 arguments.</summary>
    public void RunAsync<T1, T2, T3, T4, T5, T6, T7, T8, T9>(
        CudaStream stream, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9)
        where T1 : unmanaged where T2 : unmanaged where T3 : unmanaged where T4 : unmanaged where T5 : unmanaged where T6 : unmanaged
        where T7 : unmanaged where T8 : unmanaged where T9 : unmanaged
    {
        void** arguments = stackalloc void*[] { &a1, &a2, &a3, &a4, &a5, &a6, &a7, &a8, &a9 };
        Launch(
            stream,
            arguments,
            Size<T1>(0) | Size<T2>(1) | Size<T3>(2) | Size<T4>(3) | Size<T5>(4) | Size<T6>(5) | Size<T7>(6)
            | Size<T8>(7) | Size<T9>(8));
    }

    /// <summary>Queues the kernel with 10 arguments.</summary>
    public void RunAsync<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10>(
        CudaStream stream, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10)
        where T1 : unmanaged where T2 : unmanaged where T3 : unmanaged where T4 : unmanaged where T5 : unmanaged where T6 : unmanaged
        where T7 : unmanaged where T8 : unmanaged where T9 : unmanaged where T10 : unmanaged
    {
        void** arguments = stackalloc void*[] { &a1, &a2, &a3, &a4, &a5, &a6, &a7, &a8, &a9, &a10 };
        Launch(
            stream,
            arguments,
            Size<T1>(0) | Size<T2>(1) | Size<T3>(2) | Size<T4>(3) | Size<T5>(4) | Size<T6>(5) | Size<T7>(6)
            | Size<T8>(7) | Size<T9>(8) | Size<T10>(9));
    }

    /// <summary>Queues the kernel with 11 arguments.</summary>
    public void RunAsync<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11>(
        CudaStream stream, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11)
        where T1 : unmanaged where T2 : unmanaged where T3 : unmanaged where T4 : unmanaged where T5 : unmanaged where T6 : unmanaged
        where T7 : unmanaged where T8 : unmanaged where T9 : unmanaged where T10 : unmanaged where T11 : unmanaged
    {
        void** arguments = stackalloc void*[] { &a1, &a2, &a3, &a4, &a5, &a6, &a7, &a8, &a9, &a10, &a11 };
        Launch(
            stream,
            arguments,
            Size<T1>(0) | Size<T2>(1) | Size<T3>(2) | Size<T4>(3) | Size<T5>(4) | Size<T6>(5) | Size<T7>(6)
            | Size<T8>(7) | Size<T9>(8) | Size<T10>(9) | Size<T11>(10));
    }

    /// <summary>Queues the kernel with 12 arguments.</summary>
    public void RunAsync<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12>(
        CudaStream stream, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12)
        where T1 : unmanaged where T2 : unmanaged where T3 : unmanaged where T4 : unmanaged where T5 : unmanaged where T6 : unmanaged
        where T7 : unmanaged where T8 : unmanaged where T9 : unmanaged where T10 : unmanaged where T11 : unmanaged where T12 : unmanaged
    {
        void** arguments = stackalloc void*[] { &a1, &a2, &a3, &a4, &a5, &a6, &a7, &a8, &a9, &a10, &a11, &a12 };
        Launch(
            stream,
            arguments,
            Size<T1>(0) | Size<T2>(1) | Size<T3>(2) | Size<T4>(3) | Size<T5>(4) | Size<T6>(5) | Size<T7>(6)
            | Size<T8>(7) | Size<T9>(8) | Size<T10>(9) | Size<T11>(10) | Size<T12>(11));
    }

    /// <summary>Queues the kernel with 13 arguments.</summary>
    public void RunAsync<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13>(
        CudaStream stream, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12, T13 a13)
        where T1 : unmanaged where T2 : unmanaged where T3 : unmanaged where T4 : unmanaged where T5 : unmanaged where T6 : unmanaged
        where T7 : unmanaged where T8 : unmanaged where T9 : unmanaged where T10 : unmanaged where T11 : unmanaged where T12 : unmanaged
        where T13 : unmanaged
    {
        void** arguments = stackalloc void*[] { &a1, &a2, &a3, &a4, &a5, &a6, &a7, &a8, &a9, &a10, &a11, &a12, &a13 };
        Launch(
            stream,
            arguments,
            Size<T1>(0) | Size<T2>(1) | Size<T3>(2) | Size<T4>(3) | Size<T5>(4) | Size<T6>(5) | Size<T7>(6)
            | Size<T8>(7) | Size<T9>(8) | Size<T10>(9) | Size<T11>(10) | Size<T12>(11) | Size<T13>(12));
    }

    /// <summary>Queues the kernel with 14 arguments.</summary>
    public void RunAsync<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14>(
        CudaStream stream, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8, T9 a9, T10 a10, T11 a11, T12 a12, T13 a13, T14 a14)
        where T1 : unmanaged where T2 : unmanaged where T3 : unmanaged where T4 : unmanaged where T5 : unmanaged where T6 : unmanaged
        where T7 : unmanaged where T8 : unmanaged where T9 : unmanaged where T10 : unmanaged where T11 : unmanaged where T12 : unmanaged
        where T13 : unmanaged where T14 : unmanaged
    {
        void** arguments = stackalloc void*[] { &a1, &a2, &a3, &a4, &a5, &a6, &a7, &a8, &a9, &a10, &a11, &a12, &a13, &a14 };
        Launch(
            stream,
            arguments,
            Size<T1>(0) | Size<T2>(1) | Size<T3>(2) | Size<T4>(3) | Size<T5>(4) | Size<T6>(5) | Size<T7>(6)
            | Size<T8>(7) | Size<T9>(8) | Size<T10>(9) | Size<T11>(10) | Size<T12>(11) | Size<T13>(12) | Size<T14>(13));
    }

    /// <summary>Queues the kernel with 15 arguments.</summary>
    public void RunAsync<T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15>(
        CudaStream stream, T1 a1, T2 a2, T3 a3, T4 a4, T5 a5, T6 a6, T7 a7, T8 a8,
        T9 a9, T10 a10, T11 a11, T12 a12, T13 a13, T14 a14, T15 a15)
        where T1 : unmanaged where T2 : unmanaged where T3 : unmanaged where T4 : unmanaged where T5 : unmanaged where T6 : unmanaged
        where T7 : unmanaged where T8 : unmanaged where T9 : unmanaged where T10 : unmanaged where T11 : unmanaged where T12 : unmanaged
        where T13 : unmanaged where T14 : unmanaged where T15 : unmanaged
    {
        void** arguments = stackalloc void*[] { &a1, &a2, &a3, &a4, &a5, &a6, &a7, &a8, &a9, &a10, &a11, &a12, &a13, &a14, &a15 };
        Launch(
            stream,
            arguments,
            Size<T1>(0) | Size<T2>(1) | Size<T3>(2) | Size<T4>(3) | Size<T5>(4) | Size<T6>(5) | Size<T7>(6)
            | Size<T8>(7) | Size<T9>(8) | Size<T10>(9) | Size<T11>(10) | Size<T12>(11) | Size<T13>(12) | Size<T14>(13) | Size<T15>(14));
    }
}
