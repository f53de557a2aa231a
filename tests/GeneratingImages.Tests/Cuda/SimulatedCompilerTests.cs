using System.Runtime.InteropServices;
using System.Text;

namespace GeneratingImages.Tests.Cuda;

/// <summary>The simulated NVRTC: it gives images of the texts that were compiled in, and says why it refuses others.</summary>
[Collection(typeof(SimulatedDeviceCollection))]
public sealed unsafe class SimulatedCompilerTests : IDisposable
{
    const int InvalidOption = 5, Compilation = 6;

    static readonly string s_source = SimulatedDevice.Source("cudasim/planted/planted.cu");
    static readonly string s_header = SimulatedDevice.Source("cudasim/planted/common.cuh");

    readonly DriverSession _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Known_text_gives_a_cubin_that_loads_and_runs()
    {
        (int status, string log, byte[] cubin, _) = Compile(s_source, s_header, "--std=c++17", "-lineinfo", "--gpu-architecture=sm_90");
        Assert.Equal((0, ""), (status, log));
        fixed (byte* image = cubin) DriverSession.Ok(DriverCalls.ModuleLoad(out _, image));
        Assert.Equal(1, SimulatedDevice.Count("programs_compiled"));
    }

    [Fact]
    public void Virtual_architecture_gives_PTX_alone()
    {
        (int status, _, byte[] cubin, byte[] ptx) = Compile(s_source, s_header, "--gpu-architecture=compute_80");
        Assert.Equal(0, status);
        Assert.Empty(cubin);
        string text = Encoding.UTF8.GetString(ptx);
        Assert.Contains(".target sm_80", text, StringComparison.Ordinal);
        Assert.Contains(".visible .entry planted_block_sum(\n    .param .u64 planted_block_sum_param_0", text, StringComparison.Ordinal);
        fixed (byte* image = ptx) DriverSession.Ok(DriverCalls.ModuleLoad(out _, image));
    }

