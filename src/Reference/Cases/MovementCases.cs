using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>Operations that move, blank or gather elements.</summary>
static class MovementCases
{
    public static IEnumerable<OpCase> All =>
    [
        new("[3,5] as [5,3]", new Reshape(Shape.Of(5, 3)), [new(Shape.Of(3, 5), Fills.Signed)], 0),
        new("[1] as a scalar", new Reshape(Shape.Scalar), [new(Shape.Of(1), Fills.Signed)], 0),
        new("[2,3,5,3] flattened", new Reshape(Shape.Of(2, 45)), [new(Shape.Of(2, 3, 5, 3), Fills.Signed)], 0),
        .. ((int[])[0, 1, 3, 5])
            .Select(row => new OpCase($"from row {row} of 5", new HideRows(row), [new(Shape.Of(2, 5, 3, 3), Fills.Signed)], 0)),
        new("from row 14 of 28", new HideRows(14), [new(Shape.Of(3, 28, 28, 1), Fills.Signed)]),
        Pack([Shape.Of(3, 5), Shape.Of(5), Shape.Of(17)], 0),
        Pack([Shape.Of(16), Shape.Of(4, 4, 3)], 32),
        Pack([Shape.Scalar], 16),
        Gather(Shape.Of(7, 3, 5, 3), 1, 0),
        Gather(Shape.Of(7, 3, 5, 3), 3, 4),
        Gather(Shape.Of(5, 4, 3, 1), 5, 0),
        Gather(Shape.Of(40, 28, 28, 1), 32, 8),
    ];

    public static IEnumerable<BadShape> Bad =>
    [
        new(new Reshape(Shape.Of(2, 4)), [Shape.Of(3, 3)], "[3,3] has 9 elements, [2,4] needs 8"),
        new(new HideRows(6), [Shape.Of(2, 5, 3, 3)], "first hidden row 6 is outside image [2,5,3,3]"),
        new(new HideRows(-1), [Shape.Of(2, 5, 3, 3)], "first hidden row -1 is outside image [2,5,3,3]"),
        new(new HideRows(1), [Shape.Of(2, 5)], "image [2,5] must have four axes"),
        new(new Pack(Group([Shape.Of(3, 5), Shape.Of(5)], 0)), [Shape.Of(3, 5)], "1 tensors given for the 2 parameters of 'group'"),
        new(new Pack(Group([Shape.Of(3, 5), Shape.Of(5)], 0)), [Shape.Of(3, 5), Shape.Of(4)], "tensor 1 is [4], parameter group/1 is [5]"),
        new(new GatherImages(2), [Shape.Of(7, 45), Shape.Of(7), Shape.Scalar], "pixels [7,45] must have four axes"),
        new(new GatherImages(2), [Shape.Of(7, 3, 5, 3), Shape.Of(7, 1), Shape.Scalar], "order [7,1] must have one axis"),
        new(new GatherImages(2), [Shape.Of(7, 3, 5, 3), Shape.Of(7), Shape.Of(1)], "cursor [1] must be a scalar"),
        new(new GatherImages(8), [Shape.Of(7, 3, 5, 3), Shape.Of(7), Shape.Scalar], "a batch of 8 out of 7 images"),
        new(new GatherImages(0), [Shape.Of(7, 3, 5, 3), Shape.Of(7), Shape.Scalar], "a batch of 0 out of 7 images"),
    ];

    static OpCase Pack(Shape[] shapes, int offset) => new(
        $"{string.Join(' ', shapes)} at {offset}",
        new Pack(Group(shapes, offset)),
        [.. shapes.Select(s => new CaseInput(s, Fills.Signed))]);

    static ParameterGroup Group(Shape[] shapes, int offset)
    {
        var members = new List<Parameter>();
        foreach (Shape shape in shapes)
        {
            members.Add(new Parameter($"group/{members.Count}", shape, offset));
            offset += (int)(shape.Count + 15) / 16 * 16;
        }

        return new ParameterGroup("group", members);
    }

    static OpCase Gather(Shape pixels, int batch, int cursor) => new(
        $"{batch} of {pixels} from {cursor}",
        new GatherImages(batch),
        [
            new(pixels, Fills.Bytes, ElementType.UInt8),
            new(Shape.Of(pixels[0]), Fills.Order, ElementType.Int32),
            new(Shape.Scalar, Fills.Value(cursor), ElementType.Int32),
        ]);
}
