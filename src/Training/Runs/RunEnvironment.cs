using System.Reflection;
using System.Runtime.InteropServices;

namespace GeneratingImages.Training;

/// <summary>
/// What a run ran on, as it is written beside its settings. None of it changes the result's bits but the processor's instruction set.
/// </summary>
/// <param name="Program">The program's version.</param>
/// <param name="DotNet">The runtime.</param>
/// <param name="System">The operating system.</param>
/// <param name="Processor">The processor's model.</param>
/// <param name="Processors">How many processors the program may use.</param>
/// <param name="Backend">The backend with its instruction set and threads.</param>
public sealed record RunEnvironment(string Program, string DotNet, string System, string Processor, int Processors, string Backend)
{
    /// <summary>This machine, with a backend.</summary>
    public static RunEnvironment Of(string backend) => new(
        typeof(RunEnvironment).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
        RuntimeInformation.FrameworkDescription,
        $"{RuntimeInformation.OSDescription} ({RuntimeInformation.OSArchitecture})",
        ProcessorModel(),
        Environment.ProcessorCount,
        backend);

    static string ProcessorModel()
    {
        if (OperatingSystem.IsWindows()) return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "";
        try
        {
            string? line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
            return line is null ? "" : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

/// <summary>What <c>settings.json</c> holds.</summary>
/// <param name="Settings">What determines the result.</param>
/// <param name="Data">What it was trained on.</param>
/// <param name="Environment">What it ran on.</param>
sealed record RunDescription(RunSettings Settings, DataDescription Data, RunEnvironment Environment);

/// <summary>The data of a run.</summary>
/// <param name="Name">The data set.</param>
/// <param name="Source">Where its files were, in a line for a person.</param>
/// <param name="Fingerprint">See <see cref="DataSplit.Fingerprint"/>.</param>
/// <param name="Image">Height, width and channels of an image.</param>
/// <param name="Train">The number of training images.</param>
/// <param name="Validation">The number of validation images.</param>
/// <param name="Test">The number of test images.</param>
public sealed record DataDescription(
    string Name, string Source, string Fingerprint, IReadOnlyList<int> Image, int Train, int Validation, int Test)
{
    /// <summary>That of a split.</summary>
    public static DataDescription Of(DataSplit data) => new(
        data.Name, data.Source, data.Fingerprint, data.Test.Image.ToArray(), data.Train.Count, data.Validation.Count, data.Test.Count);
}
