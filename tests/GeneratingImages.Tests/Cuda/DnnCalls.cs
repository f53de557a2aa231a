using System.Runtime.InteropServices;
using unsafe Convolution = delegate* unmanaged<
    nint, float*, nint, ulong, nint, ulong, nint, int, ulong, nuint, float*, nint, ulong, int>;
using unsafe Estimate = delegate* unmanaged<
    nint, nint, nint, nint, nint, int, out int, GeneratingImages.Tests.Cuda.DnnPerformance*, int>;
using unsafe FusedConvolution = delegate* unmanaged<
    nint, float*, nint, ulong, nint, ulong, nint, int, ulong, nuint, float*, nint, ulong, nint, ulong, nint, nint, ulong, int>;
using unsafe Measure = delegate* unmanaged<
    nint, nint, ulong, nint, ulong, nint, nint, ulong, int, out int, GeneratingImages.Tests.Cuda.DnnPerformance*, ulong, nuint, int>;
using unsafe WorkspaceSize = delegate* unmanaged<nint, nint, nint, nint, nint, int, out nuint, int>;

namespace GeneratingImages.Tests.Cuda;

/// <summary>One of cuDNN's performance results: 48 bytes.</summary>
struct DnnPerformance
{
    public int Algorithm, Status;
    public float Milliseconds;
    public nuint Memory;
    public int Determinism, Math, Reserved0, Reserved1, Reserved2;
}

/// <summary>The three convolutions that cuDNN has.</summary>
public enum DnnDirection
{
    Forward,
    BackwardData,
    BackwardFilter,
}

/// <summary>The functions of a simulated cuDNN by their exported names; <paramref name="library"/> is that of version 9 or 8.</summary>
sealed unsafe class DnnCalls(string library = DnnCalls.Version9)
{
    public const string Version9 = "libcudnn.so.9", Version8 = "cudnn8/libcudnn.so.8";

    public nuint Version() => ((delegate* unmanaged<nuint>)At("cudnnGetVersion"))();

    public string ErrorString(int status) => Marshal.PtrToStringUTF8(((delegate* unmanaged<int, nint>)At("cudnnGetErrorString"))(status))!;

    public string LastError()
    {
        byte* text = stackalloc byte[512];
        ((delegate* unmanaged<byte*, nuint, void>)At("cudnnGetLastErrorString"))(text, 512);
        return Marshal.PtrToStringUTF8((nint)text)!;
    }

    public int Create(out nint handle) => ((delegate* unmanaged<out nint, int>)At("cudnnCreate"))(out handle);

    public int SetStream(nint handle, nint stream) => ((delegate* unmanaged<nint, nint, int>)At("cudnnSetStream"))(handle, stream);

    /// <summary>Makes a Tensor, Filter, Convolution or Activation descriptor.</summary>
    public nint Descriptor(string kind)
    {
        Assert.Equal(0, ((delegate* unmanaged<out nint, int>)At($"cudnnCreate{kind}Descriptor"))(out nint descriptor));
        return descriptor;
    }

    public int DestroyTensor(nint descriptor) => ((delegate* unmanaged<nint, int>)At("cudnnDestroyTensorDescriptor"))(descriptor);

    public int SetTensor(nint d, int format, int type, int n, int c, int h, int w) =>
        ((delegate* unmanaged<nint, int, int, int, int, int, int, int>)At("cudnnSetTensor4dDescriptor"))(d, format, type, n, c, h, w);

    public int SetFilter(nint d, int type, int format, int k, int c, int h, int w) =>
        ((delegate* unmanaged<nint, int, int, int, int, int, int, int>)At("cudnnSetFilter4dDescriptor"))(d, type, format, k, c, h, w);

    public int SetConvolution(nint d, int pad, int stride, int dilation, int mode, int compute) =>
        ((delegate* unmanaged<nint, int, int, int, int, int, int, int, int, int>)At("cudnnSetConvolution2dDescriptor"))(
            d, pad, pad, stride, stride, dilation, dilation, mode, compute);

    public int SetMath(nint d, int math) => ((delegate* unmanaged<nint, int, int>)At("cudnnSetConvolutionMathType"))(d, math);

    public int SetActivation(nint d, int mode) =>
        ((delegate* unmanaged<nint, int, int, double, int>)At("cudnnSetActivationDescriptor"))(d, mode, 0, 0);

    public int OutputSize(nint convolution, nint x, nint w, int[] size)
    {
        fixed (int* s = size)
            return ((delegate* unmanaged<nint, nint, nint, int*, int*, int*, int*, int>)At("cudnnGetConvolution2dForwardOutputDim"))(
                convolution, x, w, s, s + 1, s + 2, s + 3);
    }

    /// <summary>Asks for a direction's algorithms; descriptors in the order of its call.</summary>
    public int Get(
        DnnDirection direction, nint handle, nint first, nint second, nint convolution, nint result, DnnPerformance[] found,
        out int returned)
    {
        nint get = At($"cudnnGetConvolution{direction}Algorithm_v7");
        fixed (DnnPerformance* f = found)
            return ((Estimate)get)(handle, first, second, convolution, result, found.Length, out returned, f);
    }

    public int Find(
        DnnDirection direction, nint handle, nint firstDescriptor, ulong first, nint secondDescriptor, ulong second, nint convolution,
        nint resultDescriptor, ulong result, DnnPerformance[] found, out int returned, ulong workspace, long bytes)
    {
        nint find = At($"cudnnFindConvolution{direction}AlgorithmEx");
        fixed (DnnPerformance* f = found)
            return ((Measure)find)(
                handle, firstDescriptor, first, secondDescriptor, second, convolution, resultDescriptor, result, found.Length, out returned,
                f, workspace, (nuint)bytes);
    }

    public int Workspace(
        DnnDirection direction, nint handle, nint first, nint second, nint convolution, nint result, int algorithm, out nuint bytes)
    {
        nint size = At($"cudnnGetConvolution{direction}WorkspaceSize");
        return ((WorkspaceSize)size)(handle, first, second, convolution, result, algorithm, out bytes);
    }

    public int Run(
        DnnDirection direction, nint handle, float alpha, nint firstDescriptor, ulong first, nint secondDescriptor, ulong second,
        nint convolution, int algorithm, ulong workspace, long bytes, float beta, nint resultDescriptor, ulong result)
    {
        nint run = At($"cudnnConvolution{direction}");
        return ((Convolution)run)(
            handle, &alpha, firstDescriptor, first, secondDescriptor, second, convolution, algorithm, workspace, (nuint)bytes, &beta,
            resultDescriptor, result);
    }

    /// <summary>The fused call with z = y and its scale 0.</summary>
    public int RunFused(
        nint handle, nint xDescriptor, ulong x, nint wDescriptor, ulong w, nint convolution, int algorithm, nint biasDescriptor, ulong bias,
        nint activation, nint yDescriptor, ulong y)
    {
        float one = 1, zero = 0;
        nint run = At("cudnnConvolutionBiasActivationForward");
        return ((FusedConvolution)run)(
            handle, &one, xDescriptor, x, wDescriptor, w, convolution, algorithm, 0, 0, &zero, yDescriptor, y, biasDescriptor, bias,
            activation, yDescriptor, y);
    }

    nint At(string name) => SimulatedDevice.Export(name, library);
}
