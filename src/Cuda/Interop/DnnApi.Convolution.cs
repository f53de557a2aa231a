using System.Runtime.InteropServices;

namespace GeneratingImages.Cuda;

/// <summary>
/// The three convolutions: how algorithms are asked for, timed and run. Scale factors are host floats for all element types in use.
/// </summary>
static unsafe partial class DnnApi
{
    [LibraryImport(Library)]
    public static partial int cudnnGetConvolutionForwardAlgorithm_v7(
        nint handle, nint xDesc, nint wDesc, nint convDesc, nint yDesc, int requested, out int returned, DnnAlgorithmPerformance* results);

    [LibraryImport(Library)]
    public static partial int cudnnGetConvolutionBackwardDataAlgorithm_v7(
        nint handle, nint wDesc, nint dyDesc, nint convDesc, nint dxDesc, int requested, out int returned,
        DnnAlgorithmPerformance* results);

    [LibraryImport(Library)]
    public static partial int cudnnGetConvolutionBackwardFilterAlgorithm_v7(
        nint handle, nint xDesc, nint dyDesc, nint convDesc, nint dwDesc, int requested, out int returned,
        DnnAlgorithmPerformance* results);

    [LibraryImport(Library)]
    public static partial int cudnnFindConvolutionForwardAlgorithmEx(
        nint handle, nint xDesc, ulong x, nint wDesc, ulong w, nint convDesc, nint yDesc, ulong y,
        int requested, out int returned, DnnAlgorithmPerformance* results, ulong workspace, nuint bytes);

    [LibraryImport(Library)]
    public static partial int cudnnFindConvolutionBackwardDataAlgorithmEx(
        nint handle, nint wDesc, ulong w, nint dyDesc, ulong dy, nint convDesc, nint dxDesc, ulong dx,
        int requested, out int returned, DnnAlgorithmPerformance* results, ulong workspace, nuint bytes);

    [LibraryImport(Library)]
    public static partial int cudnnFindConvolutionBackwardFilterAlgorithmEx(
        nint handle, nint xDesc, ulong x, nint dyDesc, ulong dy, nint convDesc, nint dwDesc, ulong dw,
        int requested, out int returned, DnnAlgorithmPerformance* results, ulong workspace, nuint bytes);

    [LibraryImport(Library)]
    public static partial int cudnnGetConvolutionForwardWorkspaceSize(
        nint handle, nint xDesc, nint wDesc, nint convDesc, nint yDesc, int algorithm, out nuint bytes);

    [LibraryImport(Library)]
    public static partial int cudnnGetConvolutionBackwardDataWorkspaceSize(
        nint handle, nint wDesc, nint dyDesc, nint convDesc, nint dxDesc, int algorithm, out nuint bytes);

    [LibraryImport(Library)]
    public static partial int cudnnGetConvolutionBackwardFilterWorkspaceSize(
        nint handle, nint xDesc, nint dyDesc, nint convDesc, nint dwDesc, int algorithm, out nuint bytes);

    [LibraryImport(Library)]
    public static partial int cudnnConvolutionForward(
        nint handle, float* alpha, nint xDesc, ulong x, nint wDesc, ulong w, nint convDesc, int algorithm, ulong workspace, nuint bytes,
        float* beta, nint yDesc, ulong y);

    [LibraryImport(Library)]
    public static partial int cudnnConvolutionBackwardData(
        nint handle, float* alpha, nint wDesc, ulong w, nint dyDesc, ulong dy, nint convDesc, int algorithm, ulong workspace, nuint bytes,
        float* beta, nint dxDesc, ulong dx);

    [LibraryImport(Library)]
    public static partial int cudnnConvolutionBackwardFilter(
        nint handle, float* alpha, nint xDesc, ulong x, nint dyDesc, ulong dy, nint convDesc, int algorithm, ulong workspace, nuint bytes,
        float* beta, nint dwDesc, ulong dw);

    [LibraryImport(Library)]
    public static partial int cudnnConvolutionBiasActivationForward(
        nint handle, float* alpha1, nint xDesc, ulong x, nint wDesc, ulong w, nint convDesc, int algorithm, ulong workspace, nuint bytes,
        float* alpha2, nint zDesc, ulong z, nint biasDesc, ulong bias, nint activationDesc, nint yDesc, ulong y);
}

/// <summary>What cuDNN says of an algorithm for one convolution (cudnnConvolutionFwdAlgoPerf_t and its two likes, 48 bytes).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct DnnAlgorithmPerformance
{
    /// <summary>The algorithm, in the numbers of its direction.</summary>
    public int Algorithm;

    /// <summary>Whether it works for this convolution: 0 if so.</summary>
    public int Status;

    /// <summary>Milliseconds, as measured or as estimated.</summary>
    public float Time;

    /// <summary>The workspace it needs, in bytes.</summary>
    public nuint Memory;

    /// <summary>1 if it gives the same bits each time.</summary>
    public int Determinism;

    /// <summary>The arithmetic it computes in, which the convolution's descriptor must be set to before it is run.</summary>
    public DnnMathType MathType;

    readonly int _reserved0;
    readonly int _reserved1;
    readonly int _reserved2;
}
