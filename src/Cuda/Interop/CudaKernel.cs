using System.Numerics;

namespace GeneratingImages.Cuda;

/// <summary>A function of a module, with the sizes it is launched in.</summary>
public sealed unsafe partial class CudaKernel
{
    const int DefaultBlockSize = 256;
    const int BitsPerSize = 4, MostArguments = 64 / BitsPerSize, LargestArgument = 8;

    readonly CudaModule _module;
    readonly nint _function;
    ulong _checked;

    /// <summary>Finds a function in a module.</summary>
    /// <param name="kernelName">Its name: kernels are declared <c>extern "C"</c>.</param>
    /// <param name="module">Where.</param>
    /// <exception cref="CudaException">There is none of this name.</exception>
    public CudaKernel(string kernelName, CudaModule module)
    {
        (KernelName, _module) = (kernelName, module);
        module.Context.SetCurrent();
        CUResult result = DriverApi.cuModuleGetFunction(out _function, module.Module, kernelName);
        if (result != CUResult.Success) throw new CudaException(result, nameof(DriverApi.cuModuleGetFunction), $"kernel {kernelName}");
    }

    /// <summary>The function's name.</summary>
    public string KernelName { get; }

    /// <summary>The threads of a block.</summary>
    public Dim3 BlockDimensions { get; set; } = DefaultBlockSize;

    /// <summary>The blocks of the grid.</summary>
    public Dim3 GridDimensions { get; set; } = 1;

    /// <summary>Shared memory a block is given beside what the code declares, in bytes.</summary>
    /// <remarks>Above 48 KiB the function's limit is raised, as the driver demands.</remarks>
    public int DynamicSharedMemory
    {
        get;
        set
        {
            const int WithoutAsking = 48 * 1024;
            if (value > WithoutAsking)
                DriverApi.Check(DriverApi.cuFuncSetAttribute(_function, FunctionAttribute.MaxDynamicSharedBytes, value));
            field = value;
        }
    }

    /// <summary>Registers a thread takes.</summary>
    public int Registers => Attribute(FunctionAttribute.Registers);

    /// <summary>Local memory a thread takes, in bytes: above 0 if registers are spilt.</summary>
    public int LocalMemory => Attribute(FunctionAttribute.LocalBytes);

    /// <summary>The largest block it can be launched in.</summary>
    public int MaxThreadsPerBlock => Attribute(FunctionAttribute.MaxThreadsPerBlock);

    /// <summary>Sets the sizes for a number of threads, one axis, in blocks of 256.</summary>
    public void SetComputeSize(long threads)
    {
        BlockDimensions = DefaultBlockSize;
        GridDimensions = checked((int)((threads + DefaultBlockSize - 1) / DefaultBlockSize));
    }

    /// <summary>How many blocks of the present size a multiprocessor holds at once.</summary>
    public int BlocksPerMultiprocessor()
    {
        int threads = checked((int)(BlockDimensions.X * BlockDimensions.Y * BlockDimensions.Z));
        DriverApi.Check(
            DriverApi.cuOccupancyMaxActiveBlocksPerMultiprocessor(out int blocks, _function, threads, (nuint)DynamicSharedMemory));
        return blocks;
    }

    static ulong Size<T>(int index)
        where T : unmanaged => sizeof(T) <= LargestArgument
            ? (ulong)sizeof(T) << (BitsPerSize * index)
            : throw new ArgumentException(
                $"argument {index} is a {typeof(T).Name} of {sizeof(T)} bytes: kernels take numbers and pointers");

    void Launch(CudaStream stream, void** arguments, ulong sizes)
    {
        if (_checked != sizes) CheckArguments(sizes);
        (Dim3 grid, Dim3 block) = (GridDimensions, BlockDimensions);
        CUResult result = DriverApi.cuLaunchKernel(
            _function, grid.X, grid.Y, grid.Z, block.X, block.Y, block.Z, (uint)DynamicSharedMemory, stream.Stream, arguments, null);
        if (result == CUResult.Success) return;
        throw new CudaException(
            result,
            nameof(DriverApi.cuLaunchKernel),
            $"kernel {KernelName}, grid {grid.X}x{grid.Y}x{grid.Z}, block {block.X}x{block.Y}x{block.Z}, "
                + $"{DynamicSharedMemory} bytes of shared memory");
    }

    /// <summary>
    /// Holds the arguments' sizes, four bits each, against the kernel's own, which drivers know since CUDA 12.4: an <c>int</c> passed for a
    /// <c>long long</c> is then an exception and not a wrong result.
    /// </summary>
    void CheckArguments(ulong sizes)
    {
        int count = (BitOperations.Log2(sizes) / BitsPerSize) + 1;
        if (NativeLibraries.Exports(NativeLibraries.Driver, nameof(DriverApi.cuFuncGetParamInfo)))
        {
            for (int i = 0; i < MostArguments; i++)
            {
                bool taken = DriverApi.cuFuncGetParamInfo(_function, (nuint)i, out _, out nuint size) == CUResult.Success;
                if (taken != i < count)
                    throw new ArgumentException(
                        $"kernel {KernelName} takes {(taken ? $"more than {count}" : $"only {i}")} arguments, {count} are given");
                if (!taken) break;
                uint given = (uint)(sizes >> (BitsPerSize * i)) & 15;
                if (size != given)
                    throw new ArgumentException($"kernel {KernelName}: argument {i} has {given} bytes, the kernel takes {size}");
            }
        }

        _checked = sizes;
    }

    int Attribute(FunctionAttribute attribute)
    {
        DriverApi.Check(DriverApi.cuFuncGetAttribute(out int value, attribute, _function));
        return value;
    }
}
