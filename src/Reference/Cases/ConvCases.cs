using GeneratingImages.Core;

namespace GeneratingImages.Reference;

/// <summary>
/// Convolutions: odd channels and sizes, strides that leave rows over, filters that are not square, and sizes that fill vectors.
/// </summary>
static class ConvCases
{
    sealed record Geometry(
        int Batch, int Height, int Width, int Channels, int Filters, int KernelHeight, int KernelWidth, int Stride, int Padding)
    {
        public Shape X => Shape.Of(Batch, Height, Width, Channels);

        public Shape F => Shape.Of(Filters, KernelHeight, KernelWidth, Channels);

        public Shape Y => new Conv2D(Stride, Padding).Infer([X, F]);

        public Conv2DInputGrad Transposed(Epilogue epilogue = default) => new(Height, Width, Stride, Padding, epilogue);

        public Conv2DFilterGrad ByFilters => new(KernelHeight, KernelWidth, Stride, Padding);

        public override string ToString() =>
            $"{X} {Channels}->{Filters}, {KernelHeight}x{KernelWidth}, stride {Stride}, padding {Padding}";
    }

    static readonly Geometry[] Small =
    [
        new(1, 4, 5, 1, 1, 1, 1, 1, 0),
        new(2, 3, 5, 3, 5, 1, 1, 1, 0),
        new(1, 5, 6, 1, 3, 3, 3, 1, 0),
        new(2, 5, 7, 3, 5, 3, 3, 1, 1),
        new(1, 6, 5, 5, 1, 3, 3, 1, 2),
        new(1, 7, 6, 3, 3, 5, 5, 1, 2),
        new(2, 5, 5, 1, 3, 5, 5, 1, 0),
        new(1, 5, 7, 3, 1, 3, 5, 1, 1),
        new(1, 4, 8, 1, 5, 3, 5, 1, 2),
        new(3, 2, 2, 3, 3, 3, 3, 1, 1),
        new(2, 6, 7, 3, 5, 3, 3, 2, 1),
        new(1, 7, 7, 1, 3, 3, 3, 2, 0),
        new(1, 8, 9, 3, 3, 5, 5, 2, 2),
        new(2, 5, 6, 5, 3, 1, 1, 2, 0),
        new(1, 7, 8, 3, 1, 3, 5, 2, 1),
    ];

    // Too large for central differences; they reach the full and partial tiles of vector kernels.
    static readonly Geometry[] Wide =
    [
        new(2, 9, 13, 3, 32, 5, 5, 1, 2),
        new(2, 12, 11, 16, 40, 5, 5, 1, 2),
        new(1, 10, 19, 33, 17, 3, 3, 1, 1),
        new(1, 16, 16, 64, 3, 3, 3, 1, 1),
        new(1, 32, 32, 32, 64, 3, 3, 1, 1),
        new(3, 8, 8, 32, 48, 3, 3, 2, 1),
        new(1, 11, 9, 48, 32, 1, 1, 1, 0),
    ];

    // Whole numbers, so that ties are ties in any precision. The first leaves rows and columns over.
    static readonly Geometry[] Pooled =
    [
        new(2, 5, 7, 3, 8, 3, 3, 1, 1),
        new(1, 6, 6, 1, 4, 5, 5, 1, 2),
        new(2, 9, 8, 4, 12, 3, 3, 2, 1),
        new(1, 13, 12, 3, 32, 3, 3, 1, 1),
        new(1, 7, 6, 9, 60, 3, 3, 1, 1),
    ];

    public static IEnumerable<OpCase> All =>
        [.. Small.SelectMany(g => Three(g, 0, 1)), .. Wide.SelectMany(g => Three(g)), .. Fused, .. WithPooling, .. GoingBack];

