namespace GeneratingImages.Tests.Cuda;

/// <summary>Threads, barriers and warps of the simulated device, and every bug planted in tests/cudasim/planted/planted.cu.</summary>
[Collection(typeof(SimulatedDeviceCollection))]
public class SimulatedKernelTests
{
    const int IllegalAddress = 700, OutOfResources = 701, Misaligned = 716, LaunchFailed = 719;

    [Theory, InlineData(0), InlineData(1)]
    public void Adds(int descending)
    {
        using var device = new DriverSession();
        SimulatedDevice.Set("descending", descending);
        float[] a = DriverSession.Numbers(1000, seed: 1), b = DriverSession.Numbers(1000, seed: 2);
        ulong x = device.Upload(a), y = device.Upload(b);
        device.Launch("planted_add", 4, 256, x, y, 1000);
        Assert.Equal(a.Zip(b, (p, q) => q + p), device.Download(y, 1000));
    }

    [Theory, InlineData(0), InlineData(1)]
    public void Sums_over_warps_and_blocks(int descending)
    {
        using var device = new DriverSession();
        SimulatedDevice.Set("descending", descending);
        float[] a = DriverSession.Numbers(5000, seed: 3);
        ulong x = device.Upload(a), sums = device.Upload(new float[3]);
        device.Launch("planted_block_sum", 3, 256, x, sums, 5000L);
        float[] parts = device.Download(sums, 3);
        for (int block = 0; block < 3; block++)
        {
            double expected = a.Where((_, i) => i / 256 % 3 == block).Sum(v => (double)v);
            Assert.Equal(expected, parts[block], 1e-4);
        }
    }

    [Fact]
    public void Reverses_through_dynamic_shared_memory_and_counts()
    {
        using var device = new DriverSession();
        float[] a = DriverSession.Numbers(512, seed: 4);
        ulong x = device.Upload(a), y = device.Upload(new float[512]), count = device.Upload(0);
        DriverSession.Ok(device.TryLaunch("planted_reverse", 2, 256, 1024, x, y, count));
        Assert.Equal([.. a[..256].Reverse(), .. a[256..].Reverse()], device.Download(y, 512));
        Assert.Equal(512u, device.Download<uint>(count, 1)[0]);
    }

    [Fact]
    public void Ballots()
    {
        using var device = new DriverSession();
        float[] a = DriverSession.Numbers(64, seed: 5);
        ulong x = device.Upload(a), votes = device.Upload(0, 0);
        device.Launch("planted_ballot", 1, 64, x, votes);
        uint[] expected = [0, 0];
        for (int i = 0; i < 64; i++) if (a[i] > 0) expected[i / 32] |= 1u << (i % 32);
        Assert.Equal(expected, device.Download<uint>(votes, 2));
    }

    [Fact]
    public void Missing_barrier_shows_in_the_two_thread_orders()
    {
        float[] a = DriverSession.Numbers(256, seed: 6);
        float[][] results = new float[2][];
        for (int descending = 0; descending < 2; descending++)
        {
            using var device = new DriverSession();
            SimulatedDevice.Set("descending", descending);
            ulong x = device.Upload(a), y = device.Upload(new float[256]);
            device.Launch("planted_missing_barrier", 1, 256, x, y);
            results[descending] = device.Download(y, 256);
        }

        Assert.NotEqual(results[0], results[1]);
        Assert.Contains(results[0], float.IsNaN);
    }

    [Fact]
    public void Divergent_barrier_is_counted()
    {
        using var device = new DriverSession();
        device.Launch("planted_divergent_barrier", 1, 64, device.Upload(new float[64]));
        device.Fails(LaunchFailed,
            "planted_divergent_barrier: block (0,0,0) cannot go on: 32 threads at __syncthreads, 32 at a warp exchange, 0 exited");
    }

    [Fact]
    public void Two_different_barriers_are_told_apart()
    {
        using var device = new DriverSession();
        device.Launch("planted_two_barriers", 1, 64, device.Upload(new float[64]));
        device.Fails(LaunchFailed, "is divided over two barriers: 32 threads at planted.cu:");
    }

    [Fact]
    public void Overrun_is_caught()
    {
        using var device = new DriverSession();
        device.Launch("planted_overrun", 1, 32, device.Upload(new float[10]), 10);
        device.Fails(IllegalAddress, "planted_overrun: write past the end of an allocation of 40 bytes");
    }

    [Fact]
    public void Shared_overrun_is_caught()
    {
        using var device = new DriverSession();
        device.Launch("planted_shared_overrun", 1, 32, device.Upload(new float[32]), 1);
        device.Fails(IllegalAddress, "planted_shared_overrun", "thread (31,0,0)",
            "index 32 of an array of type 'float [32]' at planted.cu:");
    }

