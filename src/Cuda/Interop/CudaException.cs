namespace GeneratingImages.Cuda;

/// <summary>A call into CUDA failed; the message gives the status by name, its text and the call.</summary>
public class CudaException : Exception
{
    /// <summary>Of a call of the driver.</summary>
    /// <param name="error">What it answered.</param>
    /// <param name="call">The function.</param>
    /// <param name="detail">What else is known, such as a compiler's log.</param>
    public CudaException(CUResult error, string call, string detail = "")
        : this(Describe(error, call, detail), error)
    {
    }

    /// <summary>Of a call whose library has status codes of its own, with what the driver says beneath it.</summary>
    protected CudaException(string message, CUResult beneath = CUResult.Unknown)
        : base(message + SayLost(beneath)) => CudaError = beneath;

    CudaException(CudaException inner, string subject)
        : base($"{subject}: {inner.Message}", inner) => CudaError = inner.CudaError;

    /// <summary>The driver's status; <see cref="CUResult.Unknown"/> where another library failed, and the context is not lost.</summary>
    public CUResult CudaError { get; } = CUResult.Unknown;

    /// <summary>
    /// Whether the context is lost: every later call in this process fails with the same error, so nothing can be saved from the device.
    /// </summary>
    public bool IsSticky => Sticky(CudaError);

    /// <summary>The same failure with what it happened to in front: a layer's path, an operation and its shapes.</summary>
    public CudaException During(string subject) => new(this, subject);

    // "The process must be terminated and relaunched" (CUDA Driver API manual, CUresult).
    internal static bool Sticky(CUResult error) => error is CUResult.IllegalAddress or CUResult.LaunchTimeout
        or CUResult.HardwareStackError or CUResult.IllegalInstruction or CUResult.MisalignedAddress or CUResult.InvalidAddressSpace
        or CUResult.InvalidProgramCounter or CUResult.LaunchFailed;

    static string Describe(CUResult error, string call, string detail)
    {
        (string name, string text) = DriverApi.Explain(error);
        return $"{name} ({(int)error}) in {call}: {text}{(detail.Length > 0 ? $": {detail}" : "")}";
    }

    static string SayLost(CUResult error) =>
        Sticky(error) ? ": the device context is lost and this process cannot use the device any more: start it again" : "";
}

/// <summary>A library that CUDA needs was not found; the message says what was looked for, where, and what to set.</summary>
public sealed class CudaLibraryException(string message) : Exception(message);
