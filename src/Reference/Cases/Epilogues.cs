using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>
/// The epilogues that fused operations are tried with. They are made after differentiation, so their cases have no gradient.
/// </summary>
static class Epilogues
{
    public static IReadOnlyList<Epilogue> All { get; } =
        [new(true), new(false, Activation.Relu), new(true, Activation.Relu), new(true, Activation.Elu)];

    public static string Name(Epilogue epilogue) => $"{(epilogue.Bias ? "bias" : "no bias")} {epilogue.Activation}";

    public static CaseInput[] Inputs(Epilogue epilogue, Shape first, Shape second, int channels)
    {
        CaseInput[] inputs = [new(first, Fills.Signed), new(second, Fills.Signed)];
        return epilogue.Bias ? [.. inputs, new(Shape.Of(channels), Fills.Signed)] : inputs;
    }
}