    [Fact]
    public void Dynamic_shared_overrun_is_caught()
    {
        using var device = new DriverSession();
        DriverSession.Ok(device.TryLaunch("planted_dynamic_overrun", 1, 32, 31 * sizeof(float), device.Upload(new float[32])));
        device.Fails(IllegalAddress, "planted_dynamic_overrun: write past the end of 124 bytes of dynamic shared memory");
    }

    [Fact]
    public void Misaligned_access_of_16_bytes_is_caught()
    {
        using var device = new DriverSession();
        ulong x = device.Upload(new float[16]), y = device.Upload(new float[16]);
        device.Launch("planted_copy4", 1, 2, x, y, 2);
        DriverSession.Ok(DriverCalls.StreamSynchronize(device.Stream));
        device.Launch("planted_copy4", 1, 2, x + 4, y, 2);
        device.Fails(Misaligned, "planted_copy4: block (0,0,0), thread (0,0,0)", "no multiple of 16");
    }

    [Theory]
    [InlineData(1L << 20, "4194292 bytes past the end of an allocation of 12 bytes")]
    [InlineData(-(1L << 14), "allocation")]
    public void Access_outside_every_allocation_is_caught(long offset, string where)
    {
        using var device = new DriverSession();
        device.Launch("planted_read", 1, 1, device.Upload(1, 2, 3), device.Upload(0), offset);
        device.Fails(IllegalAddress, "planted_read: block (0,0,0), thread (0,0,0): access to 0x", where);
    }

    [Fact]
    public void Read_past_the_end_is_not_a_number()
    {
        using var device = new DriverSession();
        ulong x = device.Upload(1, 2, 3), y = device.Upload(0, 0);
        device.Launch("planted_read", 1, 2, x, y, 2L);
        Assert.Equal([3, float.NaN], device.Download(y, 2));
    }

    [Fact]
    public void New_memory_is_not_a_number()
    {
        using var device = new DriverSession();
        DriverSession.Ok(DriverCalls.Alloc(out ulong x, 400));
        Assert.All(device.Download(x, 100), v => Assert.True(float.IsNaN(v)));
    }

    [Fact]
    public void Division_by_zero_is_caught()
    {
        using var device = new DriverSession();
        device.Launch("planted_divide", 1, 1, device.Upload(0), 0);
        device.Fails(LaunchFailed, "planted_divide", "integer division by zero at planted.cu:");
    }

    [Fact]
    public void Int_passed_for_a_long_long_shows_in_the_parameter_sizes()
    {
        using var device = new DriverSession();
        nint sum = device.Function("planted_block_sum");
        int[] passed = [sizeof(ulong), sizeof(ulong), sizeof(int)];
        List<string> wrong = [];
        nuint offset, size;
        for (int i = 0; DriverCalls.ParamInfo(sum, i, out offset, out size) == 0; i++)
        {
            Assert.Equal((nuint)(8 * i), offset);
            if ((int)size != passed[i]) wrong.Add($"argument {i}: {passed[i]} bytes passed, {size} taken");
        }

        Assert.Equal(["argument 2: 4 bytes passed, 8 taken"], wrong);
        Assert.Equal(1, DriverCalls.ParamInfo(sum, 3, out offset, out size));
    }

    [Fact]
    public void Limits_of_a_launch_are_checked()
    {
        using var device = new DriverSession();
        ulong y = device.Upload(new float[32]);
        Assert.Equal(1, device.TryLaunch("planted_overrun", 0, 32, 0, y, 1));
        Assert.Equal(1, device.TryLaunch("planted_overrun", 1, 1025, 0, y, 1));
        Assert.Equal(OutOfResources, device.TryLaunch("planted_add", 1, 512, 0, y, y, 1));
        Assert.Equal(1, device.TryLaunch("planted_dynamic_overrun", 1, 32, 49_153, y));
        DriverSession.Ok(DriverCalls.SetFunctionAttribute(device.Function("planted_dynamic_overrun"), 8, 65_536));
        DriverSession.Ok(device.TryLaunch("planted_dynamic_overrun", 1, 32, 49_153, y));
        DriverSession.Ok(DriverCalls.StreamSynchronize(device.Stream));
    }

    [Fact]
    public void Pointer_to_no_device_memory_is_caught()
    {
        using var device = new DriverSession();
        ulong y = device.Upload(new float[32]);
        device.Launch("planted_add", 1, 32, 4096UL, y, 32);
        device.Fails(IllegalAddress, "planted_add: argument 0 is no live device pointer");
    }

    [Fact]
    public void Use_after_free_is_caught()
    {
        using var device = new DriverSession();
        ulong x = device.Upload(new float[32]), y = device.Upload(new float[32]);
        DriverSession.Ok(DriverCalls.Free(x));
        device.Launch("planted_add", 1, 32, x, y, 32);
        device.Fails(IllegalAddress, "argument 0 is no live device pointer: inside a freed allocation of 128 bytes");
    }
}
