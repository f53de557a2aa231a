namespace GeneratingImages.Tests.Cuda;

/// <summary>
/// A context, a non-blocking stream and a module of one source file's kernels on the simulated device, which is put back before and after:
/// what the simulator's own tests start from.
/// </summary>
sealed unsafe class DriverSession : IDisposable
{
    readonly nint _module;

    public DriverSession(string source = "planted.cu")
    {
        SimulatedDevice.Reset();
        Ok(DriverCalls.Init());
        Ok(DriverCalls.Retain(out nint context));
        Context = context;
        Ok(DriverCalls.SetCurrent(context));
        Ok(DriverCalls.StreamCreate(out nint stream, flags: 1));
        Stream = stream;
        fixed (byte* image = SimulatedDevice.Image(source)) Ok(DriverCalls.ModuleLoad(out _module, image));
    }

    public nint Context { get; }

    public nint Stream { get; }

    public nint Function(string name)
    {
        Ok(DriverCalls.GetFunction(out nint function, _module, name));
        return function;
    }

    /// <summary>New device memory that holds these floats.</summary>
    public ulong Upload(params float[] values)
    {
        Ok(DriverCalls.Alloc(out ulong address, sizeof(float) * values.Length));
        fixed (float* p = values) Ok(DriverCalls.ToDevice(address, p, sizeof(float) * values.Length));
        Ok(DriverCalls.StreamSynchronize(0));
        return address;
    }

    /// <summary>What device memory holds once the stream is through.</summary>
    public T[] Download<T>(ulong address, int count) where T : unmanaged
    {
        Ok(DriverCalls.StreamSynchronize(Stream));
        var values = new T[count];
        fixed (T* p = values) Ok(DriverCalls.ToHost(p, address, sizeof(T) * count));
        return values;
    }

    public float[] Download(ulong address, int count) => Download<float>(address, count);

    /// <summary>Launches a kernel in this session's stream, each argument as the bytes that C would pass; gives the status.</summary>
    public int TryLaunch(string kernel, uint grid, uint block, uint shared, params ReadOnlySpan<object> arguments)
    {
        byte* values = stackalloc byte[16 * arguments.Length];
        void** addresses = stackalloc void*[arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            addresses[i] = values + (16 * i);
            switch (arguments[i])
            {
                case ulong v: *(ulong*)addresses[i] = v; break;
                case long v: *(long*)addresses[i] = v; break;
                case int v: *(int*)addresses[i] = v; break;
                case float v: *(float*)addresses[i] = v; break;
                default: throw new ArgumentException($"no kernel takes a {arguments[i].GetType()}");
            }
        }

        return DriverCalls.Launch(Function(kernel), grid, block, shared, Stream, addresses);
    }

    public void Launch(string kernel, uint grid, uint block, params ReadOnlySpan<object> arguments) =>
        Ok(TryLaunch(kernel, grid, block, 0, arguments));

    /// <summary>Waits for the stream, which must answer with a status and a diagnostic that contains some words.</summary>
    public void Fails(int status, params string[] words)
    {
        Assert.Equal(status, DriverCalls.StreamSynchronize(Stream));
        foreach (string word in words) Assert.Contains(word, SimulatedDevice.Diagnostic, StringComparison.Ordinal);
    }

    /// <summary>Holds that a call answered 0.</summary>
    public static void Ok(int status) => Assert.True(status == 0, $"status {status}: {SimulatedDevice.Diagnostic}");

    public void Dispose()
    {
        while (DriverCalls.Release() == 0)
        {
        }

        SimulatedDevice.Reset();
    }

    /// <summary>Numbers that follow from their seed.</summary>
    public static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (random.NextSingle() * 4) - 2;
        return values;
    }
}
