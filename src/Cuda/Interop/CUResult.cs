namespace GeneratingImages.Cuda;

/// <summary>What the driver answers (CUDA Driver API manual, CUresult): the codes this project meets; others keep their number.</summary>
public enum CUResult
{
    /// <summary>It worked.</summary>
    Success = 0,

    /// <summary>An argument is outside its range.</summary>
    InvalidValue = 1,

    /// <summary>There is not enough memory on the device.</summary>
    OutOfMemory = 2,

    /// <summary>The driver was not initialised.</summary>
    NotInitialized = 3,

    /// <summary>The library is a stub for linking, not a driver.</summary>
    StubLibrary = 34,

    /// <summary>There is no device.</summary>
    NoDevice = 100,

    /// <summary>There is no device with this number.</summary>
    InvalidDevice = 101,

    /// <summary>The module's image is broken.</summary>
    InvalidImage = 200,

    /// <summary>No context, or a destroyed one, is current on this thread.</summary>
    InvalidContext = 201,

    /// <summary>The image has no code for this device.</summary>
    NoBinaryForGpu = 209,

    /// <summary>The driver could not compile the PTX.</summary>
    InvalidPtx = 218,

    /// <summary>The PTX is newer than the driver.</summary>
    UnsupportedPtxVersion = 222,

    /// <summary>A handle is not valid.</summary>
    InvalidHandle = 400,

    /// <summary>There is no such name in the module.</summary>
    NotFound = 500,

    /// <summary>The work asked about is still under way.</summary>
    NotReady = 600,

    /// <summary>A kernel touched memory it may not touch. The context is lost.</summary>
    IllegalAddress = 700,

    /// <summary>A launch asks for more registers, shared memory or threads than there are.</summary>
    LaunchOutOfResources = 701,

    /// <summary>A kernel took longer than the system lets one that shares the display. The context is lost.</summary>
    LaunchTimeout = 702,

    /// <summary>A kernel's call stack was spoilt or overflowed. The context is lost.</summary>
    HardwareStackError = 714,

    /// <summary>A kernel met an instruction that does not exist. The context is lost.</summary>
    IllegalInstruction = 715,

    /// <summary>A kernel accessed memory at an address not a multiple of the access's size. The context is lost.</summary>
    MisalignedAddress = 716,

    /// <summary>A kernel used an address of one kind of memory for another. The context is lost.</summary>
    InvalidAddressSpace = 717,

    /// <summary>A kernel's program counter left its code. The context is lost.</summary>
    InvalidProgramCounter = 718,

    /// <summary>A kernel failed. The context is lost.</summary>
    LaunchFailed = 719,

    /// <summary>The call is not allowed here.</summary>
    NotPermitted = 800,

    /// <summary>The driver's kernel module is of another version than its library.</summary>
    SystemDriverMismatch = 803,

    /// <summary>The call is not allowed while a stream is captured.</summary>
    StreamCaptureUnsupported = 900,

    /// <summary>The capture was spoilt by an earlier call.</summary>
    StreamCaptureInvalidated = 901,

    /// <summary>An error without a code of its own.</summary>
    Unknown = 999,
}
