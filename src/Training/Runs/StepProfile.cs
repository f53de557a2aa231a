using System.Text.Json;
using System.Text.Json.Serialization;
using GeneratingImages.Core;

namespace GeneratingImages.Training;

/// <summary>Where a training step's time goes.</summary>
/// <param name="Backend">Where it ran.</param>
/// <param name="Settings">The run in a few words.</param>
/// <param name="Batch">Images a step.</param>
/// <param name="Steps">Steps measured, each once as a whole and once call by call.</param>
/// <param name="Ceilings">What the device could do at best, measured in the same run.</param>
/// <param name="StepMs">Milliseconds of the median step, run as a whole.</param>
/// <param name="AccountedFor">The calls' times over the step's, median over the steps.</param>
/// <param name="Idle">
/// The share of all threads' time in whole steps that was spent outside kernels; null if the device does not tell.
/// </param>
/// <param name="ArenaBytes">Memory of one step's results.</param>
/// <param name="ArenaLowerBound">The most of it alive at any one time.</param>
/// <param name="Calls">The kernel calls in their order.</param>
public sealed record StepProfile(
    string Backend,
    string Settings,
    int Batch,
    int Steps,
    Ceilings Ceilings,
    double StepMs,
    double AccountedFor,
    double? Idle,
    long ArenaBytes,
    long ArenaLowerBound,
    IReadOnlyList<StepProfile.Call> Calls)
{
    /// <summary>The milliseconds of each step's calls, in the order of <see cref="Calls"/>; not part of the JSON.</summary>
    [JsonIgnore]
    public IReadOnlyList<double[]> StepCalls { get; init; } = [];

    /// <summary>One kernel call.</summary>
    /// <param name="Layer">The layer it belongs to.</param>
    /// <param name="Direction">forward, backward or update.</param>
    /// <param name="Operation">The operation's name.</param>
    /// <param name="Output">The shape of the result.</param>
    /// <param name="Ms">Median milliseconds.</param>
    /// <param name="Share">Its share of all calls' time.</param>
    /// <param name="Gflops">Arithmetic by the operation's definition over the time, in 10^9 operations a second.</param>
    /// <param name="GigabytesPerSecond">Inputs and outputs, each once, over the time.</param>
    /// <param name="FloorMs">The least time by the roofline: products of the chosen algorithm, or inputs and outputs once.</param>
    /// <param name="FloorShare">The floor over the time. Above 1 where caches spare memory traffic.</param>
    /// <param name="Variant">The chosen algorithm.</param>
    /// <param name="WorkspaceBytes">The scratch memory it takes.</param>
    public sealed record Call(
        string Layer,
        string Direction,
        string Operation,
        string Output,
        double Ms,
        double Share,
        double Gflops,
        double GigabytesPerSecond,
        double FloorMs,
        double FloorShare,
        string Variant,
        long WorkspaceBytes);

    /// <summary>The profile as JSON in one object.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RunJson.Plain.StepProfile);
}
