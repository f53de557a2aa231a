using GeneratingImages.Core;

namespace GeneratingImages.Cuda;

/// <summary>
/// Chooses a convolution's algorithm: cuDNN runs them all on scratch memory and the fastest that repeats its bits is taken. Where it cannot
/// measure, for want of memory or because it refuses, its own estimate decides.
/// </summary>
sealed class AlgorithmSearch(CudaDevice device)
{
    /// <summary>What an algorithm may take to be faster: many plans' workspaces share one place, so only the largest counts.</summary>
    public const long MostWorkspaceBytes = 1L << 30;

    const int Deterministic = 1;

    /// <summary>Chooses.</summary>
    /// <exception cref="NoKernelException">The library has no algorithm that repeats its bits.</exception>
    public DnnChoice Choose(DnnConvolution convolution)
    {
        (DnnAlgorithmPerformance[] offered, Scratch? scratch) = Measure(convolution);
        using (scratch)
        {
            // The library measures in its default arithmetic too, which is not strict: those times come last, and never run so.
            bool strict = convolution.Key.Precision == Precision.Fp32;
            foreach (DnnAlgorithmPerformance offer in offered.OrderBy(o => strict && o.MathType != DnnMathType.Fma))
            {
                if (!Fits(offer, strict)) continue;
                DnnMathType math = strict ? DnnMathType.Fma : offer.MathType;
                var choice = new DnnChoice(offer.Algorithm, math, (long)offer.Memory, Fused: false);
                convolution.Choose(choice);
                if (convolution.WorkspaceBytes(offer.Algorithm) is not { } bytes || bytes > MostWorkspaceBytes) continue;
                choice = choice with { WorkspaceBytes = bytes };
                return choice with { Fused = scratch is not null && RunsFused(convolution, choice, scratch) };
            }
        }

        throw new NoKernelException(
            $"{convolution.Key}: cuDNN has no algorithm that gives the same bits each time: "
            + string.Join(", ", offered.Select(o => $"{Name(convolution, o)} {Fault(o)}")));
    }

    static bool Fits(DnnAlgorithmPerformance offer, bool strict) =>
        offer.Status == DnnApi.Success
        && offer.Determinism == Deterministic
        && (long)offer.Memory <= MostWorkspaceBytes
        && offer.MathType switch
        {
            // It would round to 16-bit floating point, which has neither format's range.
            DnnMathType.TensorOpAllowConversion => false,
            DnnMathType.TensorOp => !strict,
            _ => true,
        };

    static string Fault(DnnAlgorithmPerformance offer) => offer.Status == DnnApi.Success ? "differs" : DnnApi.NameOf(offer.Status);

    static string Name(DnnConvolution convolution, DnnAlgorithmPerformance offer) =>
        offer.Algorithm < convolution.Algorithms.Length ? convolution.Algorithms[offer.Algorithm] : $"algorithm {offer.Algorithm}";

    (DnnAlgorithmPerformance[] Offered, Scratch? Scratch) Measure(DnnConvolution convolution)
    {
        Scratch? scratch = null;
        try
        {
            scratch = new Scratch(device, convolution);
            DnnAlgorithmPerformance[] offered =
                convolution.Measure(scratch.First, scratch.Second, scratch.Computed, scratch.Workspace, scratch.WorkspaceBytes);
            return (offered, scratch);
        }
        catch (CudaException e) when (!e.IsSticky)
        {
            scratch?.Dispose();
            return (convolution.Estimate(), null);
        }
    }

    /// <summary>Whether the fused call takes the algorithm: which do is not documented for all versions, so it is tried.</summary>
    static bool RunsFused(DnnConvolution convolution, DnnChoice choice, Scratch scratch)
    {
        if (!convolution.Key.Relu || convolution is not ForwardConvolution forward) return false;
        if (choice.WorkspaceBytes > scratch.WorkspaceBytes) return false;
        try
        {
            forward.Choose(choice);
            forward.RunFused(scratch.First, scratch.Second, scratch.Bias, scratch.Computed, scratch.Workspace);
            scratch.Wait();
            return true;
        }
        catch (CudaException e) when (!e.IsSticky)
        {
            return false;
        }
    }

    /// <summary>Zeroed memory for a measurement, freed after it.</summary>
    sealed class Scratch : IDisposable
    {
        readonly CudaDevice _device;
        readonly List<CudaDeviceVariable<byte>> _memory = [];

        public Scratch(CudaDevice device, DnnConvolution convolution)
        {
            _device = device;
            try
            {
                (Shape first, Shape second) = convolution.Key.Factors;
                First = Allocate(first.Count * sizeof(float));
                Second = Allocate(second.Count * sizeof(float));
                Computed = Allocate(convolution.Key.Computed.Count * sizeof(float));
                Bias = Allocate(convolution.Key.Results[3] * sizeof(float));
                WorkspaceBytes = Enumerable.Range(0, convolution.Algorithms.Length)
                    .Select(algorithm => convolution.WorkspaceBytes(algorithm) ?? 0)
                    .Where(bytes => bytes <= MostWorkspaceBytes)
                    .Max();
                Workspace = WorkspaceBytes > 0 ? Allocate(WorkspaceBytes) : 0;
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public ulong First { get; }

        public ulong Second { get; }

        public ulong Computed { get; }

        public ulong Bias { get; }

        public ulong Workspace { get; }

        public long WorkspaceBytes { get; }

        public void Wait() => _device.Stream.Synchronize();

        public void Dispose()
        {
            foreach (CudaDeviceVariable<byte> block in _memory) block.Dispose();
        }

        ulong Allocate(long bytes)
        {
            var block = new CudaDeviceVariable<byte>(_device.Context, bytes);
            _memory.Add(block);
            // Not what happens to be there: a NaN or a denormal would slow some algorithms down.
            block.MemsetAsync(0, _device.Stream);
            return block.DevicePointer;
        }
    }
}
