namespace GeneratingImages.Reference;

/// <summary>
/// The cases every operation is tried on, by one table for the gradient check, for each backend and for the shape rules: a new operation
/// joins them with one line here.
/// </summary>
public static class OpCases
{
    /// <summary>Inputs that fit.</summary>
    public static IReadOnlyList<OpCase> All { get; } =
    [
        .. ConvCases.All,
        .. MatMulCases.All,
        .. PointwiseCases.All,
        .. PoolCases.All,
        .. LossCases.All,
        .. MovementCases.All,
        .. StateCases.All,
        .. OcclusionCases.All,
        .. ManyBlocksCases.All,
    ];

    /// <summary>Inputs that do not fit, with the message.</summary>
    public static IReadOnlyList<BadShape> Bad { get; } =
    [
        .. ConvCases.Bad,
        .. MatMulCases.Bad,
        .. PointwiseCases.Bad,
        .. PoolCases.Bad,
        .. LossCases.Bad,
        .. MovementCases.Bad,
        .. StateCases.Bad,
        .. OcclusionCases.Bad,
    ];
}
