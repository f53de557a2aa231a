using System.Globalization;
using System.Text;

namespace GeneratingImages.Core;

/// <summary>What a plan does: its calls in order, and its memory.</summary>
/// <param name="Backend">The backend's name.</param>
/// <param name="Calls">One row per kernel call.</param>
/// <param name="Bytes">The size of the arena of one step.</param>
/// <param name="LowerBound">The most bytes alive at one time.</param>
/// <param name="WithoutReuse">What it would be if no two results shared memory.</param>
public sealed record PlanReport(string Backend, IReadOnlyList<PlanReport.Call> Calls, long Bytes, long LowerBound, long WithoutReuse)
{
    /// <summary>One kernel call.</summary>
    /// <param name="Path">The layer.</param>
    /// <param name="Operation">The operation's name.</param>
    /// <param name="Variant">The algorithm.</param>
    /// <param name="Inputs">The inputs' shapes.</param>
    /// <param name="Output">The output's shape.</param>
    /// <param name="Flops">Floating-point operations by definition; 0 where memory is the limit.</param>
    /// <param name="Products">Those of the chosen algorithm's products, fewer where it saves some.</param>
    /// <param name="Bytes">Bytes that must move at least: inputs, output and side output once.</param>
    /// <param name="Workspace">Bytes of scratch memory.</param>
    public sealed record Call(
        string Path, string Operation, string Variant, string Inputs, string Output, long Flops, long Products, long Bytes, long Workspace);

    /// <summary>Floating-point operations of one run.</summary>
    public long Flops => Calls.Sum(c => c.Flops);

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (Call c in Calls)
            text.AppendLine(CultureInfo.InvariantCulture, $"{c.Path,-44} {c.Operation,-22} {c.Inputs} -> {c.Output}  {c.Variant}");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{Calls.Count} calls on {Backend}; {Bytes / 1e6:F1} MB, "
                + $"at least {LowerBound / 1e6:F1}, without reuse {WithoutReuse / 1e6:F1}");
        return text.ToString();
    }
}
