using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>Max-pooling: rows and columns left over, windows of 1 to 3, and ties, which have no derivative.</summary>
static class PoolCases
{
    static readonly (Shape X, int Size)[] Small =
    [
        (Shape.Of(1, 2, 2, 1), 2),
        (Shape.Of(2, 4, 6, 3), 2),
        (Shape.Of(1, 5, 7, 5), 2),
        (Shape.Of(2, 7, 8, 1), 3),
        (Shape.Of(1, 3, 2, 3), 1),
    ];

    static readonly (Shape X, int Size)[] Large = [(Shape.Of(2, 16, 16, 32), 2), (Shape.Of(1, 19, 23, 17), 2), (Shape.Of(3, 9, 10, 64), 3)];

    static readonly Shape[] Coded =
        [Shape.Of(1, 2, 2, 4), Shape.Of(2, 5, 7, 8), Shape.Of(1, 4, 3, 60), Shape.Of(2, 16, 17, 32), Shape.Of(3, 6, 6, 16)];

    public static IEnumerable<OpCase> All =>
    [
        .. Small.Select(p => Pool(p.X, p.Size, "", Fills.Spread, 0)),
        .. Large.Select(p => Pool(p.X, p.Size, "", Fills.Spread)),
        .. Small.Select(p => Pool(p.X, p.Size, ", ties", Fills.Ties)),
        .. Small.Concat(Large).Select(p => Gradient(p.X, p.Size, "", Fills.Spread)),
        .. Small.Concat(Large).Select(p => Gradient(p.X, p.Size, ", ties", Fills.Ties)),
        .. Coded.Select(Unpool),
    ];

    public static IEnumerable<BadShape> Bad =>
    [
        new(new MaxPool2D(2), [Shape.Of(2, 1, 6, 3)], "image [2,1,6,3] is smaller than one 2x2 window"),
        new(new MaxPool2D(0), [Shape.Of(2, 4, 6, 3)], "image [2,4,6,3] is smaller than one 0x0 window"),
        new(new MaxPool2D(2), [Shape.Of(4, 6, 3)], "image [4,6,3] must have four axes"),
        new(
            new MaxPool2DGrad(2),
            [Shape.Of(2, 4, 6, 3), Shape.Of(2, 2, 3, 3), Shape.Of(2, 2, 2, 3)],
            "image [2,4,6,3] pools to [2,2,3,3], the output is [2,2,3,3] and its gradient [2,2,2,3]"),
        new(
            new MaxUnpool2D(4, 6),
            [Shape.Of(2, 2, 3, 8), Shape.Of(2, 2, 3, 8)],
            "gradient [2,2,3,8] has codes [2,2,3,2], [2,2,3,8] given"),
        new(
            new MaxUnpool2D(6, 6),
            [Shape.Of(2, 2, 3, 8), Shape.Of(2, 2, 3, 2)],
            "gradient [2,2,3,8] cannot come from 6x6 by 2x2: that gives 3x3"),
        new(
            new MaxUnpool2D(4, 6),
            [Shape.Of(2, 2, 3, 6), Shape.Of(2, 2, 3, 2)],
            "the 6 channels of image [2,2,3,6] do not fill bytes of four codes"),
    ];

    static OpCase Unpool(Shape x)
    {
        Shape pooled = new MaxPool2D(2).Infer([x]);
        CaseInput[] inputs = [new(pooled, Fills.Signed), new(MaxUnpool2D.Codes(pooled), Fills.Bytes, ElementType.UInt8)];
        return new($"{x}", new MaxUnpool2D(x[1], x[2]), inputs);
    }

    static OpCase Pool(Shape x, int size, string what, Fill fill, params int[] differentiable) =>
        new($"{x} by {size}{what}", new MaxPool2D(size), [new(x, fill)], differentiable);

    static OpCase Gradient(Shape x, int size, string what, Fill fill)
    {
        Shape y = new MaxPool2D(size).Infer([x]);
        return new(
            $"{x} by {size}{what}",
            new MaxPool2DGrad(size),
            [new(x, fill), new(y, Fills.From(earlier => Largest(x, size, y, earlier[0]))), new(y, Fills.Signed)]);
    }

    static double[] Largest(Shape x, int size, Shape y, double[] values)
    {
        var graph = new Graph();
        Tensor images = graph.Add(new Input("images", x, ElementType.Float32));
        Tensor pooled = images.MaxPool2D(size);
        var interpreter = new ReferenceInterpreter(graph);
        interpreter.Set(images, values.Select(v => (double)(float)v).ToArray());
        interpreter.Run(pooled);
        return interpreter.Read(pooled).ToArray();
    }
}