    [Fact]
    public void Changed_text_does_not_compile_and_the_log_names_the_line()
    {
        (int status, string log, _, _) = Compile(s_source.Replace("y[i] += x[i]", "y[i] -= x[i]", StringComparison.Ordinal), s_header);
        Assert.Equal(Compilation, status);
        Assert.StartsWith("planted.cu(", log, StringComparison.Ordinal);
        Assert.Contains("differs from the text that was compiled into the simulator", log, StringComparison.Ordinal);
        (status, log, _, _) = Compile(s_source, s_header + "\n#define X");
        Assert.Equal(Compilation, status);
        Assert.StartsWith("common.cuh(", log, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_header_does_not_compile()
    {
        (int status, string log, _, _) = Compile(s_source, null);
        Assert.Equal(Compilation, status);
        Assert.Contains("cannot open source file \"common.cuh\"", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--gpu-architecture=sm_42", InvalidOption, "invalid value for --gpu-architecture")]
    [InlineData("--fast", InvalidOption, "unrecognized option --fast")]
    [InlineData("-DTILE=4", Compilation, "a macro makes another program")]
    public void Wrong_options_are_refused(string option, int expected, string message)
    {
        (int status, string log, _, _) = Compile(s_source, s_header, option);
        Assert.Equal(expected, status);
        Assert.Contains(message, log, StringComparison.Ordinal);
    }

    [Fact]
    public void Refusal_can_be_planned()
    {
        SimulatedDevice.Set("nvrtc_refuses", 7);
        Assert.Equal(7, Compile(s_source, s_header).Status);
    }

    [Theory]
    [InlineData(".version 9.0\n.target sm_75\n.visible .entry planted_divide(.param .u64 a, .param .u32 b)\n{ ret; }", 222)]
    [InlineData(".version 7.0\n.target sm_100\n.visible .entry planted_divide(.param .u64 a, .param .u32 b)\n{ ret; }", 209)]
    [InlineData(".version 7.0\n.target sm_75\n.visible .entry planted_divide(.param .u64 a, .param .u64 b)\n{ ret; }", 218)]
    [InlineData(".version 7.0\n.target sm_75\n.visible .entry planted_nothing(.param .u64 a)\n{ ret; }", 218)]
    [InlineData("this is no image", 200)]
    [InlineData("\u007fELF and nothing that runs here", 209)]
    [InlineData(".version 7.0\n.target sm_75\n.visible .entry planted_divide(.param .u64 .ptr .align 1 a, .param .u32 b)\n{ ret; }", 0)]
    public void Images_are_read(string image, int expected)
    {
        fixed (byte* bytes = SimulatedDevice.Utf8(image)) Assert.Equal(expected, DriverCalls.ModuleLoad(out _, bytes));
    }

    [Fact]
    public void Cubin_runs_within_its_major_version_only()
    {
        foreach ((int architecture, int expected) in new[] { (90, 0), (86, 209), (100, 209) })
            fixed (byte* image = SimulatedDevice.Image("planted.cu", architecture))
                Assert.Equal(expected, DriverCalls.ModuleLoad(out _, image));
    }

    [Fact]
    public void Unknown_function_is_not_found()
    {
        nint module;
        fixed (byte* image = SimulatedDevice.Image("planted.cu")) DriverSession.Ok(DriverCalls.ModuleLoad(out module, image));
        Assert.Equal(500, DriverCalls.GetFunction(out _, module, "planted_nothing"));
        DriverSession.Ok(DriverCalls.ModuleUnload(module));
        Assert.Equal(400, DriverCalls.GetFunction(out _, module, "planted_add"));
    }

    static (int Status, string Log, byte[] Cubin, byte[] Ptx) Compile(string source, string? header, params string[] options)
    {
        fixed (byte* text = SimulatedDevice.Utf8(source), name = SimulatedDevice.Utf8("planted.cu"))
        fixed (byte* headerText = SimulatedDevice.Utf8(header ?? ""), headerName = SimulatedDevice.Utf8("common.cuh"))
        {
            nint program;
            int create = ((delegate* unmanaged<out nint, byte*, byte*, int, byte**, byte**, int>)At("nvrtcCreateProgram"))(
                out program, text, name, header is null ? 0 : 1, &headerText, &headerName);
            Assert.Equal(0, create);
            byte[][] words = [.. options.Select(SimulatedDevice.Utf8)];
            byte** pointers = stackalloc byte*[Math.Max(1, words.Length)];
            var pins = new GCHandle[words.Length];
            for (int i = 0; i < words.Length; i++)
            {
                pins[i] = GCHandle.Alloc(words[i], GCHandleType.Pinned);
                pointers[i] = (byte*)pins[i].AddrOfPinnedObject();
            }

            int status = ((delegate* unmanaged<nint, int, byte**, int>)At("nvrtcCompileProgram"))(program, words.Length, pointers);
            foreach (var pin in pins) pin.Free();
            string log = Encoding.UTF8.GetString(Get(program, "nvrtcGetProgramLog")).TrimEnd('\0').Trim();
            byte[] cubin = status == 0 ? Get(program, "nvrtcGetCUBIN") : [], ptx = status == 0 ? Get(program, "nvrtcGetPTX") : [];
            Assert.Equal(0, ((delegate* unmanaged<ref nint, int>)At("nvrtcDestroyProgram"))(ref program));
            return (status, log, cubin, ptx);
        }
    }

    static byte[] Get(nint program, string what)
    {
        Assert.Equal(0, ((delegate* unmanaged<nint, out nuint, int>)At($"{what}Size"))(program, out nuint size));
        var bytes = new byte[size];
        fixed (byte* p = bytes) if (size > 0) Assert.Equal(0, ((delegate* unmanaged<nint, byte*, int>)At(what))(program, p));
        return bytes;
    }

    static nint At(string name) => SimulatedDevice.Export(name, "libnvrtc.so.12");
}
