using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>Losses and their gradients.</summary>
static class LossCases
{
    static readonly Shape[] Shapes = [Shape.Scalar, Shape.Of(7), Shape.Of(2, 5, 7, 3)];
    static readonly Shape[] Large = [Shape.Of(32, 28, 28, 1), Shape.Of(3, 1001)];

    public static IEnumerable<OpCase> All =>
    [
        .. Shapes.Select(s => new OpCase($"{s}", new MeanSquaredError(), [new(s, Fills.Signed), new(s, Fills.Signed)], 0)),
        .. Large.Select(s => new OpCase($"{s}", new MeanSquaredError(), [new(s, Fills.Signed), new(s, Fills.Signed)])),
        .. Shapes.Concat(Large).Select(s => new OpCase(
            $"{s}", new MeanSquaredErrorGrad(), [new(s, Fills.Signed), new(s, Fills.Signed), new(Shape.Scalar, Fills.Signed)])),
    ];

    public static IEnumerable<BadShape> Bad =>
    [
        new(new MeanSquaredError(), [Shape.Of(2, 3), Shape.Of(6)], "prediction [2,3] and target [6] differ"),
        new(
            new MeanSquaredErrorGrad(),
            [Shape.Of(2, 3), Shape.Of(2, 3), Shape.Of(1)],
            "prediction [2,3], target [2,3] and loss gradient [1] do not fit"),
    ];
}
