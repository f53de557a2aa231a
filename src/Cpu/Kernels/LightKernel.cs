using GeneratingImages.Core;

namespace GeneratingImages.Cpu;

/// <summary>A kernel with nothing to choose but the vector width: a function that ties it to addresses.</summary>
sealed class LightKernel(string variant, Func<Operands, CpuCall> bind, long workspaceBytes = 0) : Kernel
{
    public override string Variant => variant;

    public override long WorkspaceBytes => workspaceBytes;

    public override BoundKernel Bind(Operands at) => bind(at);
}

static class InstructionSetNames
{
    /// <summary>The name of a variant that differs by instruction set only.</summary>
    public static string Label(this InstructionSet set) => set switch
    {
        InstructionSet.Avx512 => "avx512",
        InstructionSet.Avx2 => "avx2",
        _ => "portable",
    };
}
