using System.Runtime.CompilerServices;

namespace GeneratingImages.Tests;

/// <summary>
/// Commands that a test runs, in this process or another, compute on the processor unless they say otherwise: this process may have the
/// simulated device loaded, and the machine a real one.
/// </summary>
static class OnTheProcessor
{
    [ModuleInitializer]
    internal static void Choose() => Environment.SetEnvironmentVariable("GENIMG_DEVICE", "cpu");
}
