using System.Runtime.Intrinsics.X86;

namespace GeneratingImages.Cpu;

/// <summary>The instruction sets the kernels are written for.</summary>
public enum InstructionSet
{
    /// <summary>128-bit vectors, on any processor.</summary>
    Portable,

    /// <summary>256-bit vectors with fused multiply-add, 16 registers.</summary>
    Avx2,

    /// <summary>512-bit vectors, 32 registers.</summary>
    Avx512,
}

/// <summary>What the processor offers.</summary>
public static class InstructionSets
{
    /// <summary>
    /// The best set this processor and runtime offer; DOTNET_EnableAVX512=0 and DOTNET_EnableAVX2=0 switch the upper ones off.
    /// </summary>
    public static InstructionSet Best { get; } =
        Avx512F.IsSupported ? InstructionSet.Avx512
        : Avx2.IsSupported && Fma.IsSupported ? InstructionSet.Avx2
        : InstructionSet.Portable;
}
