using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;

namespace GeneratingImages.Tests.Cuda;

/// <summary>
/// The simulated CUDA device of tests/cudasim in this process: where its libraries lie, what is planted in it, what it counted. It has one
/// state for the whole process, so every class that uses it belongs to <see cref="SimulatedDeviceCollection"/>.
/// </summary>
static unsafe class SimulatedDevice
{
    static readonly ConcurrentDictionary<string, nint> _libraries = new();

    /// <summary>The folder of the simulated libraries, named as CUDA's; what GENIMG_CUDA takes. Cuts the calling test short without
    /// g++.</summary>
    public static string Folder => SimulatedDeviceBuild.Folder;

    /// <summary>The simulated driver's file; what GENIMG_CUDA_DRIVER takes.</summary>
    public static string Driver => Path.Combine(Folder, "libcuda.so.1");

    /// <summary>The address of an exported function of the driver, or of another file of the folder.</summary>
    public static nint Export(string name, string library = "libcuda.so.1") =>
        NativeLibrary.GetExport(_libraries.GetOrAdd(library, file => NativeLibrary.Load(Path.Combine(Folder, file))), name);

    /// <summary>
    /// Ends the context with all that lives in it, and puts settings and counters back. What earlier tests dropped without freeing it is
    /// finalised first: its finalisers would else release the context of a test to come.
    /// </summary>
    public static void Reset()
    {
        if (Count("context_holders") > 0)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        ((delegate* unmanaged<void>)Export("cudasim_reset"))();
    }

    /// <summary>Gives a setting of tests/cudasim/device/settings.h a value.</summary>
    public static void Set(string setting, long value)
    {
        fixed (byte* name = Utf8(setting))
            Assert.True(((delegate* unmanaged<byte*, long, int>)Export("cudasim_set"))(name, value) == 0,
                $"the simulator has no setting {setting}");
    }

    /// <summary>Reads a counter of tests/cudasim/device/settings.h.</summary>
    public static long Count(string counter)
    {
        fixed (byte* name = Utf8(counter))
        {
            long value = ((delegate* unmanaged<byte*, long>)Export("cudasim_count"))(name);
            Assert.True(value != -1, $"the simulator has no counter {counter}");
            return value;
        }
    }

    /// <summary>Why the last refused call was refused, or the last failed kernel failed.</summary>
    public static string Diagnostic
    {
        get
        {
            var text = new byte[1024];
            fixed (byte* p = text) _ = ((delegate* unmanaged<byte*, nuint, nuint>)Export("cudasim_diagnostic"))(p, (nuint)text.Length);
            return Encoding.UTF8.GetString(text.AsSpan(0, text.AsSpan().IndexOf((byte)0)));
        }
    }

    /// <summary>The text of a file of tests/cudasim/planted or kernels, as it was compiled in.</summary>
    public static string Source(string file) => System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, file));

    /// <summary>A module image of every kernel of one source file, without a compiler.</summary>
    public static byte[] Image(string source, int architecture = 90)
    {
        var image = new byte[64 << 10];
        fixed (byte* name = Utf8(source))
        fixed (byte* p = image)
        {
            nuint length = ((delegate* unmanaged<byte*, int, byte*, nuint, nuint>)Export("cudasim_image"))(name, architecture, p,
                (nuint)image.Length);
            return image[..(int)length];
        }
    }

    /// <summary>A string as C takes it.</summary>
    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text + '\0');
}

/// <summary>Classes that share the one simulated device run one after another.</summary>
[CollectionDefinition]
public class SimulatedDeviceCollection;