    public static IEnumerable<BadShape> Bad =>
    [
        new(new Conv2D(1, 1), [Shape.Of(2, 5, 5, 3), Shape.Of(4, 3, 3, 1)], "image [2,5,5,3] has 3 channels, filters [4,3,3,1] expect 1"),
        new(new Conv2D(1, 0), [Shape.Of(5, 5, 3), Shape.Of(4, 3, 3, 3)], "[5,5,3] and [4,3,3,3] given, both must have four axes"),
        new(
            new Conv2D(0, 0),
            [Shape.Of(2, 5, 5, 3), Shape.Of(4, 3, 3, 3)],
            "stride 0 and padding 0: stride must be at least 1, padding at least 0"),
        new(new Conv2D(1, 3), [Shape.Of(2, 5, 5, 3), Shape.Of(4, 3, 5, 3)], "padding 3 must be below the filters' 3x5"),
        new(
            new Conv2D(1, 0),
            [Shape.Of(2, 2, 5, 3), Shape.Of(4, 3, 3, 3)],
            "image [2,2,5,3] with padding 0 is smaller than filters [4,3,3,3]"),
        new(
            new Conv2D(1, 1, new Epilogue(true)),
            [Shape.Of(2, 5, 5, 3), Shape.Of(4, 3, 3, 3), Shape.Of(3)],
            "bias [3] does not fit 4 output channels"),
        new(
            new Conv2D(1, 1, default, true),
            [Shape.Of(2, 5, 5, 3), Shape.Of(6, 3, 3, 3)],
            "the 6 channels of image [2,2,2,6] do not fill bytes of four codes"),
        new(
            new Conv2DInputGrad(5, 5, 1, 1),
            [Shape.Of(2, 5, 5, 3), Shape.Of(4, 3, 3, 3)],
            "image [2,5,5,3] has 3 channels, filters [4,3,3,3] take 4"),
        new(
            new Conv2D(1, 1, Back: Activation.Relu),
            [Shape.Of(2, 5, 5, 3), Shape.Of(4, 3, 3, 3), Shape.Of(2, 5, 4, 4)],
            "activation's output [2,5,4,4] and its gradient [2,5,5,4] differ"),
        new(
            new Conv2DInputGrad(5, 5, 2, 1),
            [Shape.Of(2, 4, 3, 4), Shape.Of(4, 3, 3, 3)],
            "image [2,4,3,4] cannot come from 5x5 by filters [4,3,3,3], stride 2, padding 1: that gives 3x3"),
        new(
            new Conv2DInputGrad(5, 5, 1, 1),
            [Shape.Of(2, 5, 5, 4), Shape.Of(4, 3, 3)],
            "[2,5,5,4] and [4,3,3] given, both must have four axes"),
        new(
            new Conv2DFilterGrad(3, 3, 1, 1),
            [Shape.Of(2, 5, 5, 3), Shape.Of(2, 5, 5)],
            "[2,5,5,3] and [2,5,5] given, both must have four axes"),
        new(
            new Conv2DFilterGrad(3, 3, 1, 1),
            [Shape.Of(2, 5, 5, 3), Shape.Of(2, 4, 5, 4)],
            "image [2,5,5,3] with filters [4,3,3,3] gives [2,5,5,4], the gradient is [2,4,5,4]"),
    ];

    static IEnumerable<OpCase> Fused
    {
        get
        {
            Geometry[] some = [Small[3], Small[5], Small[10], Wide[0], Wide[3]];
            foreach (Geometry g in some)
            {
                foreach (Epilogue epilogue in Epilogues.All)
                {
                    yield return new(
                        $"{g}, {Epilogues.Name(epilogue)}",
                        new Conv2D(g.Stride, g.Padding, epilogue),
                        Epilogues.Inputs(epilogue, g.X, g.F, g.Filters));
                    yield return new(
                        $"{g}, {Epilogues.Name(epilogue)}",
                        g.Transposed(epilogue),
                        Epilogues.Inputs(epilogue, g.Y, g.F, g.Channels));
                }
            }
        }
    }

    static IEnumerable<OpCase> WithPooling =>
        from g in Pooled
        from epilogue in Epilogues.All.Prepend(default)
        select new OpCase(
            $"{g}, {Epilogues.Name(epilogue)}, pooled",
            new Conv2D(g.Stride, g.Padding, epilogue, true),
            [.. Epilogues.Inputs(epilogue, g.X, g.F, g.Filters).Select(input => input with { Fill = Fills.Ties })]);

    static IEnumerable<OpCase> GoingBack
    {
        get
        {
            Geometry[] some =
            [
                Small[3],
                Small[10],
                new(2, 9, 13, 3, 16, 3, 3, 1, 1),
                Wide[4],
                new(2, 9, 7, 32, 32, 3, 3, 1, 1),
                new(1, 8, 8, 32, 64, 5, 5, 1, 2),
            ];
            foreach (Geometry g in some)
                foreach (Activation kind in (Activation[])[Activation.Relu, Activation.Elu])
                {
                    // Of one sign, so that the sums along channels do not cancel.
                    CaseInput x = new(g.X, Fills.Positive), f = new(g.F, Fills.Positive), y = new(g.Y, Fills.Positive);
                    yield return new(
                        $"{g}, back through {kind}", new Conv2D(g.Stride, g.Padding, Back: kind), [x, f, new(g.Y, Fills.Activated(kind))]);
                    yield return new(
                        $"{g}, back through {kind}", g.Transposed() with { Back = kind }, [y, f, new(g.X, Fills.Activated(kind))]);
                }
        }
    }

    static IEnumerable<OpCase> Three(Geometry g, params int[] differentiable) =>
    [
        new($"{g}", new Conv2D(g.Stride, g.Padding), [new(g.X, Fills.Signed), new(g.F, Fills.Signed)], differentiable),
        new($"{g}", g.Transposed(), [new(g.Y, Fills.Signed), new(g.F, Fills.Signed)], differentiable),
        new($"{g}", g.ByFilters, [new(g.X, Fills.Signed), new(g.Y, Fills.Signed)], differentiable),
    ];
}
