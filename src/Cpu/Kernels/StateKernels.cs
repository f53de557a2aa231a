using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>Kernels of <see cref="Increment"/> and <see cref="Accumulate"/>. Their outputs stay as they are.</summary>
static unsafe class StateKernels
{
    public static Kernel Select(Increment op, Signature shapes)
    {
        shapes.Expect(op, ElementType.Int32);
        return new LightKernel("", at => new Incrementing(at.Inputs[0].Pointer<int>(), op.By));
    }

    public static Kernel Select(Accumulate op, Signature shapes)
    {
        shapes.Expect(op, ElementType.Float64, ElementType.Float32);
        return new LightKernel("", at => new Accumulating(at.Inputs[0].Pointer<double>(), at.Inputs[1].Pointer<float>(), op.Weight));
    }

    sealed class Incrementing(int* counter, int by) : CpuCall
    {
        public override int Parts(int stage) => 1;

        public override void Run(int stage, int part, int worker) => *counter += by;
    }

    sealed class Accumulating(double* sum, float* term, float weight) : CpuCall
    {
        public override int Parts(int stage) => 1;

        public override void Run(int stage, int part, int worker) => *sum += (double)*term * weight;
    }
}
