using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>Operations that hide pixels, move images and clip vectors.</summary>
static class OcclusionCases
{
    public static IEnumerable<OpCase> All =>
    [
        Hide(Shape.Of(2, 3, 5, 3), 1, 4, 1, false, 0),
        Hide(Shape.Of(2, 3, 5, 3), 3, 4, 2, true, 0),
        Hide(Shape.Of(3, 4, 7, 1), 5, 3, 0, false, 0),
        Hide(Shape.Of(32, 28, 28, 1), 7, 40, 8, false),
        Hide(Shape.Of(5, 45, 45, 3), 2, 9, 4, true),
        Move(Shape.Of(2, 3, 5, 3), 4, 1),
        Move(Shape.Of(3, 1, 1, 1), 3, 0),
        Move(Shape.Of(32, 28, 28, 1), 40, 8),
        Move(Shape.Of(5, 45, 45, 3), 9, 4),
        .. ((int[])[1, 5, 37, 8192 * 3 + 5]).SelectMany(count => new[] { Clip(count, 0.01f), Clip(count, 1e6f) }),
        new("all zero", new ClipByNorm(1), [new(Shape.Of(19), Fills.Value(0))]),
        new("of an image batch", new ClipByNorm(0.5f), [new(Shape.Of(2, 3, 5, 3), Fills.Signed)]),
    ];

    public static IEnumerable<BadShape> Bad =>
    [
        new(new HidePixels(), [Shape.Of(2, 45), Shape.Of(1, 3, 5), Shape.Of(2), Shape.Scalar], "image [2,45] must have four axes"),
        new(
            new HidePixels(),
            [Shape.Of(2, 3, 5, 3), Shape.Of(1, 5, 3), Shape.Of(2), Shape.Scalar],
            "masks [1,5,3] do not fit image [2,3,5,3]"),
        new(
            new HidePixels(),
            [Shape.Of(2, 3, 5, 3), Shape.Of(1, 3, 5), Shape.Of(2, 1), Shape.Scalar],
            "mask numbers [2,1] must have one axis, and the cursor [] none"),
        new(new HidePixels(), [Shape.Of(2, 3, 5, 3), Shape.Of(1, 3, 5), Shape.Of(1), Shape.Scalar], "a batch of 2 out of 1 mask numbers"),
        new(new MoveImages(), [Shape.Of(2, 45), Shape.Of(2), Shape.Scalar], "image [2,45] must have four axes"),
        new(new MoveImages(), [Shape.Of(2, 3, 5, 3), Shape.Of(2), Shape.Of(1)], "moves [2] must have one axis, and the cursor [1] none"),
        new(new MoveImages(), [Shape.Of(2, 3, 5, 3), Shape.Of(1), Shape.Scalar], "a batch of 2 out of 1 moves"),
        new(new ClipByNorm(0), [Shape.Of(2)], "the largest norm is 0, it must be above 0"),
    ];

    static OpCase Hide(Shape images, int masks, int numbers, int cursor, bool seen, params int[] differentiable) => new(
        $"{images} by {masks} masks from {cursor}{(seen ? ", the seen ones" : "")}",
        new HidePixels(seen),
        [
            new(images, Fills.Signed),
            new(Shape.Of(masks, images[1], images[2]), Fills.Below(2), ElementType.UInt8),
            new(Shape.Of(numbers), Fills.Below(masks), ElementType.Int32),
            new(Shape.Scalar, Fills.Value(cursor), ElementType.Int32),
        ],
        differentiable);

    static OpCase Move(Shape images, int moves, int cursor) => new(
        $"{images} from {cursor}",
        new MoveImages(),
        [
            new(images, Fills.Signed),
            new(Shape.Of(moves), RandomMoves, ElementType.Int32),
            new(Shape.Scalar, Fills.Value(cursor), ElementType.Int32),
        ]);

    static OpCase Clip(int count, float limit) =>
        new($"{count} values to {limit}", new ClipByNorm(limit), [new(Shape.Of(count), Fills.Signed)]);

    static double[] RandomMoves(CounterRandom random, Shape shape, double[][] earlier)
    {
        var moves = new double[shape.Count];
        for (int i = 0; i < moves.Length; i++) moves[i] = MoveImages.Of(random.Below(2) == 1, random.Below(9) - 4, random.Below(9) - 4);
        return moves;
    }
}
