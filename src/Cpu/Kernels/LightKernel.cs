using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>A kernel with nothing to choose but the vector width: a function that ties it to addresses.</summary>
sealed class LightKernel(string variant, Func<Operands, CpuCall> bind, long workspaceBytes = 0) : Kernel
{
    public override string Variant => variant;

    public override long WorkspaceBytes => workspaceBytes;

    public override BoundKernel Bind(Operands at) => bind(at);
}

static class SignatureExtensions
{
    /// <summary>Checks the inputs' element types; inputs beyond those named, and all if none is, are single precision.</summary>
    /// <exception cref="NoKernelException">One differs.</exception>
    public static void Expect(this Signature shapes, Op op, params ReadOnlySpan<ElementType> types)
    {
        for (int i = 0; i < shapes.Inputs.Length; i++)
        {
            ElementType expected = i < types.Length ? types[i] : ElementType.Float32;
            if (shapes.Inputs[i].Element != expected)
                throw new NoKernelException(
                    $"{op.Name} {shapes}: input {i} is {shapes.Inputs[i].Element}, the cpu backend takes {expected} there");
        }
    }

    /// <summary>The name of a variant that differs by instruction set only.</summary>
    public static string Label(this InstructionSet set) => set switch
    {
        InstructionSet.Avx512 => "avx512",
        InstructionSet.Avx2 => "avx2",
        _ => "portable",
    };
}
