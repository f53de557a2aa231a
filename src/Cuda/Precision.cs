namespace GeneratingImages.Cuda;

/// <summary>In what arithmetic products are computed; storage is single precision throughout, and sums are at least that.</summary>
public enum Precision
{
    /// <summary>Single precision, no tensor cores: results within rounding of the processor's.</summary>
    Fp32,

    /// <summary>Factors rounded to 10 bits of mantissa by the tensor cores.</summary>
    Tf32,

    /// <summary>Factors rounded to 7 bits of mantissa by the tensor cores, from single-precision parameters.</summary>
    Bf16,
}
