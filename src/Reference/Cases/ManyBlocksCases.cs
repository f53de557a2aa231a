using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>Shapes that take several tiles, several groups of channels or several blocks of columns in a device's kernels.</summary>
static class ManyBlocksCases
{
    public static IEnumerable<OpCase> All =>
    [
        .. Convolutions(Shape.Of(1, 9, 37, 32), filters: 3, kernel: 5),
        .. Convolutions(Shape.Of(1, 9, 37, 1), filters: 70, kernel: 3),
        .. Convolutions(Shape.Of(2, 7, 18, 40), filters: 1, kernel: 5),
        .. new[] { 0, 1, 2 }.Select(Transposed),
        .. new[] { Shape.Of(3, 1030), Shape.Of(40, 1032) }.SelectMany(Sums),
    ];

    static IEnumerable<OpCase> Convolutions(Shape x, int filters, int kernel)
    {
        int padding = kernel / 2;
        Shape f = Shape.Of(filters, kernel, kernel, x[3]), y = new Conv2D(1, padding).Infer([x, f]);
        string name = $"{x} {x[3]}->{filters}, {kernel}x{kernel}";
        yield return new(name, new Conv2D(1, padding), [new(x, Fills.Signed), new(f, Fills.Signed)]);
        yield return new(name, new Conv2DInputGrad(x[1], x[2], 1, padding), [new(y, Fills.Signed), new(f, Fills.Signed)]);
        yield return new(name, new Conv2DFilterGrad(kernel, kernel, 1, padding), [new(x, Fills.Signed), new(y, Fills.Signed)]);
    }

    static OpCase Transposed(int padding)
    {
        Shape x = Shape.Of(2, 6, 7, 33), f = Shape.Of(40, 3, 3, 33), y = new Conv2D(1, padding).Infer([x, f]);
        var epilogue = new Epilogue(true, Activation.Relu);
        return new(
            $"{x} 33->40, padding {padding}, {Epilogues.Name(epilogue)}",
            new Conv2DInputGrad(6, 7, 1, padding, epilogue),
            Epilogues.Inputs(epilogue, y, f, 33));
    }

    static IEnumerable<OpCase> Sums(Shape shape) =>
    [
        new($"{shape}", new BiasGrad(), [new(shape, Fills.Signed)]),
        new($"{shape} with bias", new ActivateGrad(Activation.Relu, true), [new(shape, Fills.Signed), new(shape, Fills.Signed)]),
        new($"{shape}", new AddBias(), [new(shape, Fills.Signed), new(Shape.Of(shape[^1]), Fills.Signed)]),
    ];
}
